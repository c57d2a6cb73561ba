"""A shortcoming's whole life through its pages, tried by those who may and those who may not."""

import datetime as dt
from contextlib import suppress

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.factories import access, units
from tests.factories import cast as cast_of
from tests.factories import cycles as cycle_of
from tests.factories import ratings as rating_of
from tests.factories.remediation import (
    PLANNED,
    action,
    analyzed,
    checked,
    content,
    done,
    personal_plan,
    plan,
    told,
)
from tusoi.access.enums import RoleKey
from tusoi.core import clock
from tusoi.cycles.models import Obligation
from tusoi.files.enums import MOST_FILES
from tusoi.files.models import StoredFile
from tusoi.remediation import operations, queries
from tusoi.remediation.enums import ActionState, PlanState, ShortcomingState, SourceKind, Verdict
from tusoi.remediation.errors import ActionChangedMeanwhile, AnsweredAlready
from tusoi.remediation.models import (
    Acceptance,
    ActionVersion,
    EffectCheck,
    FollowedShortcoming,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
)
from tusoi.reviews.enums import ShortcomingKind, Topic
from tusoi.reviews.models import Shortcoming
from tusoi.units.enums import Position


pytestmark = [pytest.mark.django_db, pytest.mark.slow]
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000"
    "000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
FUTURE = "31/03/2023"


@pytest.fixture(autouse=True)
def _in_december(settings):
    settings.TUSOI_CLOCK = "2022-12-05"


@pytest.fixture
def cast():
    return cast_of.make()


@pytest.fixture
def cycle(cast):
    return cycle_of.cycle(cast.district)


@pytest.fixture
def one(cast, cycle):
    return told(cycle, cast.cell, "Thu Quỹ đạt 74%", topic=Topic.OTHER)[0]


@pytest.fixture
def drafted(cast, cycle, one):
    return plan(cycle, cast.cell)


def page_of(one):
    return reverse("remediation:shortcoming", args=[one.public_id])


def step(what, verb, kind="shortcoming"):
    return reverse(f"remediation:{kind}-act", args=[what.public_id, verb])


def cause(one, **changed):
    return {
        "topic": "finance",
        "cause_kind": "subjective",
        "cause_class": "supervision",
        "cause": "Chưa đôn đốc",
        "version": str(one.version),
    } | changed


def test_the_cause_is_the_first_step_and_the_topic_is_suggested_from_the_words(client, cast, one):
    client.force_login(cast.binh)

    shown = client.get(page_of(one))

    assert shown.context["next"].verb == "cause"
    form = shown.context["next_offer"].form
    assert form["topic"].value() == "finance"
    assert form["cause_kind"].value() == ""
    page = shown.content.decode()
    assert "chưa xếp vào nội dung nào" in page
    assert "Đề nghị theo lời văn" in page

    assert client.post(step(one, "cause"), cause(one)).status_code == 302
    one.refresh_from_db()
    assert (one.topic, one.cause_class, one.state) == (
        "finance",
        "supervision",
        ShortcomingState.CAUSE_ANALYZED,
    )


def test_what_is_missing_is_said_and_what_was_typed_stays(client, cast, one):
    client.force_login(cast.binh)

    answer = client.post(step(one, "cause"), cause(one, topic="", cause="Chưa đôn đốc hằng tuần"))

    assert answer.status_code == 422
    assert "Chưa đôn đốc hằng tuần" in answer.content.decode()


def test_the_later_of_two_who_find_the_cause_is_told(client, cast, one):
    client.force_login(cast.binh)
    stale = cause(one, cause="Bản đến sau")
    analyzed(one)

    answer = client.post(step(one, "cause"), stale)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Người khác vừa sửa" in page
    assert "Bản đến sau" in page
    assert "Chưa đôn đốc thường xuyên" in page


