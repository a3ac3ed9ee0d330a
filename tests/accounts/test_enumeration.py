"""No form tells whether an address has an account: same text, same status, same size.

The time they take is measured by ``python3 run.py bench enumeration``, not here.
"""

import re

import pytest
from django.test import Client

from portal.accounts.models import User
from portal.shared import clock
from tests.people import member, organisation, person
from tests.vetting import journeys

pytestmark = pytest.mark.django_db

KNOWN, UNKNOWN = "amina.known@example.org", "amina.other@example.org"  # of one length
CHANGING = (
    re.compile(r'nonce="[^"]*"'),
    re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"'),
    re.compile(r"amina\.(known|other)@example\.org"),
)
FORMS = {
    "sign-in": ("/en/account/sign-in/", "login", {"password": "wrong but long enough"}),
    "reset": ("/en/account/password/reset/", "email", {}),
    "sign-up": ("/en/account/sign-up/", "email", {"password1": "a long and unusual sentence 7"}),
}


def seen(path: str, data: dict[str, str]) -> list[tuple[int, str, str, list[str]]]:
    """What a stranger's browser sees: each answer on the way, without what changes anyway."""
    browser = Client()
    answers = [browser.post(path, data)]
    while answers[-1].status_code == 302:
        answers.append(browser.get(answers[-1]["Location"]))
    found = []
    for answer in answers:
        text = answer.content.decode()
        for pattern in CHANGING:
            text = pattern.sub("", text)
        headers = sorted(name for name in answer.headers if name != "Content-Security-Policy")
        found.append((answer.status_code, answer.headers.get("Location", ""), text, headers))
    return found


@pytest.fixture(params=["learner", "member", "closed", "held", "no password"])
def known(request) -> User:
    """An account with the known address, of each kind there is."""
    user = member(email=KNOWN) if request.param == "member" else person(email=KNOWN)
    if request.param == "closed":
        user.is_active = False
    if request.param == "held":
        user.hold = "suspended"
    if request.param == "no password":
        user.set_unusable_password()
    user.save()
    return user


@pytest.mark.parametrize("form", FORMS)
def test_a_form_answers_the_same_for_known_and_unknown_addresses(form: str, known: User) -> None:
    path, field, rest = FORMS[form]
    assert seen(path, {field: KNOWN, **rest}) == seen(path, {field: UNKNOWN, **rest})


@pytest.mark.parametrize("form", FORMS)
def test_sizes_are_equal(form: str, known: User) -> None:
    path, field, rest = FORMS[form]
    sizes = [
        len(Client().post(path, {field: address, **rest}).content) for address in (KNOWN, UNKNOWN)
    ]
    assert sizes[0] == sizes[1]


def test_letters_of_the_address_make_no_difference(known: User) -> None:
    path, field, rest = FORMS["sign-in"]
    one, other = (seen(path, {field: address, **rest}) for address in (KNOWN.upper(), KNOWN))
    assert one[0][0] == other[0][0] == 200


def named(address: str) -> list[str]:
    """What an applicant sees who names ``address`` as her sponsor, to the end of the journey."""
    who = person(name="Awa Diop")
    browser = journeys.browser(who)
    journeys.fill(browser, organisation("Customs"), sponsor=address)
    pages = [browser.get(f"{journeys.BASE}check/"), journeys.send(browser, who)]
    pages += [browser.get(pages[-1]["Location"]), browser.get(journeys.BASE)]
    own = (who.applications.get().number, who.email, str(who.public_id))
    found = []
    for page in pages:
        text = f"{page.status_code} {page.headers.get('Location', '')} {page.content.decode()}"
        for pattern in (*CHANGING, *(re.compile(re.escape(key)) for key in own)):
            text = pattern.sub("", text)
        found.append(text)
    return found


def test_naming_a_sponsor_tells_nothing_about_the_address() -> None:
    member(email=KNOWN)
    with clock.held():
        one, other = named(KNOWN), named(UNKNOWN)
    for page, same in zip(one, other, strict=True):
        assert page.splitlines() == same.splitlines()
    assert "200" in one[0][:4]
