"""Reading and deciding reports on the moderators' pages."""

import json

import pytest

from community.moderation import services
from community.rooms.models import Report
from portal.accounts import step_up
from portal.audit.models import AuditRow
from portal.notifications.models import Notification
from portal.shared import clock
from portal.shared.errors import Conflict, NotAllowed
from portal.vetting.models import Membership
from tests import people
from tests.community.moderation.conftest import send
from tests.community.rooms.world import sealed

pytestmark = pytest.mark.django_db
LIST = "/en/community/moderation/"


@pytest.fixture
def report(scene):
    return Report.objects.get(public_id=send(scene).json()["report_id"])


@pytest.fixture
def desk(scene):
    return people.signed_in(scene.focal)


def page(report):
    return f"{LIST}{report.public_id}/"


def decide(client, report, choice, note="I read it twice.", seen=""):
    return client.post(page(report), {"choice": choice, "note": note, "seen": seen})


def verbs(user):
    return list(Notification.objects.filter(user=user).values_list("verb", flat=True))


def main(answer):
    return answer.content.decode().split("<main", 1)[1].split("</main", 1)[0]


# the list


def test_list_shows_where_and_since_when_not_what(report, desk):
    html = main(desk.get(LIST))
    assert page(report) in html
    assert "Senegal" in html
    assert "A copy of the message is attached" in html
    for word in ("Rita", "Wim", "threat", "find you"):
        assert word not in html


def test_empty_list_says_what_will_come(desk):
    assert "No report waits for a decision" in main(desk.get(LIST))
    assert "No report was decided yet" in main(desk.get(f"{LIST}?state=decided"))


def test_list_is_in_pages_by_state(scene, desk, monkeypatch):
    from community.moderation import queries

    monkeypatch.setattr(queries, "PAGE", 2)
    seqs = [scene.case.say(scene.writer) for _ in range(5)]
    ids = [send(scene, seq=seq).json()["report_id"] for seq in seqs]
    Report.objects.filter(public_id__in=ids[3:]).update(state="decided", decision="none")

    def shown(query):
        html = main(desk.get(f"{LIST}?{query}"))
        return [one for one in ids if one in html], html

    first, html = shown("")
    assert first == ids[:2]
    after = html.split("after=", 1)[1].split('"', 1)[0]
    assert shown(f"after={after}")[0] == ids[2:3]
    assert "after=" not in shown(f"after={after}")[1]
    assert shown("state=decided")[0] == ids[3:]
    assert shown("state=nonsense&after=x")[0] == ids[:2]


# reading


def test_page_shows_the_copy_and_puts_the_reading_on_record(scene, report, desk):
    html = main(desk.get(page(report)))
    for word in ("Rita Reporter", "Wim Writer", "This is a threat.", "We will find you."):
        assert word in html
    assert str(scene.case.id) not in html
    row = AuditRow.objects.get(event="report.read")
    assert (row.actor, row.about) == (str(scene.focal.public_id), str(scene.writer.user.public_id))
    assert row.thing.endswith(str(report.public_id))


def test_nothing_sealed_is_shown_without_a_copy(scene, desk):
    number = send(scene, copy=None).json()["report_id"]
    html = desk.get(f"{LIST}{number}/").content.decode()
    assert "attached no copy" in html
    assert "AwgA" not in html
    assert "tlp-banner" not in html


def test_copy_is_never_shown_unrecorded(report, desk):
    assert "We will find you." in main(decide(desk, report, ""))
    assert AuditRow.objects.filter(event="report.read").count() == 1


def test_copy_bears_a_label_above_and_below(report, desk):
    assert desk.get(page(report)).content.decode().count('class="tlp-banner"') == 2


def test_words_of_people_are_no_markup(scene, desk):
    number = send(scene, reason="<b>reason</b>", copy="<script>1</script>").json()["report_id"]
    html = main(desk.get(f"{LIST}{number}/"))
    assert "&lt;b&gt;reason" in html
    assert "<script>1" not in html


def test_others_find_no_list_and_no_report(scene, report):
    for user in (people.person(), people.member(), people.staff("trainer")):
        client = people.signed_in(user)
        assert client.get(LIST).status_code == 404
        assert client.get(page(report)).status_code == 404
    far = people.signed_in(people.staff("focal-point", region_id="eastern-europe"))
    assert str(report.public_id) not in far.get(LIST).content.decode()
    assert far.get(page(report)).status_code == 404
    assert decide(far, report, "none").status_code == 404
    assert not AuditRow.objects.filter(event="report.read").exists()


@pytest.mark.parametrize("who", ["reporter", "writer", "in the room", "was in the room"])
def test_people_of_the_case_neither_see_nor_decide(scene, report, who):
    person = {"reporter": scene.reporter, "writer": scene.writer}.get(who) or sealed()
    if "room" in who:
        scene.case.invite(scene.reporter, person)
        scene.case.post(person, "join")
        if "was" in who:
            scene.case.post(person, "leave")
    people.with_role(person.user, "administrator")
    client = people.signed_in(person.user)
    assert str(report.public_id) not in client.get(LIST).content.decode()
    assert client.get(page(report)).status_code == 404
    assert decide(client, report, "none").status_code == 404
    with step_up.confirmed(person.user), pytest.raises(NotAllowed):
        services.decide(actor=person.user, report=report, choice="none", note="x")
    with pytest.raises(NotAllowed):
        services.read_report(actor=person.user, report=report)


# deciding