def test_an_action_is_written_down_as_the_next_step(client, cast, cycle, one):
    client.force_login(cast.binh)
    client.post(step(one, "cause"), cause(one))
    coming = client.get(page_of(one)).context["next"]
    answer = client.post(coming.url, dict(coming.sends))
    assert RemediationPlan.objects.get().unit == cast.cell
    assert answer["Location"].endswith(f"?shortcoming={one.pk}")
    sent = {
        "text": "Đôn đốc thu",
        "shortcomings": [one.pk],
        "owner": f"person:{cast.an_person.pk}",
        "due_on": FUTURE,
        "measure": "Đạt 100%",
        "planned_value": "1.250,5",
        "steps": "Rà soát hộ\n\nThu đợt 1",
        "first_due_on": "31/01/2023",
    }

    answer = client.post(answer["Location"], sent)

    assert answer["Location"] == page_of(one)
    todo = RemediationAction.objects.get()
    assert [line.text for line in todo.steps.order_by("position")] == ["Rà soát hộ", "Thu đợt 1"]
    assert format(todo.planned_value.normalize(), "f") == "1250.5"
    assert client.get(page_of(one)).context["next"].url.endswith(f"/{todo.public_id}/")


def test_who_is_in_charge_reports_from_the_phone_with_a_photograph(client, cast, drafted, one):
    analyzed(one)
    steps = [operations.Step("Rà soát hộ")]
    todo = action(drafted, one, owner_person_id=cast.an_person.pk, steps=steps)
    client.force_login(cast.an)
    line = todo.steps.get()
    client.post(step(todo, "tick", "action"), {"step": line.pk, "done": "1", "back": "mine"})
    line.refresh_from_db()
    assert line.done_at
    photo = SimpleUploadedFile("thu.png", PNG, "image/png")
    noted = {"text": "Đã thu đủ", "reached_value": "99,5", "evidence": photo, "done": "1"}

    client.post(step(todo, "note", "action"), noted)

    todo.refresh_from_db()
    assert (todo.state, float(todo.reached_value)) == (ActionState.DONE, 99.5)
    stored = reverse("files:download", args=[ProgressNote.objects.get().files.get().public_id])
    client.force_login(cast.inspector)
    assert client.get(stored).status_code == 200
    client.force_login(cast.dung)
    assert client.get(stored).status_code == 404


def test_somebody_else_says_that_it_helped_and_stops_the_following(client, cast, drafted, one):
    done(cast, drafted, one)
    client.force_login(cast.an)
    assert client.post(step(one, "check"), {}).status_code == 404

    client.force_login(cast.inspector)
    assert client.get(page_of(one)).context["next"].verb == "check"
    verdict = {"verdict": "effective", "grounds": "Biên lai", "checked_on": "05/12/2022"}
    client.post(step(one, "check"), verdict)
    client.post(step(one, "close"), {"reason": ""})

    one.refresh_from_db()
    assert one.state == ShortcomingState.CLOSED
    assert "không còn việc phải làm" in client.get(page_of(one)).content.decode()


def test_what_was_not_effective_asks_for_another_action(client, cast, drafted, one):
    done(cast, drafted, one)
    client.force_login(cast.inspector)
    verdict = {"verdict": "not_effective", "grounds": "Vẫn 74%", "checked_on": "05/12/2022"}
    client.post(step(one, "check"), verdict)

    client.force_login(cast.binh)
    coming = client.get(page_of(one)).context["next"]

    assert "chưa hiệu quả" in coming.title
    assert coming.url.startswith(reverse("remediation:add-action", args=[drafted.public_id]))
    client.post(coming.url, {"text": "Cách khác", "shortcomings": [one.pk]})
    one.refresh_from_db()
    assert (one.attempt, one.state) == (2, ShortcomingState.ACTION_PLANNED)
    page = client.get(page_of(one)).content.decode()
    assert "Khắc phục lần 2" in page
    assert "Vẫn 74%" in page


def test_who_was_in_charge_is_not_offered_the_check(client, cast, drafted, one):
    done(cast, drafted, one, owner_person_id=cast.binh.person_id)
    client.force_login(cast.binh)

    assert client.get(page_of(one)).context["next"].verb == ""
    verdict = {"verdict": "effective", "grounds": "x", "checked_on": "05/12/2022"}
    refused = client.post(step(one, "check"), verdict | {"grounds": "Đã xem biên lai"})
    assert refused.status_code == 422
    assert "nên người khác kiểm tra" in refused.content.decode()
    assert "Đã xem biên lai" in refused.content.decode()
    assert not EffectCheck.objects.exists()


