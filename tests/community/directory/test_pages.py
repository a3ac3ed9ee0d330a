"""The pages of the directory: one's own entry, what others see, limits, cost."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import translation

from community.directory.kinds import DEFAULTS, Sight
from community.directory.models import DirectoryChange, Profile
from portal.notifications.models import Notification
from portal.organisations.models import FocalPoint
from portal.shared import clock, ratelimit
from tests.community.directory.entries import EVERYTHING, entry, focal_point, group, viewer
from tests.people import organisation, person, signed_in

pytestmark = pytest.mark.django_db
HOME = "/en/community/members/"
NARROW = {f"show_{field}": sight.value for field, sight in DEFAULTS.items()}


def html(browser, address, status=200):
    answer = browser.get(address)
    assert answer.status_code == status, answer.content[:400]
    return answer.content.decode()


def test_nobody_is_in_the_directory_before_she_says_so():
    me = viewer("Ada", of=organisation(country="SN"))
    browser, other = signed_in(me), signed_in(viewer())
    assert "You are not in the directory" in html(browser, HOME)
    text = html(browser, f"{HOME}mine/")
    for sentence in ("Every vetted member", "West Africa", "Members who are in a group with you"):
        assert sentence in text
    assert not Profile.objects.exists()
    answer = browser.post(f"{HOME}mine/", NARROW | {"work": "Parcels", "topics": ["cases"]})
    assert answer["Location"] == f"{HOME}mine/preview/"
    row = Profile.objects.get()
    assert row.sights == {field: sight.value for field, sight in DEFAULTS.items()}
    text = html(other, HOME)
    assert "Ada" in text
    assert "Case material" in text
    assert "Parcels" not in html(other, f"{HOME}{row.public_id}/")


def test_defaults_are_narrow():
    assert Sight.EVERYBODY not in DEFAULTS.values()
    assert DEFAULTS["work"] == DEFAULTS["post"] == Sight.NOBODY


@pytest.mark.parametrize(
    "wrong",
    [{"show_name": "nobody"}, {"show_work": "all"}, {"work": "x" * 601}, {"topics": ["weapons"]},
     {"languages": ["xx"]}, {"phone": "call me"}, {"email": "nobody"}],
)  # fmt: skip
def test_what_the_directory_does_not_know_is_refused(wrong):
    answer = signed_in(viewer()).post(f"{HOME}mine/", NARROW | wrong)
    assert answer.status_code == 400
    assert "<title>Error:" in " ".join(answer.content.decode().split())
    assert not Profile.objects.exists()


def test_preview_shows_what_each_kind_of_viewer_sees():
    row = entry(
        "Ada", work="Everyone", hours="Region", post="Groups", show_work="everybody",
        show_hours="region", show_post="groups",
    )  # fmt: skip
    browser = signed_in(row.person)
    seen = {
        who: [word for word in ("Everyone", "Region<", "Groups") if word in part]
        for who in ("everybody", "region", "groups")
        for part in [html(browser, f"{HOME}mine/preview/?as={who}").split("<dl")[1]]
    }
    assert seen == {
        "everybody": ["Everyone"], "region": ["Everyone", "Region<"],
        "groups": ["Everyone", "Groups"],
    }  # fmt: skip
    Profile.objects.update(show_name="groups")
    assert "They do not find you at all." in html(browser, f"{HOME}mine/preview/?as=region")
    assert browser.get(f"{HOME}{row.public_id}/")["Location"] == f"{HOME}mine/preview/"


def test_old_entry_is_said_so_reminded_and_confirmed_with_one_press():
    with clock.held() as now:
        row = entry("Ada")
        now.advance(days=200)
        call_command("directory_daily")
        assert not Notification.objects.exists()
        row.person.membership.lapses_at = now.moment + timedelta(days=900)
        row.person.membership.save()
        now.advance(days=170)
        for _ in range(2):
            call_command("directory_daily")
        notice = Notification.objects.get(user=row.person, verb="profile-confirm")
        assert (notice.count, notice.place) == (1, "members_mine")
        assert not DirectoryChange.objects.exists()
        browser = signed_in(row.person)
        assert "more than a year ago" in html(browser, f"{HOME}mine/")
        assert "Not confirmed for more than a year" in html(signed_in(viewer()), HOME)
        assert browser.post(f"{HOME}mine/confirm/").status_code == 302
        assert "Not confirmed" not in html(signed_in(viewer()), HOME)
        notice.refresh_from_db()
        assert notice.read_at


def test_leaving_hides_and_keeps_or_deletes():
    row = entry("Ada", work="Kept")
    browser, other = signed_in(row.person), signed_in(viewer())
    browser.post(f"{HOME}mine/hide/")
    assert "Ada" not in html(other, HOME)
    html(other, f"{HOME}{row.public_id}/", 404)
    assert "Kept" in html(browser, f"{HOME}mine/")
    browser.post(f"{HOME}mine/", EVERYTHING | {"work": "Back"})
    assert "Ada" in html(other, HOME)
    browser.post(f"{HOME}mine/delete/")
    assert not Profile.objects.exists()
    assert "Ada" not in html(other, HOME)


def test_text_of_people_is_text():
    entry("<b>Ada</b>", work="<script>x</script>", hours="\u202eabc", post="<i>p</i>")
    row = Profile.objects.get()
    assert row.hours == "abc"
    text = html(signed_in(viewer()), f"{HOME}{row.public_id}/")
    assert "<b>Ada" not in text
    assert "<script>x" not in text
    assert "&lt;script&gt;" in text


def test_search_and_profiles_have_limits():
    row, me = entry("Ada"), viewer()
    browser = signed_in(me)
    for _ in range(ratelimit.get("directory-lists").amount):
        ratelimit.wait(str(me.pk), "directory-lists")
    html(browser, HOME)
    html(browser, f"{HOME}?q=ada", 429)
    html(browser, f"{HOME}?page=2", 429)
    assert "Ada" not in html(browser, "/en/search/?q=ada").split("</form>")[-1]
    for _ in range(ratelimit.get("profiles").amount):
        ratelimit.wait(str(me.pk), "profiles")
    html(browser, f"{HOME}{row.public_id}/", 429)
    html(browser, f"{HOME}{row.public_id}/contact/", 429)


def test_empty_result_says_what_to_loosen():
    entry("Ada", topics=["cases"], languages=["fr"])
    text = html(signed_in(viewer()), f"{HOME}?q=ada&topic=research&language=fr")
    assert "Nobody you can find fits all of this." in text
    assert "Without Studies and analyses: 1 person" in " ".join(text.split())


def test_everything_chosen_is_a_chip_and_stays_checked():
    row = entry("Ada", of=organisation("Customs of Westmark"), topics=["cases"])
    office = row.person.membership.organisation.public_id
    text = html(signed_in(viewer()), f"{HOME}?organisation={office}&topic=cases")
    assert text.count('class="chip"') == 2
    assert "Customs of Westmark" in text
    assert text.count(" checked") == 2


@pytest.mark.parametrize(("address", "queries"), [("", 12), ("?q=ada&topic=cases&sort=name", 12)])
def test_list_costs_the_same_with_one_and_three(address, queries, django_assert_num_queries):
    me = viewer()
    browser = signed_in(me)
    entry("Ada 1", topics=["cases"], languages=["fr"])
    html(browser, HOME + address)
    with django_assert_num_queries(queries):
        html(browser, HOME + address)
    for number in (2, 3):
        made = entry(f"Ada {number}", topics=["cases"])
        focal_point(made.person)
        group(made.person, me)
    html(browser, HOME + address)
    with django_assert_num_queries(queries):
        assert html(browser, HOME + address).count("directory-card") == 3


def test_person_costs_a_fixed_number(django_assert_num_queries):
    row = entry("Ada", topics=["cases"], languages=["fr", "en"])
    browser = signed_in(viewer())
    html(browser, f"{HOME}{row.public_id}/")
    with django_assert_num_queries(12):
        html(browser, f"{HOME}{row.public_id}/")


# Focal points


def test_focal_points_by_country_and_function():
    shown, hidden = entry("Ada", of=organisation("Customs A", "SN")), viewer("Bob")
    focal_point(shown.person)
    focal_point(hidden, confirmed=False)
    desk = organisation("Desk of Guatemala", "GT")
    FocalPoint.objects.create(
        organisation=desk, function="data", contact_email="d@example.org",
        confirmed_at=clock.now() - timedelta(days=500),
    )  # fmt: skip
    browser = signed_in(viewer())
    text = html(browser, f"{HOME}focal-points/")
    assert "Customs A" in text
    assert f"{HOME}{shown.public_id}/" in text
    assert hidden.membership.organisation.name not in text
    assert "Not confirmed for more than a year" in text
    assert "d@example.org" not in text, "how a desk is reached stands on its own page"
    assert "Customs A" not in html(browser, f"{HOME}focal-points/?country=GT")
    assert "Desk of Guatemala" not in html(browser, f"{HOME}focal-points/?function=tracing")
    assert "Customs A" in html(browser, f"{HOME}focal-points/?country=xx&function=y&page=zz")
    html(signed_in(person()), f"{HOME}focal-points/", 404)


@pytest.mark.parametrize("language", ["fr", "es", "ru", "ar", "zh-hans", "uk"])
def test_every_page_stands_in_every_language(language):
    row = entry("Ada", topics=["cases"], languages=["fr"], mentor=True)
    browser = signed_in(viewer())
    home = HOME.replace("/en/", f"/{language}/")
    with translation.override("en"):  # what a request sets is taken back
        for place in ("", "?q=nobody", "mine/", "contacts/", "focal-points/", f"{row.public_id}/"):
            assert f'lang="{language}"' in html(browser, home + place).replace("Hans", "hans")
        assert "Ada" in html(signed_in(row.person), f"{home}mine/preview/")


def test_empty_result_says_what_each_filter_costs_and_offers_another_spelling():
    entry("Amara Diallo", of=organisation(country="SN"), topics=["cases"])
    entry("Zoe Ba", of=organisation(country="GT"))
    browser = signed_in(viewer(of=organisation(country="FR")))
    text = html(browser, f"{HOME}?q=amarra")
    assert 'Did you mean: <a href="/en/community/members/?q=amara"' in text
    text = html(browser, f"{HOME}?country=GT&topic=cases")
    assert "Without Guatemala: 1 person" in text
    assert "Without Case material: 1 person" in text
    assert "Did you mean" not in text


def test_filters_are_shown_where_there_is_something_to_choose():
    browser = signed_in(viewer())
    for address in (HOME, f"{HOME}?q=amara"):
        assert "filters-summary" not in html(browser, address)
    entry("Amara", show_name=Sight.GROUPS)
    assert "filters-summary" not in html(browser, HOME)
    entry("Zoe")
    assert "filters-summary" in html(browser, HOME)
