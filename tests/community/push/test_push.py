"""Browsers to be woken, by the addresses of messaging.md 10.3."""

import base64

import pytest
from py_vapid import Vapid02

from portal.notifications.models import PushSubscription
from tests.community.paper import Paper
from tests.people import member

pytestmark = pytest.mark.django_db
ENDPOINT = "https://updates.push.services.mozilla.com/wpush/v2/abc"


def url64(length: int) -> str:
    return base64.urlsafe_b64encode(b"\4" * length).decode().rstrip("=")


BODY = {"endpoint": ENDPOINT, "p256dh": url64(65), "auth": url64(16)}


@pytest.fixture(autouse=True)
def _switched_on(settings):
    key = Vapid02()
    key.generate_keys()
    settings.VAPID_PRIVATE_KEY = key.private_pem().decode()


@pytest.fixture
def paper() -> Paper:
    found = Paper(member())
    found.register()
    return found


def test_browser_is_kept_and_forgotten(paper):
    answer = paper.post("push/subscriptions", BODY)
    assert answer.status_code == 201
    row = PushSubscription.objects.get(user=paper.user)
    assert answer.json() == {"id": str(row.pk)}
    assert paper.delete(f"push/subscriptions/{row.pk}").status_code == 204
    assert not PushSubscription.objects.exists()


def test_browser_of_somebody_else_stays(paper):
    number = paper.post("push/subscriptions", BODY).json()["id"]
    other = Paper(member())
    other.register()
    assert other.delete(f"push/subscriptions/{number}").status_code == 204
    assert PushSubscription.objects.filter(pk=number).exists()


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://169.254.169.254/x"}, {"endpoint": "http://localhost/x"},
        {"p256dh": url64(64)}, {"auth": "!!"}, {"extra": "x"},
    ],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(paper, change):
    assert paper.post("push/subscriptions", BODY | change).status_code == 400
    assert not PushSubscription.objects.exists()


def test_without_a_device_nothing_is_kept():
    answer = Paper(member()).post("push/subscriptions", BODY)
    assert (answer.status_code, answer.json()["code"]) == (403, "device_required")