def test_closing_says_what_is_still_missing(client, cast, drafted, one):
    analyzed(one)
    made = action(drafted, one, owner_person_id=cast.an_person.pk, due_on=None)
    operations.finish_action(action_id=made.pk, text="Xong", actor=cast.an, at=PLANNED)
    checked(one, Verdict.EFFECTIVE, actor=cast.inspector)
    client.force_login(cast.inspector)

    answer = client.post(step(one, "close"), {"reason": ""})

    assert answer.status_code == 422
    assert "chưa ghi thời hạn" in answer.content.decode()


def test_leave_to_let_it_be_is_asked_for_below_and_given_above(client, cast, one):
    client.force_login(cast.binh)
    client.post(step(one, "ask-acceptance"), {"until": "30/06/2023", "reason": "Chờ kinh phí"})
    assert "grant-acceptance" not in _verbs(client.get(page_of(one)))

    client.force_login(cast.cuc)
    assert "grant-acceptance" in _verbs(client.get(page_of(one)))
    client.post(step(one, "grant-acceptance"))
    assert Acceptance.objects.get().granted_by == cast.cuc
    assert "Đang được tạm chấp nhận" in client.get(page_of(one)).content.decode()
    client.post(step(one, "revoke-acceptance"), {"reason": "Đã có kinh phí"})
    assert Acceptance.objects.get().revoked_by == cast.cuc


def _verbs(answer):
    return {offer.step.verb for offer in answer.context["offers"]}


def test_more_time_is_asked_for_and_answered_by_somebody_else(client, cast, drafted, one):
    made = action(drafted, one, owner_person_id=cast.an_person.pk, due_on=dt.date(2023, 1, 31))
    client.force_login(cast.an)
    client.post(step(made, "ask-extension", "action"), {"until": "28/02/2023", "reason": "Lũ lụt"})
    address = reverse("remediation:action", args=[made.public_id])
    assert "grant-extension" not in _verbs(client.get(address))

    client.force_login(cast.binh)
    assert "grant-extension" in _verbs(client.get(address))
    client.post(step(made, "grant-extension", "action"))

    made.refresh_from_db()
    assert made.due_on == dt.date(2023, 2, 28)
    again = client.post(step(made, "grant-extension", "action"))
    assert again.status_code == 422


def test_a_wrong_tap_is_taken_back_from_the_list(client, cast, drafted, one):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)
    client.post(step(made, "note", "action"), {"text": "Xong", "done": "1", "back": "mine"})
    assert "Báo xong nhầm" in client.get(reverse("remediation:mine")).content.decode()

    client.post(step(made, "reopen", "action"), {"reason": "Bấm nhầm", "back": "mine"})

    made.refresh_from_db()
    assert made.state == ActionState.IN_HAND


def test_my_list_is_grouped_by_deadline(client, cast, drafted, one):
    for text, due_on in (
        ("Muộn", dt.date(2022, 12, 4)),
        ("Tuần này", dt.date(2022, 12, 11)),
        ("Sau", dt.date(2022, 12, 12)),
        ("Không hạn", None),
    ):
        action(drafted, one, text=text, due_on=due_on, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)

    groups = client.get(reverse("remediation:mine")).context["groups"]

    assert [[row.text for row in group.actions] for group in groups] == [
        ["Muộn"],
        ["Tuần này"],
        ["Sau", "Không hạn"],
    ]


def test_a_file_that_is_no_document_is_refused_and_the_note_kept(client, cast, drafted, one):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)
    program = SimpleUploadedFile("a.png", b"MZ", "image/png")

    answer = client.post(step(made, "note", "action"), {"text": "Đã họp dân", "evidence": program})

    assert answer.status_code == 422
    assert "Đã họp dân" in answer.content.decode()
    assert not ProgressNote.objects.exists()


