"""What can be decided about a report, and how long a copy is kept. Pure."""

from datetime import timedelta

NO_BREACH, WARN, SUSPEND, PASS = "none", "warned", "suspended", "passed"
LONGEST_NOTE = 2_000  # characters
COPIES_KEPT = timedelta(days=90)  # after the decision
