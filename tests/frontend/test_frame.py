"""The frame of every page, and the tags templates use."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils import translation

from portal.project.styleguide import samples
from portal.templatetags import ui
from portal.templatetags.frame import address_in, language_addresses


def request_for(path="/en/courses/", user=None, **cookies):
    request = RequestFactory().get(path)
    request.user = user or AnonymousUser()
    request.COOKIES.update(cookies)
    return request


def page(path="/en/courses/", code="en", user=None, template="portal/base.html", **cookies):
    with translation.override(code):
        return render_to_string(template, {}, request=request_for(path, user, **cookies))


MEMBER = SimpleNamespace(
    is_authenticated=True, is_anonymous=False, name="Mara Tolen", public_id="a1", pk=1
)


def test_address_in_another_language_replaces_the_prefix_only():
    assert address_in("/en/courses/en/", "fr") == "/fr/courses/en/"
    assert address_in("/zh-hans/", "ar") == "/ar/"


def test_address_without_a_language_leads_to_the_home_page():
    assert address_in("/verify/123", "fr") == "/fr/"


def test_language_addresses_keep_the_query():
    request = RequestFactory().get("/en/search/?q=trace&page=2")
    assert language_addresses(request)["ar"] == "/ar/search/?q=trace&page=2"


def test_language_addresses_follow_the_page_where_it_knows_better():
    request = RequestFactory().get("/en/news/first/")
    request.language_urls = {"fr": "/fr/nouvelles/premiere/"}
    addresses = language_addresses(request)
    assert addresses["fr"] == "/fr/nouvelles/premiere/"
    assert addresses["es"] == "/es/news/first/"


def test_language_menu_offers_every_language_in_its_own_script():
    html = page()
    for code, name in [("ar", "العربية"), ("zh-hans", "简体中文"), ("uk", "Українська")]:
        assert re.search(rf'href="/{code}/courses/"[^>]*lang="{code}"[^>]*>{name}<', html)


def test_frame_says_language_and_direction_of_the_interface():
    assert '<html lang="ar" dir="rtl"' in page("/ar/courses/", "ar")
    assert '<html lang="zh-hans" dir="ltr"' in page("/zh-hans/courses/", "zh-hans")


def test_theme_and_text_only_come_from_the_cookies_so_nothing_flashes():
    html = page(theme="dark", text_only="1")
    assert 'data-theme="dark"' in html
    assert "data-text-only" in html
    assert "data-theme" not in page(theme="pink").split("<head>")[0]


def test_help_language_and_account_stand_in_the_same_order_for_everyone():
    def order(html):
        marks = ["menu-narrow", 'hreflang="ar"', "icon-account", "/about/", "preferences"]
        html = html.replace("/account/", "icon-account", 1)
        return [html.index(mark) for mark in marks]

    for html in (page(), page(user=MEMBER)):
        places = order(html)
        assert places == sorted(places)


def test_visitor_can_sign_in_and_gets_no_cookie_bound_form():
    html = page()
    assert "csrfmiddlewaretoken" not in html
    assert 'method="post"' in html


def test_member_signs_out_by_a_form_and_sees_only_her_name():
    html = page(user=MEMBER)
    assert re.search(r'<form method="post"[^>]*data-sign-out', html)
    assert "csrfmiddlewaretoken" in html
    assert '<bdi dir="auto">Mara Tolen</bdi>' in html


@pytest.mark.parametrize("template", ["portal/components/frame_tools.html", "account/logout.html"])
@pytest.mark.parametrize("member", [True, False])
def test_forms_that_sign_out_say_whose_keys_the_browser_may_have(template, member):
    """The script asks the browser and leads to the warning; who reads no messages has no keys."""
    menu = {"member": member, "entries": []}
    html = render_to_string(template, {"menu": menu}, request=request_for(user=MEMBER))
    forms = re.findall(r"<form [^>]*data-sign-out[^>]*>", html)
    assert forms
    marks = 'data-keys-of="a1" data-warn-at="/en/account/devices/"'
    assert [marks in form for form in forms] == [member] * len(forms)
    # Without script it is the form it always was.
    assert all('method="post"' in form for form in forms)


def test_main_menu_has_at_most_five_entries():
    nav = re.search(r'<nav class="site-nav".*?</nav>', page(user=MEMBER), re.S)
    assert nav
    assert 1 <= nav[0].count("<li>") <= 5


def test_menu_marks_where_the_reader_is():
    html = page("/en/courses/")
    assert re.search(r'href="/en/courses/" aria-current="page"', html)


def test_plain_frame_needs_no_request():
    html = render_to_string("portal/base_plain.html", {"SITE_NAME": "Name"})
    assert '<html lang="en" dir="ltr">' in html
    assert 'id="main"' in html


@pytest.mark.parametrize("template", ["portal/base.html", "portal/base_plain.html"])
def test_library_is_told_to_stay_on_this_site(template):
    html = page(template=template)
    settings = re.search(r"name=\"htmx-config\" content='([^']*)'", html)
    assert settings
    for setting in ('"mode":"same-origin"', '"includeIndicatorCSS":false', '"history":false'):
        assert setting in settings[1]


def test_pattern_page_has_no_id_twice():
    with translation.override("en"):
        html = render_to_string(
            "portal/styleguide.html", samples("en"), request=request_for("/en/styleguide/")
        )
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize(
    ("code", "text"),
    [("en", "21 Nov 2026"), ("fr", "21 nov. 2026"), ("zh-hans", "2026年11月21日")],
)
def test_day_is_written_in_the_readers_form(code, text):
    with translation.override(code):
        assert ui.day(date(2026, 11, 21)) == text


def test_moment_names_its_zone():
    with translation.override("en"):
        written = ui.moment(datetime(2026, 11, 21, 14, 2, tzinfo=UTC))
    assert written.startswith("21 Nov 2026")
    assert "14:02 UTC" in written


def test_lengths_and_sizes_say_number_and_unit():
    with translation.override("en"):
        assert ui.minutes(1) == "about 1 minute"
        assert ui.minutes(12) == "about 12 minutes"
        assert ui.hours(120) == "about 2 hours"
        assert ui.hours(190) == "about 3 hours and 10 minutes"
        assert ui.file_size(1_240_000) == "1.2 MB"
        assert ui.file_size(400) == "1 KB"
        assert ui.of(1000, 2500) == "1,000 of 2,500"


@pytest.mark.parametrize("value", [None, 0])
def test_length_that_is_not_known_is_not_said(value):
    assert ui.minutes(value) == ""
    assert ui.hours(value) == ""


def test_text_without_a_label_is_shown_as_amber_and_says_so():
    html = render_to_string("portal/components/tlp_banner.html", {"label": ""})
    assert "TLP:AMBER" in html
    assert "Not yet labelled" in html


@pytest.mark.parametrize("label", ["RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR"])
def test_label_is_never_translated(label):
    with translation.override("ar"):
        html = render_to_string("portal/components/tlp.html", {"label": label})
    assert f"TLP:{label}<" in html
    assert 'translate="no"' in html


def test_icon_is_decoration_unless_it_has_a_label():
    assert 'aria-hidden="true"' in ui.icon("check")
    assert 'aria-label="&lt;b&gt;"' in ui.icon("check", label="<b>")
    assert "icon-mirror" in ui.icon("arrow-end")
    assert "icon-mirror" not in ui.icon("check")


def test_partials_escape_what_they_are_given():
    source = '{% include "portal/components/notice.html" with kind="info" text=text %}'
    html = Template(source).render(Context({"text": "<script>x</script>"}))
    assert "<script>" not in html