def test_a_bad_file_leaves_nothing_of_the_good_ones_beside_it(
    client, cast, drafted, one, settings, tmp_path
):
    settings.MEDIA_ROOT = tmp_path
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)
    good = SimpleUploadedFile("a.png", PNG, "image/png")
    bad = SimpleUploadedFile("b.pdf", b"MZ", "application/pdf")

    answer = client.post(
        step(made, "note", "action"), {"text": "Đã họp dân", "evidence": [good, bad]}
    )

    assert answer.status_code == 422
    assert not StoredFile.objects.exists()
    assert not [kept for kept in tmp_path.rglob("*") if kept.is_file()]


@pytest.fixture
def disk(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def kept_on_disk(folder):
    return [kept for kept in folder.rglob("*") if kept.is_file()]


def test_who_may_not_report_leaves_nothing_on_the_disk(client, cast, drafted, one, disk):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.inspector)
    photo = SimpleUploadedFile("a.png", PNG, "image/png")

    answer = client.post(step(made, "note", "action"), {"text": "Đã họp", "evidence": photo})

    assert answer.status_code == 403
    assert not StoredFile.objects.exists()
    assert not kept_on_disk(disk)


def test_a_note_sent_again_keeps_other_files_and_no_file_twice(
    client, cast, drafted, one, disk, django_capture_on_commit_callbacks
):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)
    for name, inside in (("a.png", PNG), ("b.png", PNG), ("c.pdf", b"%PDF-1.7\n%%EOF\n")):
        photo = SimpleUploadedFile(name, inside)
        with django_capture_on_commit_callbacks(execute=True):
            client.post(step(made, "note", "action"), {"text": "Đã họp", "evidence": photo})

    names = ProgressNote.objects.get().files.order_by("pk").values_list("name", flat=True)
    assert list(names) == ["a.png", "c.pdf"]
    assert StoredFile.objects.count() == len(kept_on_disk(disk)) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("version", "-1"), ("version", "9" * 24), ("kept", "-1"), ("steps", "y" * 301)],
)
def test_what_no_column_holds_is_refused_in_the_form(client, cast, drafted, one, field, value):
    made = action(drafted, one)
    client.force_login(cast.binh)
    sent = {"text": "Việc", "shortcomings": [one.pk], "version": "1"} | {field: value}

    answer = client.post(reverse("remediation:edit-action", args=[made.public_id]), sent)

    assert answer.status_code == 422
    made.refresh_from_db()
    assert made.version == 1


@pytest.mark.parametrize("digits", [25, 5000])
def test_nobody_with_such_a_number_answers_for_it(client, cast, one, digits):
    client.force_login(cast.binh)
    sent = {"answerable": "9" * digits, "version": "1"}

    assert client.post(step(one, "answerable"), sent).status_code == 422


def test_ticking_a_step_that_is_gone_says_so(client, cast, drafted, one):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)

    answer = client.post(step(made, "tick", "action"), {"step": "999", "done": "on"})

    page = answer.content.decode()
    assert "Bước thực hiện này không còn" in page
    assert 'name="step"' not in page


def test_a_second_answer_to_a_clash_is_told_so(client, cast, drafted, one, monkeypatch):
    made = action(drafted, one)
    edited = content(one, text="Bản một")
    operations.edit_action(
        action_id=made.pk, version=1, content=edited, actor=cast.binh, at=PLANNED
    )
    with suppress(ActionChangedMeanwhile):
        operations.edit_action(
            action_id=made.pk, version=1, content=content(one), actor=cast.binh, at=PLANNED
        )
    kept = queries.open_conflicts(made).get()

    def too_late(**_sent):
        raise AnsweredAlready

    monkeypatch.setattr(operations, "settle_conflict", too_late)
    client.force_login(cast.binh)
    address = reverse("remediation:settle", args=[made.public_id, kept.pk])
    assert client.post(address).status_code == 302


def test_an_empty_file_is_named_as_such(client, cast, drafted, one):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)
    empty = SimpleUploadedFile("a.pdf", b"", "application/pdf")

    answer = client.post(step(made, "note", "action"), {"text": "Đã họp dân", "evidence": empty})

    assert answer.status_code == 422
    assert "Tệp được chọn trống." in answer.content.decode()


