"""True or false. Marked as a single choice; the interface has the two words."""

from courses.questions.kinds.single import feedback, mark, parts, read, shown, telltale

KIND = "truefalse"

__all__ = ["KIND", "feedback", "mark", "parts", "read", "shown", "telltale"]
