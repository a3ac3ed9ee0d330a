"""A new address or socket action without an entry in the matrix fails here."""

from portal.project.routing import websocket_urlpatterns
from tests.authz import matrix
from tests.authz.urls import names


def test_every_address_has_an_entry_and_every_entry_an_address() -> None:
    entries, content = matrix.read()
    studio = set(content["studio"]["names"])
    messages = {name for part in content["messages"].values() for name in part}
    listed = set(entries) | studio | messages
    assert len(listed) == len(entries) + len(studio) + len(messages), "an entry stands there twice"
    assert sorted(names() - listed) == [], "addresses without an entry in matrix.yaml"
    assert sorted(listed - names()) == [], "entries of matrix.yaml without an address"


def test_every_socket_has_an_entry() -> None:
    _entries, content = matrix.read()
    known = {str(route.pattern) for route in websocket_urlpatterns}
    assert known == set(content["sockets"])
