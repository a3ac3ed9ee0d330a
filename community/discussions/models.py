"""Spaces, the topics in them and their posts. The server reads them: they are not sealed."""

from django.conf import settings
from django.db import models

from community.discussions.kinds import LONGEST_REASON, LONGEST_TITLE, Feeling, SpaceKind, TopicKind
from community.relabelled import Relabelled
from portal.markings.labels import Label
from portal.shared import ids

PERSON = settings.AUTH_USER_MODEL
LABELS = [(label.value, label.tlp) for label in (Label.CLEAR, Label.GREEN)]


class Space(models.Model):
    """Where topics stand. ``code``: of a region, an interface language, a theme
    (``library.vocabulary.TOPICS``), or the public id of the group.

    ``last_at`` is the moment of the newest post. Whoever writes holds this row, so moments of posts
    rise in the order in which they are stored: what is later than the moment one has read is new.
    """

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=SpaceKind.choices)
    code = models.CharField(max_length=60)
    group = models.OneToOneField(
        "community.Group", null=True, blank=True, on_delete=models.CASCADE, related_name="space"
    )
    created_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        app_label = "community"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["kind", "code"], name="community_space_once"),
            models.CheckConstraint(
                name="community_space_group",
                condition=models.Q(kind=SpaceKind.GROUP, group__isnull=False)
                | (~models.Q(kind=SpaceKind.GROUP) & models.Q(group__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.code}"


class Topic(Relabelled):
    """A question or discussion. Its label is that of all its posts.

    ``last_number`` is the number of its newest post; ``others`` counts answers of other people that
    still stand. ``about`` names the lesson or publication it belongs to (``kind:key``), once each.
    The title is shown while its first post stands; ``title_gone`` says why not. Posts after
    ``labelled_after`` were written under the present label.
    """

    class Gone(models.TextChoices):
        NO = "", "–"
        DELETED = "deleted", "deleted"
        HIDDEN = "hidden", "hidden"

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="topics")
    kind = models.CharField(max_length=10, choices=TopicKind.choices)
    title = models.CharField(max_length=LONGEST_TITLE)
    title_gone = models.CharField(max_length=10, blank=True, choices=Gone.choices, default=Gone.NO)
    label = models.CharField(max_length=12, choices=LABELS)
    labelled_after = models.PositiveIntegerField(default=0)
    language = models.CharField(max_length=12)
    author = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()
    last_number = models.PositiveIntegerField(default=0)
    others = models.PositiveIntegerField(default=0)
    accepted = models.ForeignKey(
        "community.Post", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    about = models.CharField(max_length=120, null=True, blank=True, unique=True)
    locked_at = models.DateTimeField(null=True, blank=True)
    surfaced_at = models.DateTimeField(null=True, blank=True)  # focal points were told it waits

    class Meta:
        app_label = "community"
        ordering = ("-last_at", "-pk")
        indexes = [
            models.Index(fields=["space", "-last_at"]),
            models.Index(fields=["space", "kind", "-last_at"]),
            models.Index(
                fields=["created_at"],
                name="community_topic_waiting",
                condition=models.Q(kind=TopicKind.QUESTION, others=0, accepted__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Post(models.Model):
    """One post. ``source`` is Markdown as it was written, ``html`` what was made of it and cleaned.

    Never deleted as a row: of a deleted one nothing but its number is left, of a hidden one the
    text stays for moderators and its author.
    """

    public_id = models.UUIDField(default=ids.uuid7, unique=True, editable=False)
    topic = models.ForeignKey(Topic, on_delete=models.CASCADE, related_name="posts")
    number = models.PositiveIntegerField()
    author = models.ForeignKey(
        PERSON, null=True, on_delete=models.SET_NULL, related_name="discussion_posts"
    )
    source = models.TextField()
    html = models.TextField()
    links = models.JSONField(default=list)  # what may get a card: ["kind:key", …]
    answers = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True, blank=True)
    edits = models.PositiveIntegerField(default=0)
    deleted_at = models.DateTimeField(null=True, blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    hidden_by = models.ForeignKey(PERSON, null=True, on_delete=models.SET_NULL, related_name="+")
    hidden_why = models.CharField(max_length=LONGEST_REASON, blank=True)

    class Meta:
        app_label = "community"
        ordering = ("topic", "number")
        constraints = [
            models.UniqueConstraint(fields=["topic", "number"], name="community_post_number")
        ]

    def __str__(self) -> str:
        return f"{self.topic_id} #{self.number}"

    @property
    def stands(self) -> bool:
        """Whether its text is there for everybody who reads the topic."""
        return self.deleted_at is None and self.hidden_at is None


class PostVersion(models.Model):
    """How a post read before an edit. Read by its author and moderators."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="versions")
    title = models.CharField(max_length=LONGEST_TITLE, blank=True)  # of a first post
    source = models.TextField()
    html = models.TextField()
    until = models.DateTimeField()

    class Meta:
        app_label = "community"
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.post_id} until {self.until}"


class Mention(models.Model):
    """A person whom a post is meant for. She may read the space when it is written."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")

    class Meta:
        app_label = "community"
        ordering = ("pk",)
        constraints = [
            models.UniqueConstraint(fields=["post", "person"], name="community_mention_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.post_id}"


class Reaction(models.Model):
    """What a person says of a post with one word of a fixed list."""

    post = models.ForeignKey(Post, on_delete=models.CASCADE, related_name="reactions")
    person = models.ForeignKey(PERSON, on_delete=models.CASCADE, related_name="+")
    feeling = models.CharField(max_length=10, choices=Feeling.choices)

    class Meta:
        app_label = "community"
        constraints = [
            models.UniqueConstraint(
                fields=["post", "person", "feeling"], name="community_reaction_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.feeling} of {self.person_id}"
