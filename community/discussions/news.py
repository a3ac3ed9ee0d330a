"""What discussions tell the rest of this half once it is stored. Ids alone."""

from dataclasses import dataclass


@dataclass(frozen=True)
class PostStored:
    """A post was written."""

    topic_id: int
    post_id: int


@dataclass(frozen=True)
class TopicChanged:
    """Something else changed that open pages show: an edit, a deletion, an accepted answer."""

    topic_id: int
