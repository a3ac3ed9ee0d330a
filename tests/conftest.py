"""What every test starts from: nothing kept in memory from another test's database."""

import pytest

from courses.catalogue import edition, listing
from courses.player import skeleton


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    edition.forget()
    listing.forget()
    skeleton.forget()