def test_one_note_carries_no_more_files_than_allowed_and_says_so(client, cast, drafted, one):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.an)
    many = [SimpleUploadedFile(f"{n}.png", PNG, "image/png") for n in range(MOST_FILES + 1)]

    answer = client.post(step(made, "note", "action"), {"text": "Đã họp dân", "evidence": many})

    assert answer.status_code == 422
    assert f"nhiều nhất {MOST_FILES} tệp" in answer.content.decode()
    assert not ProgressNote.objects.exists()
    assert not StoredFile.objects.exists()


def test_handing_over_is_searched_by_name_and_gives_the_reason(client, cast, drafted, one):
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.binh)
    address = reverse("remediation:hand-over", args=[made.public_id])
    assert (
        "person:" in client.post(address, {"owner_search": "bình", "find": "1"}).content.decode()
    )
    assert client.post(address, {"owner_search": "Trần Văn Bình"}).status_code == 422

    client.post(address, {"owner_search": "Trần Văn Bình", "reason": "Chuyển công tác"})

    made.refresh_from_db()
    assert made.owner_person == cast.binh.person


def test_a_tick_reaches_no_other_action(client, cast, drafted, one):
    steps = [operations.Step("Bước")]
    mine = action(drafted, one, owner_person_id=cast.an_person.pk)
    other = action(drafted, one, text="Việc khác", steps=steps)
    client.force_login(cast.an)

    answer = client.post(step(mine, "tick", "action"), {"step": other.steps.get().pk, "done": "1"})

    assert answer.status_code == 422
    assert other.steps.get().done_at is None


def test_two_people_edit_one_action_and_nothing_is_lost(client, cast, drafted, one):
    made = action(drafted, one)
    operations.edit_action(
        action_id=made.pk,
        version=1,
        content=content(one, text="Bản của chị Cúc"),
        actor=cast.cuc,
        at=PLANNED,
    )
    client.force_login(cast.binh)
    address = reverse("remediation:edit-action", args=[made.public_id])
    sent = {"text": "Bản của anh Bình", "shortcomings": [one.pk], "version": "1"}

    answer = client.post(address, sent)

    assert answer.status_code == 422
    assert "Bản của chị Cúc" in answer.content.decode()
    kept = ActionVersion.objects.get(event="conflict")
    detail = reverse("remediation:action", args=[made.public_id])
    assert "Bản của anh Bình" in client.get(detail).content.decode()
    # Taken up again, the form begins with the text that came too late.
    taken_up = client.get(address, {"kept": kept.pk})
    assert taken_up.context["form"]["text"].value() == "Bản của anh Bình"
    assert taken_up.context["clash"].differing[0].stored == "Bản của chị Cúc"
    assert client.get(address, {"kept": "x"}).context["clash"] is None
    client.post(reverse("remediation:settle", args=[made.public_id, kept.pk]))
    assert "Bản của anh Bình" not in client.get(detail).content.decode()
    kept.refresh_from_db()
    assert kept.resolved_by == cast.binh


# -- written by hand -----------------------------------------------------------------------------


def recorded(cast, **changed):
    return {
        "unit": cast.cell.code,
        "source": "inspection",
        "source_note": "Kết luận 12-KL/UBKT",
        "nature": "Chi bộ chưa sinh hoạt chuyên đề quý III, 2 kỳ",
        "kind": "limitation",
        "topic": "",
    } | changed


def test_an_inspector_records_and_the_topic_is_asked_for_once_there_are_words(client, cast, cycle):
    client.force_login(cast.inspector)
    address = f"{reverse('remediation:record')}?cycle={cycle.public_id}"

    first = client.post(address, recorded(cast))

    assert first.status_code == 422
    assert first.context["form"]["topic"].value() == "party_building"
    assert not FollowedShortcoming.objects.exists()
    client.post(address, recorded(cast, topic="party_building"))
    made = FollowedShortcoming.objects.get()
    assert (made.topic, made.source, made.unit) == (
        "party_building",
        SourceKind.INSPECTION,
        cast.cell,
    )
    # A mistake is taken out again, with a trace.
    client.post(step(made, "erase"), {"reason": "Ghi hai lần"})
    assert not FollowedShortcoming.objects.exists()


