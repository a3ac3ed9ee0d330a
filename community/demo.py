"""What the demo people have done before: a little of each thing, so that nothing is empty to try.

Invented, in development data only, and made by the services the pages call.
"""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from community.directory import services as directory
from community.directory.kinds import FIELDS, Sight
from community.discussions import editing, writing
from community.discussions.models import Space
from community.events import making, registering
from community.groups import joining, leading
from community.groups.models import Group
from portal.accounts.models import User
from portal.shared import clock

GROUP = "Parcel officers of West Africa"
# Name, languages, topics, a sentence, whether she advises others.
ENTRIES = (
    ("lucia", ("es", "en"), ("cases", "guidance"), "Parcel cases with two neighbours.", False),
    ("kofi", ("en", "fr"), ("guidance",), "Postal hubs; I answer for my region.", True),
    ("mariam", ("fr",), ("guidance", "law-making"), "Land borders; I train new officers.", False),
    ("tomas", ("es", "en"), ("guidance", "cases"), "I write and run classes.", True),
)
QUESTION = (
    "Our officers ask which details a request to another office should hold, so that it is not "
    "sent back. Do you have a short list that works?"
)
ANSWER = (
    "We give new officers three things to check before they send it:\n\n"
    "- the marks, copied exactly, with a photograph\n"
    "- where and when it was found, and our file number\n"
    "- who may be called back, in which language\n\n"
    "The library has templates: search for *template*."
)


@transaction.atomic
def make_demo_community() -> bool:
    """Make it once; say whether it was made now. Raises RuntimeError outside development data."""
    if not settings.DEVELOPMENT:
        raise RuntimeError("demo people exist in development data only")
    space = Space.objects.filter(kind="region", code="west-africa").first()
    if space is None or Group.objects.filter(name=GROUP).exists():
        return False
    for name, languages, topics, work, mentor in ENTRIES:
        _enter(_person(name), languages, topics, work, mentor=mentor)
    kofi, mariam, lucia = map(_person, ("kofi", "mariam", "lucia"))
    _talk(space, lucia, kofi)
    _meet(_gather(kofi, mariam), kofi, mariam)
    return True


def _person(name: str) -> Any:
    user: Any = User.objects.get(email=f"{name}@demo.invalid")
    user.is_verified = lambda: True  # as after her second factor
    return user


def _enter(
    person: Any, languages: tuple[str, ...], topics: tuple[str, ...], work: str, *, mentor: bool
) -> None:
    sights = {f"show_{field}": Sight.EVERYBODY for field in FIELDS} | {"show_hours": Sight.REGION}
    directory.save(
        actor=person, work=work, languages=languages, topics=topics, mentor=mentor,
        mentor_topics=topics, **sights,
    )  # fmt: skip


def _talk(space: Space, asker: Any, answerer: Any) -> None:
    topic = writing.ask(
        actor=asker, space=space, title="What belongs into a request, in short?", kind="question",
        label="GREEN", language="en", text=QUESTION,
    )  # fmt: skip
    post = writing.reply(actor=answerer, topic=topic, text=ANSWER)
    editing.accept(actor=asker, post=post)


def _gather(leader: Any, member: Any) -> Group:
    purpose = "Officers at postal hubs share what works in training and at the counter."
    group = leading.make(
        actor=leader, name=GROUP, purpose=purpose, kind="region", joining="open",
        region="west-africa",
    )  # fmt: skip
    joining.join(actor=member, group=group)
    return group


def _meet(group: Group, organiser: Any, guest: Any) -> None:
    begins = (clock.now() + timedelta(days=14)).replace(hour=10, minute=0, second=0, microsecond=0)
    common = {
        "starts": begins, "ends": begins + timedelta(hours=1), "zone": "UTC", "language": "en",
        "capacity": 30, "topics": ["guidance"], "spoken": ["en"], "interpreted": ["fr"],
    }  # fmt: skip
    meeting = making.make(
        actor=organiser, kind="webinar", label="GREEN", title="Questions about the parcel course",
        text="One hour for questions. Bring one case without names.",
        join_link="https://meeting.demo.invalid/parcels", **common,
    )  # fmt: skip
    registering.register(actor=guest, meeting=meeting)
    making.make(
        actor=organiser, kind="workshop", label="GREEN", group=group,
        title="Meeting of the group", text="What changed at our counters.", **common,
    )  # fmt: skip
