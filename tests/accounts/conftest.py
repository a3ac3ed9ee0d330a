"""People, and limits that start anew with every test."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from portal.accounts.models import User
from tests.limits import forget_limits

PASSWORD = "seven quiet harbours 31"


@pytest.fixture(autouse=True)
def _own_limits(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    forget_limits()


@pytest.fixture
def amina(db) -> User:
    """A learner who reads French and has confirmed her address."""
    user = User.objects.create_user("amina@example.org", PASSWORD, language="fr", name="Amina")
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@pytest.fixture
def browser(amina) -> Client:
    """A browser in which Amina has signed in through the page."""
    client = Client()
    answer = client.post("/en/account/sign-in/", {"login": amina.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client