def test_nobody_records_where_they_neither_plan_nor_inspect(client, cast, cycle):
    address = f"{reverse('remediation:record')}?cycle={cycle.public_id}"
    client.force_login(cast.an)
    assert client.get(address).status_code == 403

    client.force_login(cast.dung)
    answer = client.post(address, recorded(cast, topic="party_building"))
    assert answer.status_code == 422
    assert not FollowedShortcoming.objects.exists()


def test_two_people_edit_one_shortcoming_and_see_both_texts(client, cast, one):
    client.force_login(cast.binh)
    address = reverse("remediation:edit-shortcoming", args=[one.public_id])
    sent = {"nature": "Thu 74,5%", "kind": "limitation", "topic": "finance", "version": "1"}
    client.post(address, sent)

    late = client.post(
        address, sent | {"nature": "Bản đến sau", "planned_value": "100", "kind": "fault"}
    )

    page = late.content.decode()
    assert late.status_code == 422
    clash = late.context["clash"]
    # Every field of the form is compared, whichever it is.
    assert [(row.stored, row.arrived) for row in clash.differing] == [
        ("Thu 74,5%", "Bản đến sau"),
        ("hạn chế", "khuyết điểm"),
        ("", "100"),
    ]
    shown = {str(row.label) for row in (*clash.differing, *clash.same)}
    assert shown >= {str(field.label) for field in late.context["form"].visible_fields()}
    assert "Thu 74,5%" in page
    assert "Bản đến sau" in page
    one.refresh_from_db()
    assert one.nature == "Thu 74,5%"
    client.post(address, sent | {"nature": "Bản đến sau", "version": "2"})
    one.refresh_from_db()
    assert one.nature == "Bản đến sau"


def test_a_cause_that_ran_into_another_is_shown_beside_it_and_can_be_saved(client, cast, one):
    client.force_login(cast.binh)
    client.post(step(one, "cause"), cause(one))

    late = client.post(step(one, "cause"), cause(one, cause="Chưa đủ cán bộ"))

    assert late.status_code == 422
    offer = next(found for found in late.context["offers"] if found.step.verb == "cause")
    assert [(row.stored, row.arrived) for row in offer.clash.differing] == [
        ("Chưa đôn đốc", "Chưa đủ cán bộ")
    ]
    again = {name: offer.form[name].value() or "" for name in offer.form.fields}
    assert client.post(step(one, "cause"), again).status_code == 302
    one.refresh_from_db()
    assert one.cause == "Chưa đủ cán bộ"


# -- plans ---------------------------------------------------------------------------------------


def test_a_plan_goes_up_comes_back_and_is_accepted_with_versions_to_compare(
    client, cast, drafted, one
):
    analyzed(one)
    action(drafted, one, owner_person_id=cast.an_person.pk)
    address = reverse("remediation:plan", args=[drafted.public_id])
    client.force_login(cast.binh)
    client.post(step(drafted, "approve", "plan"), {"justification": ""})
    client.post(step(drafted, "send", "plan"))
    client.force_login(cast.cuc)
    assert client.post(step(drafted, "return", "plan"), {"reason": ""}).status_code == 422
    client.post(step(drafted, "return", "plan"), {"reason": "Ghi rõ từng quý"})
    assert "Ghi rõ từng quý" in client.get(address).content.decode()

    client.force_login(cast.binh)
    made = RemediationAction.objects.get()
    edited = content(one, text="Đôn đốc từng quý", owner_person_id=cast.an_person.pk)
    operations.edit_action(
        action_id=made.pk, version=1, content=edited, actor=cast.binh, at=clock.now()
    )
    client.post(step(drafted, "approve", "plan"), {"justification": "Theo ý kiến cấp trên"})
    client.post(step(drafted, "send", "plan"))
    client.force_login(cast.cuc)
    client.post(step(drafted, "accept", "plan"), {"reason": ""})

    drafted.refresh_from_db()
    assert drafted.state == PlanState.ACCEPTED
    compared = client.get(reverse("remediation:plan-versions", args=[drafted.public_id]))
    page = compared.content.decode()
    assert "Đôn đốc thu hằng tháng" in page
    assert "Đôn đốc từng quý" in page
    printed = reverse("remediation:plan-print", args=[drafted.public_id])
    assert "Đôn đốc từng quý" in client.get(printed).content.decode()
    first = client.get(printed, {"version": "1"}).content.decode()
    assert "Đôn đốc thu hằng tháng" in first
    listed = client.get(reverse("remediation:plans"), {"state": "accepted"})
    assert [row.unit for row in listed.context["slice"].rows] == [cast.cell]