def test_no_breach_ends_the_case_and_tells_the_reporter_alone(scene, report, desk):
    answer = decide(desk, report, "none")
    assert (answer.status_code, answer["Location"]) == (302, LIST)
    report.refresh_from_db()
    assert (report.state, report.decision, report.decided_by) == ("decided", "none", scene.focal)
    assert report.note == "I read it twice."
    assert verbs(scene.reporter.user) == ["report-answer"]
    assert "conduct" not in verbs(scene.writer.user)
    row = AuditRow.objects.get(event="report.decided")
    assert json.loads(row.body)["facts"] == {"decision": "none"}
    html = main(desk.get(page(report)))
    assert "Nothing is left to decide" in html
    assert "<form" not in html


def test_warning_tells_the_person_nothing_of_the_report(scene, report, desk):
    decide(desk, report, "warned")
    notice = Notification.objects.get(user=scene.writer.user, verb="conduct")
    assert (notice.place, notice.key) == ("community_home", "")
    html = people.signed_in(scene.writer.user).get("/en/account/notifications/").content.decode()
    assert "keep to the rules" in html
    for word in ("Rita", "threat", str(report.public_id)):
        assert word not in html


def test_suspension_is_done_by_vetting(scene, report, desk):
    assert decide(desk, report, "suspended").status_code == 302
    row = Membership.objects.get(user=scene.writer.user)
    assert (row.state, row.end_reason) == ("suspended", "I read it twice.")
    report.refresh_from_db()
    assert report.decision == "suspended"
    assert AuditRow.objects.filter(event="membership.suspended").exists()


def test_what_vetting_refuses_is_passed_on_to_who_may(scene, report, desk):
    people.with_role(scene.writer.user, "administrator")
    boss = people.staff("administrator")
    html = main(desk.get(page(report)))
    assert "Pass on to somebody" in html
    assert 'value="suspended"' not in html
    assert decide(desk, report, "suspended").status_code == 400
    assert decide(desk, report, "passed").status_code == 302
    report.refresh_from_db()
    assert (report.state, report.decision, report.decided_by) == ("open", "passed", scene.focal)
    assert verbs(boss) == ["report"]
    assert "Pass on to somebody" not in main(desk.get(page(report)))
    client = people.signed_in(boss)
    assert 'value="suspended"' in main(client.get(page(report)))
    assert decide(client, report, "suspended", seen="passed").status_code == 302
    report.refresh_from_db()
    assert (report.state, report.decided_by) == ("decided", boss)
    assert Membership.objects.get(user=scene.writer.user).state == "suspended"


def test_nobody_to_pass_on_to_is_not_offered(scene, report, desk):
    people.with_role(scene.writer.user, "administrator")
    html = main(desk.get(page(report)))
    assert 'value="passed"' not in html
    assert 'value="warned"' in html


def test_deleted_account_can_only_be_cleared(scene, report):
    scene.writer.user.delete()
    client = people.signed_in(people.staff("administrator"))
    html = main(client.get(page(report)))
    assert "Account deleted" in html
    assert 'value="warned"' not in html
    assert decide(client, report, "none").status_code == 302


@pytest.mark.parametrize(
    ("choice", "note"), [("", "x"), ("none", ""), ("none", "  "), ("delete", "x"), ("none", "x" * 2001)]
)  # fmt: skip
def test_form_that_is_not_complete_comes_back_with_what_was_typed(report, desk, choice, note):
    answer = decide(desk, report, choice, note)
    assert answer.status_code == 400
    html = answer.content.decode()
    assert "Error:" in html.split("</title>", 1)[0]
    assert "error-summary" in html
    if note.strip():
        assert note in html
    report.refresh_from_db()
    assert report.state == "open"


def test_slower_moderator_keeps_her_words_and_sees_what_is_new(scene, report, desk):
    other = people.staff("focal-point", "Gil", region_id="SN")
    assert decide(people.signed_in(other), report, "warned").status_code == 302
    answer = decide(desk, report, "none", note="My own reasons.")
    assert answer.status_code == 409
    html = main(answer)
    assert "Somebody else has decided" in html
    assert "Gil" in html
    assert report.__class__.objects.get(pk=report.pk).decision == "warned"


def test_page_shown_before_it_was_passed_on_is_too_old(scene, report, desk):
    Report.objects.update(decision="passed", decided_by=scene.focal, decided_at=clock.now())
    answer = decide(desk, report, "none", note="My own reasons.")
    assert answer.status_code == 409
    assert "My own reasons." in main(answer)
    with step_up.confirmed(scene.focal), pytest.raises(Conflict):
        services.decide(actor=scene.focal, report=report, choice="none", note="x", seen="")


def test_deciding_wants_a_fresh_second_factor(scene, report):
    client = people.signed_in(scene.focal, fresh=False)
    assert client.get(page(report)).status_code == 200
    answer = decide(client, report, "none")
    assert answer.status_code == 302
    assert "/account/" in answer["Location"]
    report.refresh_from_db()
    assert report.state == "open"


def test_lists_decision_words(report, desk):
    decide(desk, report, "warned")
    assert "Warned" in main(desk.get(f"{LIST}?state=decided"))


def test_copies_go_ninety_days_after_the_decision(scene, report, desk):
    decide(desk, report, "none")
    with clock.held() as now:
        now.advance(days=89)
        assert services.forget_copies() == 0
        now.advance(days=2)
        assert services.forget_copies() == 1
        assert services.forget_copies() == 0
    report.refresh_from_db()
    assert report.copy is None
    assert report.reason


def test_open_reports_keep_their_copy(report):
    with clock.held() as now:
        now.advance(days=400)
        assert services.forget_copies() == 0


@pytest.mark.parametrize("code", ["ar", "zh-hans"])
def test_pages_open_in_every_direction(report, desk, code):
    for path in (LIST, page(report)):
        assert desk.get(path.replace("/en/", f"/{code}/")).status_code == 200
