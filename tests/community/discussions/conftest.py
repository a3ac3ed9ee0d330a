import pytest

from tests.community.discussions.talk import reader


@pytest.fixture
def asker():
    return reader("Awa Asks")


@pytest.fixture
def other():
    return reader("Omar Other")


@pytest.fixture(autouse=True)
def no_limits(monkeypatch, request):
    """Posts are not counted but in the tests of limits."""
    if "limits" not in request.keywords.get("names", []) and not request.node.get_closest_marker(
        "slow"
    ):
        from community.discussions import writing

        if "limit" not in request.node.name:
            monkeypatch.setattr(writing, "pace", lambda actor: None)
