"""The page "What we store" is true: it is compared with the models and the limits."""

import string

import pytest
from django.apps import apps
from django.test import Client

from portal.languages.table import CODES
from portal.pages import shipped
from portal.rights import inventory, limits
from portal.rights.groups import GROUPS
from portal.shared.ratelimit import LIMITS

STORED = "/en/account/data/what-we-store/"
PAGE = "about/what-we-store"


def test_every_model_is_listed_and_nothing_else() -> None:
    real = {model._meta.label_lower for model in apps.get_models(include_auto_created=True)}
    # The index of the search exists in one form a database.
    either = {label for label in real | set(inventory.models()) if "ftsindexentry" in label}
    assert real - set(inventory.models()) - either == set()
    assert set(inventory.models()) - real - either == set()


@pytest.mark.parametrize("label", ["portal.user", "portal.membership", "portal.application"])
def test_every_field_of_a_table_about_people_is_listed(label: str) -> None:
    model = apps.get_model(label)
    fields = {field.name for field in (*model._meta.local_fields, *model._meta.local_many_to_many)}
    assert fields == set(inventory.ABOUT_YOU[label])


def test_every_table_that_leads_to_a_person_is_in_a_group() -> None:
    person = apps.get_model("portal.user")
    leading = {
        model._meta.label_lower
        for model in apps.get_models(include_auto_created=True)
        if any(field.related_model is person for field in model._meta.local_fields)
    }
    technical = {
        label for label, (key, _what) in inventory.models().items() if key == inventory.TECHNICAL
    }
    # Pages and releases name an editor; what is kept of her is listed under "writing".
    assert leading & technical <= {"courses.blockalternative", "courses.courserelease"}


def test_every_group_says_what_why_how_long_and_who() -> None:
    for kept in inventory.table():
        assert kept.what, kept.group.key
        for text in (kept.group.name, kept.group.why, kept.group.how_long, kept.group.who):
            assert str(text).strip()
    keys = {key for key, _what in inventory.models().values()} - {inventory.TECHNICAL}
    assert keys <= {group.key for group in GROUPS}


def test_every_limit_in_force_has_its_sentence() -> None:
    for limit in LIMITS:
        if limit.area in limits.AREAS:
            assert (limit.name in limits.SENTENCES) != (limit.name in limits.LATER), limit.name
    for words in limits.SENTENCES.values():
        assert [name for _t, name, _s, _c in string.Formatter().parse(str(words)) if name] == []
        assert "%(amount)s" in str(words)


@pytest.mark.django_db
def test_the_list_is_public_and_shows_groups_and_limits() -> None:
    page = Client().get(STORED).content.decode()
    for kept in inventory.table():
        assert str(kept.group.name) in page
    assert "A sign-in with second factor ends without use after 1 hour" in page
    assert "10 minutes" in page


@pytest.mark.parametrize("language", CODES)
def test_the_shipped_page_has_a_row_for_every_group(language: str) -> None:
    body = shipped.texts(language)[PAGE]["body"]
    rows = next(block["table"]["rows"] for block in body if "table" in block)
    assert len(rows) - 1 == len(GROUPS)
    assert any("/account/data/what-we-store/" in str(block) for block in body)


@pytest.mark.parametrize("language", CODES)
def test_the_shipped_page_says_what_we_could_hand_over_and_what_not(language: str) -> None:
    texts = [
        str(block["text"]) for block in shipped.texts(language)[PAGE]["body"] if "text" in block
    ]
    assert sum(text.count("## ") for text in texts) == 5
