"""Random people, stages and labels: a digest is read by its author and reviewers until released."""

from unittest import mock

import pytest
from django.contrib.auth.models import AnonymousUser
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from community.digests import pages, permissions
from community.digests.models import Digest
from community.library import finding, memory
from community.library.asking import read_text
from portal.notifications.models import Notification
from portal.shared import ratelimit
from tests import people
from tests.community.digests.digests import approved, drafted, released, sent, verified

STAGES = {"draft": drafted, "review": sent, "approved": approved, "released": released}
KINDS = ("visitor", "person", "courier", "unverified", "member", "administrator", "translator")
READERS = ("trainer", "reviewer", "focal-point")
WORD = "Zaunkoenig"


def someone(kind):
    if kind == "visitor":
        return AnonymousUser()
    if kind == "person":
        return verified(people.person())
    if kind in {"courier", "unverified", "member"}:
        found = people.member(tier="courier" if kind == "courier" else "member")
    else:
        found = people.staff(kind)
    found.is_verified = lambda: kind != "unverified"
    return found


class Leaks(TestCase):
    """Each digest carries a word of its own, which stands in all its parts."""

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.lists(st.sampled_from(sorted(STAGES)), min_size=1, max_size=3),
        st.sampled_from(KINDS + READERS), st.sampled_from(["GREEN", "CLEAR"]),
    )  # fmt: skip
    def test_nothing_is_told_before_its_time(self, stages, kind, label):
        reader, made = someone(kind), []
        limits = mock.patch.object(ratelimit, "wait", return_value=0)  # numbers of people come back
        limits.start()
        self.addCleanup(limits.stop)
        for number, stage in enumerate(stages):
            word = f"{WORD}{number}"
            more = {"label": label} if stage == "released" else {}
            made.append((word, stage, STAGES[stage](title=word, facts=word, lessons=word, **more)))
        memory.forget()
        inside = kind in READERS
        for word, stage, digest in made:
            is_known = permissions.visible(reader).filter(pk=digest.pk).exists()
            assert is_known == (inside and stage != "draft"), (kind, stage)
            out = stage == "released" and (label == "CLEAR" or self._is_member(kind))
            total = finding.find(reader, read_text(f"q={word}"), "en").total
            assert total == int(out), (kind, stage, label)
        if kind != "visitor":
            page = pages.list_page(reader, "en")
            assert page["mine"] == []
            assert {row.title for row in page["waiting"]} == {
                word for word, stage, _digest in made if inside and stage == "review"
            }
        self._notices(reader, kind)

    def _is_member(self, kind):
        return kind not in {"visitor", "person", "courier", "unverified"}

    def _notices(self, reader, kind):
        if kind == "visitor":
            return
        told = Notification.objects.filter(user=reader)
        assert kind in READERS or not told.exists()
        for row in told:
            assert (row.verb, row.key) == ("digest-review", "")


@pytest.mark.django_db
def test_addresses_of_a_draft_answer_like_those_of_nothing():
    digest = drafted(title=WORD)
    nothing = "00000000-0000-4000-8000-000000000000"
    for kind in ("member", "administrator", *READERS):
        browser = people.signed_in(someone(kind))
        for name in ("", "edit/", "submit/", "review/", "release/", "withdraw/"):
            answers = [
                browser.get(f"/en/community/cases/{key}/{name}")
                for key in (digest.public_id, nothing)
            ]
            assert [one.status_code for one in answers] == [404, 404]
            assert WORD not in answers[0].content.decode()
    assert Digest.objects.get().state == "draft"
