"""What every test starts from: nothing kept in memory from another test's database."""

from collections.abc import Iterator

import pytest

from courses.catalogue import edition, listing


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    edition.forget()
    listing.forget()
    yield
