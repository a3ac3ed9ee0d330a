"""Signing keys: published with a fresh second factor, and what a new identity takes away."""

from dataclasses import replace

import pytest

from community.devices import lists, setup
from community.devices.models import CrossSigningKey, KeySignature
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.shared import clock, ratelimit
from tests.community.devices.help import another, code, device_of, mails_to
from tests.community.paper import Key, Paper
from tests.limits import forget_limits
from tests.people import member

pytestmark = pytest.mark.django_db


@pytest.fixture
def paper() -> Paper:
    one = Paper(member())
    one.register()
    return one


def publish(paper: Paper, **fields):
    return paper.post("keys/signing", paper.signing_keys() | fields)


def new_identity(paper: Paper) -> None:
    paper.master, paper.self_signing, paper.user_signing = Key(), Key(), Key()


def stored(paper: Paper) -> dict:
    return dict(CrossSigningKey.objects.filter(user=paper.user).values_list("usage", "key"))


def not_fresh(paper: Paper) -> None:
    session = paper.client.session
    session[step_up.SESSION_KEY] = clock.now().timestamp() - 3600
    session.save()


def confirm(paper: Paper):
    keys = device_of(paper).device_keys
    signed = paper.signed(keys, paper.self_signing, paper.self_signing.public)
    return paper.post("keys/signatures", {paper.name: {paper.device_id: signed}})


def check(paper: Paper, other: Paper):
    """Sign another person's master key: she was checked by emoji."""
    key = stored(other)["master"]
    signed = paper.signed(key, paper.user_signing, paper.user_signing.public)
    return paper.post("keys/signatures", {other.name: {other.master.public: signed}})


