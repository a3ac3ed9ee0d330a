"""Web push: an empty message to a known service, signed as VAPID says, or none at all."""

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from portal.events.messages import SignInEnded, SignInsEnded
from portal.notifications import push, receivers
from portal.notifications.models import PushSubscription
from portal.shared.errors import Conflict, Invalid
from tests import people

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(settings: Any) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    settings.VAPID_PRIVATE_KEY = base64.urlsafe_b64encode(der).rstrip(b"=").decode()
    settings.VAPID_CONTACT = "mailto:operator@example.org"
    return key


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A push service on loopback; ``answer`` is the status it gives."""

    class Handler(BaseHTTPRequestHandler):
        seen: list[tuple[dict[str, str], bytes]] = []
        answer = 201

        def do_POST(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            self.seen.append((dict(self.headers), self.rfile.read(length)))
            self.send_response(self.answer)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None:
            pass

    Handler.seen = []
    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    monkeypatch.setattr(push, "is_push_service", lambda endpoint: True)
    Handler.url = f"http://127.0.0.1:{server.server_port}/wake/1"  # type: ignore[attr-defined]
    yield Handler
    server.shutdown()
    server.server_close()


def subscription(
    user: Any, endpoint: str = "https://fcm.googleapis.com/x", session: str = "s"
) -> PushSubscription:
    return push.subscribe(user=user, endpoint=endpoint, session=session, browser="Firefox – Linux")


def test_push_is_empty_and_signed(on: ec.EllipticCurvePrivateKey, service: Any) -> None:
    user = people.member()
    subscription(user, service.url)
    assert push.wake(user.pk) == 1
    headers, body = service.seen[0]
    assert body == b""
    assert "Content-Encoding" not in headers
    assert int(headers["Ttl" if "Ttl" in headers else "TTL"]) > 0
    token = headers["Authorization"].split("t=")[1].split(",")[0]
    claims = json.loads(base64.urlsafe_b64decode(token.split(".")[1] + "=="))
    assert claims["aud"] == service.url.rsplit("/wake", 1)[0]
    assert claims["sub"] == "mailto:operator@example.org"
    assert set(claims) == {"aud", "sub", "exp"}
    verify(on, token)
    assert f"k={push.public_key()}" in headers["Authorization"]


def verify(key: ec.EllipticCurvePrivateKey, token: str) -> None:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
    from cryptography.hazmat.primitives.hashes import SHA256

    head, body, mark = token.split(".")
    raw = base64.urlsafe_b64decode(mark + "==")
    signature = encode_dss_signature(
        int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    )
    key.public_key().verify(signature, f"{head}.{body}".encode(), ec.ECDSA(SHA256()))


@pytest.mark.parametrize("status", [404, 410])
def test_browser_that_is_gone_is_forgotten(on: Any, service: Any, status: int) -> None:
    user = people.member()
    subscription(user, service.url)
    service.answer = status
    assert push.wake(user.pk) == 0
    assert not PushSubscription.objects.exists()


def test_service_that_fails_is_noted_and_tried_again(on: Any, service: Any) -> None:
    user = people.member()
    row = subscription(user, service.url)
    service.answer = 500
    assert push.wake(user.pk) == 0
    row.refresh_from_db()
    assert row.failed_at is not None
    service.answer = 201
    assert push.wake(user.pk) == 1


@pytest.mark.parametrize(
    "endpoint",
    ["http://fcm.googleapis.com/x", "https://127.0.0.1/", "https://169.254.169.254/latest", "https://[::1]/",
     "https://fcm.googleapis.com:8443/", "https://fcm.googleapis.com.evil.example/", "https://evil.example/fcm.googleapis.com",
     "https://user@fcm.googleapis.com/", "https://notify.windows.com.evil.example/", "file:///etc/passwd", "", "https://[", "//x",
     "https://xnotify.windows.com.example/", "https://fcm.googleapis.com:99999/"],
)  # fmt: skip
def test_only_known_push_services_are_ever_called(on: Any, endpoint: str) -> None:
    with pytest.raises(Invalid):
        subscription(people.member(), endpoint)


def test_push_that_is_off_says_so(settings: Any) -> None:
    settings.VAPID_PRIVATE_KEY = ""
    user = people.member()
    with pytest.raises(Conflict):
        subscription(user)
    assert push.wake(user.pk) == 0
    assert (
        "data-push" not in people.signed_in(user).get("/en/account/notifications/").content.decode()
    )


def test_account_that_is_held_is_not_woken(on: Any, service: Any) -> None:
    user = people.member()
    subscription(user, service.url)
    user.hold = "suspended"
    user.save()
    assert push.wake(user.pk) == 0
    assert not service.seen


def test_signing_out_forgets_the_browser(on: Any) -> None:
    user = people.member()
    subscription(user, session="here")
    subscription(user, "https://web.push.apple.com/y", session="there")
    receivers.forget_browser(SignInEnded(user.pk, "here"))
    assert [row.session for row in PushSubscription.objects.all()] == ["there"]
    receivers.forget_browsers(SignInsEnded(user.pk))
    assert not PushSubscription.objects.exists()


def test_endpoint_belongs_to_who_subscribed_last_and_ends_by_its_owner(on: Any) -> None:
    one, other = people.member(), people.member()
    subscription(one)
    push.unsubscribe(user=other, endpoint="https://fcm.googleapis.com/x")
    assert PushSubscription.objects.get().user == one
    subscription(other)
    assert PushSubscription.objects.get().user == other


def test_page_subscribes_and_ends_by_post(on: Any) -> None:
    user = people.member()
    client = people.signed_in(user)
    address = "/en/account/notifications/push/"
    endpoint = "https://updates.push.services.mozilla.com/wpush/v2/x"
    assert client.post(address, {"endpoint": endpoint}).status_code == 204
    assert PushSubscription.objects.get().user == user
    assert client.post(address, {"endpoint": endpoint, "end": "1"}).status_code == 204
    assert not PushSubscription.objects.exists()
    assert client.post(address, {"endpoint": "https://evil.example"}).status_code == 400


def test_eleventh_browser_takes_the_place_of_the_oldest(on: Any) -> None:
    user = people.member()
    for number in range(push.MOST + 1):
        subscription(user, f"https://fcm.googleapis.com/{number}")
    assert PushSubscription.objects.filter(user=user).count() == push.MOST
    assert not PushSubscription.objects.filter(endpoint__endswith="/0").exists()
