"""What every test starts from: nothing kept in memory from another test's database."""

import os

import pytest
from hypothesis import settings

from courses.catalogue import edition, listing
from courses.player import skeleton
from tests.flushing import let_tests_flush

# The same examples on every run where a red build would stop people; new ones everywhere else.
settings.register_profile("house", deadline=None)
settings.register_profile("ci", derandomize=True, deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "house")
let_tests_flush()


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    edition.forget()
    listing.forget()
    skeleton.forget()
