"""What there is to choose in discussions, and the sizes of things. Pure."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SpaceKind(models.TextChoices):
    """What a space is about; ``code`` of the space says which one."""

    REGION = "region", _("Region")
    LANGUAGE = "language", _("Language")
    THEME = "theme", _("Theme")
    GROUP = "group", _("Group")


class TopicKind(models.TextChoices):
    """A question can have an accepted answer; a discussion needs none."""

    QUESTION = "question", pgettext_lazy("asked of people", "Question")
    DISCUSSION = "discussion", _("Discussion")


class Level(models.TextChoices):
    """How closely a person follows a topic or a space."""

    WATCHING = "watching", _("Watch: tell me of everything new")
    NORMAL = "normal", _("Normal: show it as unread")
    MUTED = "muted", _("Mute: neither tell nor show")


class Feeling(models.TextChoices):
    """The reactions there are: words, so that they read the same everywhere."""

    THANKS = "thanks", pgettext_lazy("reaction", "Thank you")
    HELPFUL = "helpful", pgettext_lazy("reaction", "Helpful")
    AGREE = "agree", pgettext_lazy("reaction", "I agree")
    SAME = "same", pgettext_lazy("reaction", "I ask myself the same")


LONGEST_TITLE = 200  # characters
LONGEST_POST = 20_000
LONGEST_REASON = 500
PER_PAGE = 25  # posts of a topic
TOPICS_PER_PAGE = 30
MOST_MENTIONS = 10  # people of one post
MOST_FILES = 3  # of one post
NEWS_LAST = timedelta(days=30)  # what is older is not offered as new
NEWCOMER = timedelta(days=7)  # so long after joining the lower limit of posts holds
WAITS = timedelta(days=3)  # then a question without an answer is shown to focal points