def test_who_sent_a_plan_reads_that_it_waits_above(client, cast, drafted, one):
    analyzed(one)
    action(drafted, one, owner_person_id=cast.an_person.pk)
    address = reverse("remediation:plan", args=[drafted.public_id])
    client.force_login(cast.binh)
    client.post(step(drafted, "approve", "plan"), {"justification": ""})
    client.post(step(drafted, "send", "plan"))

    assert "Chờ cấp trên trả lời." in client.get(address).content.decode()
    client.force_login(cast.cuc)
    assert "Chờ cấp trên trả lời." not in client.get(address).content.decode()


def test_a_plan_is_shown_by_stages_where_they_are_asked_for(client, cast, drafted, one):
    action(drafted, one, text="Trong tháng đầu", due_on=dt.date(2023, 1, 15))
    client.force_login(cast.binh)

    refused = client.post(step(drafted, "stages", "plan"), {"by_stages": "on"})
    assert refused.status_code == 422
    client.post(step(drafted, "stages", "plan"), {"by_stages": "on", "starts_on": "01/01/2023"})

    shown = client.get(reverse("remediation:plan", args=[drafted.public_id]))
    assert [row.text for row in shown.context["stages"][0][0].actions] == ["Trong tháng đầu"]


def test_a_person_keeps_their_own_plan_and_nobody_elses(client, cast, cycle):
    made = personal_plan(cycle, cast.cell, cast.an_person)
    address = reverse("remediation:plan", args=[made.public_id])
    client.force_login(cast.an)
    assert "cấp ủy ban hành kế hoạch này" in client.get(address).content.decode()
    # The committee issues it, not its owner.
    assert client.post(step(made, "approve", "plan"), {"justification": "x"}).status_code == 403

    client.force_login(cast.binh)
    client.post(step(made, "approve", "plan"), {"justification": "Đã rõ"})
    made.refresh_from_db()
    assert made.state == PlanState.APPROVED
    client.force_login(cast.dung)
    assert client.get(address).status_code == 404


def test_what_worked_elsewhere_serves_as_a_model_within_sight(client, cast, cycle, drafted, one):
    theirs = told(cycle, cast.other_cell, "Thu phí chậm", topic=Topic.FINANCE)[0]
    other_plan = plan(cycle, cast.other_cell)
    analyzed(theirs)
    model = action(other_plan, theirs, text="Thu tại nhà", owner_person_id=cast.dung.person_id)
    operations.finish_action(action_id=model.pk, text="Đủ", actor=cast.dung, at=PLANNED)
    checked(theirs, Verdict.EFFECTIVE, actor=cast.inspector)
    FollowedShortcoming.objects.filter(pk=one.pk).update(topic=Topic.FINANCE)
    address = reverse("remediation:add-action", args=[drafted.public_id])

    client.force_login(cast.binh)
    assert "Thu tại nhà" not in client.get(address, {"shortcoming": one.pk}).content.decode()
    copied = client.get(address, {"shortcoming": one.pk, "model": model.public_id})
    assert "Thu tại nhà" not in copied.content.decode()

    access.grant(cast.binh, RoleKey.ORGANIZATION_BOARD, cast.district)
    offered = client.get(address, {"shortcoming": one.pk}).content.decode()
    assert "Nơi khác đã làm có hiệu quả" in offered
    assert "Chi bộ Khu vực 9" in offered
    copied = client.get(address, {"shortcoming": one.pk, "model": model.public_id})
    assert copied.context["form"]["text"].value() == "Thu tại nhà"