class TestPublish:
    def test_first_identity_is_kept_and_the_list_moves_on(self, paper):
        place = lists.position()
        assert publish(paper).json() == {}
        given = paper.signing_keys()
        kept = stored(paper)
        assert kept["self_signing"] == given["self_signing_key"]
        assert kept["user_signing"] == given["user_signing_key"]
        assert kept["master"] == given["master_key"] | {"signatures": {}}
        assert lists.changed_since([paper.user.pk], place) == {paper.user.pk}
        assert setup.setup_of(paper.user).identity

    def test_first_identity_is_no_reset(self, paper, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            publish(paper)
        assert mails_to(paper.user) == []
        assert not AuditRow.objects.filter(event="message-identity.reset").exists()

    def test_needs_a_fresh_second_factor_also_the_first_time(self, paper):
        not_fresh(paper)
        answer = publish(paper)
        assert code(answer) == (403, "reauth_required")
        assert answer.json()["confirm_url"].startswith("/")
        assert stored(paper) == {}

    def test_same_keys_again_change_nothing_but_still_need_it(self, paper):
        publish(paper)
        place = lists.position()
        assert publish(paper).json() == {}
        assert lists.position() == place
        not_fresh(paper)
        assert code(publish(paper)) == (403, "reauth_required")

    def test_needs_a_device(self):
        assert code(publish(Paper(member()))) == (403, "device_required")

    def test_signatures_of_own_device_and_of_itself_over_the_master_key_are_kept(self, paper):
        master = paper.signing_keys()["master_key"]
        made = {}
        for key, name in ((paper.device_key, paper.device_id), (paper.master, paper.master.public)):
            made |= paper.signed(master, key, name)["signatures"][paper.name]
        made["ed25519:UNKNOWNDEV"] = "x"
        publish(paper, master_key=master | {"signatures": {paper.name: made}})
        del made["ed25519:UNKNOWNDEV"]
        found = paper.post("keys/query", {"device_keys": {paper.name: []}}).json()
        assert found["master_keys"][paper.name]["signatures"] == {paper.name: made}

    def test_wrong_signature_of_own_device_over_the_master_key_is_refused(self, paper):
        master = paper.signing_keys()["master_key"]
        signed = paper.signed(master, Key(), paper.device_id)
        assert code(publish(paper, master_key=signed)) == (422, "bad_signature")
        assert stored(paper) == {}


class TestShape:
    @pytest.mark.parametrize("field", ["master_key", "self_signing_key", "user_signing_key"])
    @pytest.mark.parametrize(
        "change",
        [None, "text", {"user_id": "@x"}, {"usage": ["master", "self_signing"]}, {"keys": {}},
         {"keys": {"ed25519:a": "a"}}, {"keys": {"ed25519:a": "A" * 43}}, {"keys": [1]}],
    )  # fmt: skip
    def test_other_keys_are_refused(self, paper, field, change):
        value = paper.signing_keys()[field] | change if isinstance(change, dict) else change
        assert code(publish(paper, **{field: value})) == (400, "bad_request")

    @pytest.mark.parametrize("field", ["self_signing_key", "user_signing_key"])
    def test_key_the_master_key_did_not_sign_is_refused(self, paper, field):
        value = paper.signed(paper.signing_keys()[field], Key(), paper.master.public)
        assert code(publish(paper, **{field: value})) == (422, "bad_signature")

    def test_one_key_for_two_uses_is_refused(self, paper):
        paper.user_signing = paper.self_signing
        assert code(publish(paper)) == (400, "bad_request")


class TestReset:
    def test_is_recorded_told_by_mail_and_moves_the_list_on(
        self, anna, django_capture_on_commit_callbacks
    ):
        place = lists.position()
        new_identity(anna)
        with django_capture_on_commit_callbacks(execute=True):
            assert publish(anna).json() == {}
        (mail,) = mails_to(anna.user)
        assert "A new security identity for sealed messages was made" in mail
        assert AuditRow.objects.filter(event="message-identity.reset").count() == 1
        assert lists.changed_since([anna.user.pk], place)

    def test_takes_back_every_confirmation_by_and_of_the_old_identity(self, anna, bruno):
        check(anna, bruno)
        check(bruno, anna)
        another(anna, confirmed=True)
        new_identity(anna)
        publish(anna)
        assert not anna.user.chat_devices.filter(confirmed=True).exists()
        assert device_of(bruno).confirmed
        kept = {(row.signer_user_id, row.target_user_id) for row in KeySignature.objects.all()}
        assert kept == {(bruno.user.pk, bruno.user.pk)}

    def test_leaves_backup_and_secrets_until_they_are_replaced(self, anna):
        before = setup.setup_of(anna.user)
        new_identity(anna)
        publish(anna)
        assert setup.setup_of(anna.user) == before

    def test_device_is_confirmed_by_the_present_identity_alone(self, anna):
        old = Paper(anna.user, keys=anna, client=anna.client)
        old.device_id = anna.device_id
        new_identity(anna)
        publish(anna)
        assert confirm(old).json()["failures"]
        assert not device_of(anna).confirmed
        assert confirm(anna).json() == {"failures": {}}
        assert device_of(anna).confirmed

    def test_third_in_a_day_has_to_wait(self, anna):
        for _ in range(2):
            new_identity(anna)
            assert publish(anna).status_code == 200
        before = stored(anna)
        new_identity(anna)
        assert code(publish(anna)) == (429, "rate_limited")
        assert stored(anna) == before
        forget_limits()
        assert publish(anna).status_code == 200

    def test_eleventh_change_of_any_key_in_a_day_has_to_wait(self, anna, monkeypatch):
        """Each moves her list on, so everybody around her seals anew."""
        many = replace(ratelimit.get("key-signatures"), amount=1000)
        monkeypatch.setitem(ratelimit.BY_NAME, "key-signatures", many)
        for _ in range(9):  # the first were those of her set-up
            anna.user_signing = Key()
            assert publish(anna).status_code == 200
        place = lists.position()
        assert publish(anna).status_code == 200  # the same again is none
        anna.user_signing = Key()
        assert code(publish(anna)) == (429, "rate_limited")
        assert lists.position() == place

    def test_new_self_signing_key_alone_is_no_reset(self, anna):
        anna.self_signing = Key()
        assert publish(anna).json() == {}
        assert not AuditRow.objects.filter(event="message-identity.reset").exists()
        assert not device_of(anna).confirmed
        assert confirm(anna).json() == {"failures": {}}

    def test_new_user_signing_key_alone_forgets_who_was_checked(self, anna, bruno):
        check(anna, bruno)
        anna.user_signing = Key()
        publish(anna)
        assert device_of(anna).confirmed
        assert not KeySignature.objects.filter(target_user=bruno.user, signer_user=anna.user)
