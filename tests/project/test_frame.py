"""The menus: whose entries they are, what they cost, and that a kept page shows nobody else's."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from portal.menu import NOBODY, menu_for, unread_for
from portal.notifications.services import notify
from tests import people

pytestmark = pytest.mark.django_db
PAGE = "/en/courses/"  # kept for all readers (courses.player.skeleton)
PLAIN = "/en/account/security/"


def entries(client, address=PAGE):
    html = client.get(address).content.decode()
    nav = re.search(r'<nav class="site-nav".*?</nav>', html, re.S)
    assert nav
    return re.findall(r"<a [^>]*>([^<]+)</a>", nav[0])


VISITOR = ["Courses", "Library", "News"]
LEARNER = [*VISITOR, "My learning"]
MEMBER = [*LEARNER, "Community"]
APPROVER = [name for name in MEMBER if name != "News"] + ["Vetting"]


def test_visitor_sees_what_is_public(client):
    assert entries(client) == VISITOR


@pytest.mark.parametrize("address", [PAGE, PLAIN])
def test_everybody_sees_her_own_entries(address):
    found = {
        kind: entries(people.signed_in(user), address)
        for kind, user in (
            ("learner", people.person()),
            ("courier", people.member(tier="courier")),
            ("member", people.member()),
            ("trainer", people.staff("trainer")),
            ("focal point", people.staff("focal-point")),
            ("administrator", people.staff("administrator")),
        )
    }
    assert found == {
        "learner": LEARNER,
        "courier": LEARNER,
        "member": MEMBER,
        "trainer": MEMBER,
        "focal point": APPROVER,
        "administrator": APPROVER,
    }
    assert all(len(row) <= 5 for row in found.values())


@pytest.mark.parametrize("role", ["", "administrator"])
def test_sign_in_without_second_factor_has_no_further_entries(role):
    user = people.staff(role) if role else people.member()
    people.app_device(user)
    assert entries(people.signed_in(user, verified=False)) == LEARNER


def test_kept_page_shows_each_reader_her_own_menu_whoever_came_first():
    clients = [
        (people.signed_in(people.staff("administrator", "Same Name")), APPROVER),
        (people.signed_in(people.person("Same Name")), LEARNER),
        (people.signed_in(people.member("Same Name")), MEMBER),
    ]
    for _ in range(2):
        for client, expected in clients:
            assert entries(client) == expected


def test_learner_pays_no_query_for_the_menu():
    user = people.person()
    request = RequestFactory().get(PAGE)
    request.user, request.session = user, {}  # no second factor in it
    with CaptureQueriesContext(connection) as asked:
        assert menu_for(request) == NOBODY
    assert len(asked) == 0


def test_learner_pays_the_same_on_a_kept_page_with_and_without_notices():
    user = people.person()
    client = people.signed_in(user, verified=False)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as before:
        client.get(PAGE)
    notify(user, "security", place="account_security")
    with CaptureQueriesContext(connection) as after:
        html = client.get(PAGE).content.decode()
    assert len(after) == len(before)
    assert not [row for row in after if "notification" in row["sql"]]
    assert "data-notification-count" in html


def test_kept_page_never_holds_anybodys_number():
    first, second = people.member(), people.member()
    notify(first, "security", place="account_security")
    for user in (first, second):
        html = people.signed_in(user).get(PAGE).content.decode()
        assert re.findall(r"data-notification-count[^>]*hidden>([^<]*)<", html) == [
            "0",
            "Unread: 0",
        ]


def test_other_pages_say_how_many_are_unread():
    user = people.person()
    client = people.signed_in(user, verified=False)
    assert "hidden>Unread: 0<" in client.get(PLAIN).content.decode()
    for _ in range(3):
        notify(user, "security", place="account_security")
    with CaptureQueriesContext(connection) as asked:
        html = client.get(PLAIN).content.decode()
    assert ">Unread: 3<" in html
    assert len([row for row in asked if "portal_notification" in row["sql"]]) == 1


def test_account_menu_has_its_entries():
    html = people.signed_in(people.person(), verified=False).get(PLAIN).content.decode()
    tools = html.split('class="header-tools"', 1)[1].split("</header>", 1)[0]
    for words in ("Notifications", "About me", "Account security", "Sign out"):
        assert words in tools


def test_frame_without_session_or_user_has_a_visitors_menu():
    request = RequestFactory().get(PAGE)
    assert menu_for(request) == NOBODY
    request.user = AnonymousUser()
    assert menu_for(request) == NOBODY
    assert unread_for(request) == 0
    assert "My learning" not in render_to_string("portal/base.html", {}, request=request)


def test_error_page_reads_no_menu():
    client = people.signed_in(people.member())
    client.get("/en/nothing-here/")
    with CaptureQueriesContext(connection) as asked:
        html = client.get("/en/nothing-here/").content.decode()
    assert "site-nav" not in html
    assert not [row for row in asked if "portal_notification" in row["sql"]]


@pytest.mark.parametrize("address", [PAGE, PLAIN])
def test_device_of_another_account_opens_no_menu(address):
    other = people.app_device(people.staff("administrator"))
    user = people.member()
    client = people.signed_in(user, verified=False)
    session = client.session
    session["otp_device_id"] = other.persistent_id
    session.save()
    assert entries(client, address) == LEARNER