def test_pages_cost_the_same_with_more_on_them(
    client, cast, drafted, one, django_assert_max_num_queries
):
    analyzed(one)
    made = action(drafted, one, owner_person_id=cast.an_person.pk)
    client.force_login(cast.binh)
    addresses = (
        page_of(one),
        reverse("remediation:action", args=[made.public_id]),
        reverse("remediation:plan", args=[drafted.public_id]),
        reverse("remediation:add-action", args=[drafted.public_id]),
        reverse("remediation:plan-print", args=[drafted.public_id]),
    )
    before = {}
    for address in addresses:
        client.get(address)
        with django_assert_max_num_queries(60) as asked:
            client.get(address)
        before[address] = len(asked)
    for number in range(3):
        more = action(drafted, one, text=f"Việc {number}", owner_person_id=cast.an_person.pk)
        operations.note_progress(action_id=more.pk, text="Đang", actor=cast.an, at=PLANNED)

    for address in addresses:
        with django_assert_max_num_queries(before[address]):
            client.get(address)


@pytest.fixture
def twice(cast):
    """Make a cycle in which An is counted in the cell as a member, in the ward as a leader."""
    seats = units.collective(cast.ward)
    units.post(cast.an_person, cast.ward, Position.LEADER, collective=seats)
    made = cycle_of.cycle(cast.district)
    owed = Obligation.objects.filter(cycle=made, person=cast.an_person)
    assert {one.unit for one in owed} == {cast.cell, cast.ward}
    return owed


def begin_own(client, unit):
    return client.post(reverse("remediation:start"), {"own": "1", "unit": unit.public_id})


def write_shortcoming(owed, actor):
    return Shortcoming.objects.create(
        review=rating_of.review(owed),
        position=1,
        kind=ShortcomingKind.LIMITATION,
        nature=f"Nộp báo cáo chậm ở {owed.unit.name}",
        saved_at=PLANNED,
        saved_by=actor,
    )


def test_who_is_reviewed_in_two_units_has_a_plan_in_each(client, cast, twice):
    for owed in twice:
        write_shortcoming(owed, cast.an)
    client.force_login(cast.an)
    page = client.get(reverse("remediation:mine")).content.decode()
    assert page.count('name="own"') == 2

    for _time in range(2):
        assert begin_own(client, cast.ward).status_code == 302

    page = client.get(reverse("remediation:mine")).content.decode()
    assert page.count('name="own"') == 1
    begin_own(client, cast.cell)
    made = {one.unit: one for one in RemediationPlan.objects.filter(person=cast.an_person)}
    for unit in (cast.cell, cast.ward):
        named = queries.shortcomings_of_plan(made[unit])
        assert [one.nature for one in named] == [f"Nộp báo cáo chậm ở {unit.name}"]
    page = client.get(reverse("remediation:mine")).content.decode()
    assert page.count('name="own"') == 0
    assert f"Kế hoạch khắc phục – {cast.ward.name}" in page
    # The secretary of the cell reads what the cell answers for, and not the leader's plan.
    client.force_login(cast.binh)
    for unit, status in ((cast.cell, 200), (cast.ward, 404)):
        address = reverse("remediation:plan", args=[made[unit].public_id])
        assert client.get(address).status_code == status


def test_a_secretary_begins_the_plan_of_the_member_and_never_their_own(client, cast, cycle):
    written = write_shortcoming(cycle_of.obligation(cycle, cast.an_person), cast.an)
    operations.follow_review(review_id=written.review_id, actor=cast.binh, at=PLANNED)
    one = written.followed
    FollowedShortcoming.objects.filter(pk=one.pk).update(
        state="cause_analyzed",
        cause="Chưa theo dõi hạn",
        cause_kind="subjective",
        analyzed_at=PLANNED,
        analyzed_by=cast.an,
    )
    client.force_login(cast.binh)
    assert client.get(page_of(one)).context["next"].sends == {"shortcoming": str(one.pk)}

    begun = client.post(reverse("remediation:start"), {"shortcoming": one.pk})

    made = RemediationPlan.objects.get()
    assert made.person == cast.an_person
    assert begun["Location"].startswith(reverse("remediation:add-action", args=[made.public_id]))
    client.force_login(cast.dung)
    assert client.post(reverse("remediation:start"), {"shortcoming": one.pk}).status_code == 404


def test_who_is_counted_nowhere_begins_no_plan(client, cast, cycle):
    client.force_login(cast.board)

    assert client.post(reverse("remediation:start"), {"own": "1"}).status_code == 404
