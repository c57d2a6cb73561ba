import datetime as dt
from decimal import Decimal

import pytest

from tests.factories import access, units
from tests.factories import cycles as cycle_of
from tests.factories.remediation import (
    PLANNED,
    action,
    analyzed,
    content,
    plan,
    remedy,
    told,
)
from tusoi.access.enums import RoleKey
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.remediation import errors, operations, queries
from tusoi.remediation.enums import ActionState, GapKind, PlanState
from tusoi.remediation.models import (
    FollowedShortcoming,
    ProgressNote,
    RemediationAction,
    RemediationPlan,
)
from tusoi.reviews.models import ProposedRemedy


pytestmark = pytest.mark.django_db
UNTIL = dt.date(2023, 3, 31)


def do(verb, what, actor, **fields):
    key = "plan_id" if isinstance(what, RemediationPlan) else "action_id"
    fields[key] = what.pk
    return getattr(operations, verb)(actor=actor, at=PLANNED, **fields)


def test_a_plan_takes_over_what_the_review_proposed_and_is_made_once(cast, cycle, shortcoming):
    remedy(shortcoming)

    made = plan(cycle, cast.cell, actor=cast.binh)
    again = plan(cycle, cast.cell, actor=cast.binh)

    assert again == made
    taken = made.actions.get()
    assert (taken.text, taken.first_step) == ("Giao chỉ tiêu từng quý", "Rà soát")
    assert list(taken.shortcomings.all()) == [shortcoming]
    assert AuditEvent.objects.filter(action="remediation.draft_plan").count() == 1


def test_a_remedy_that_answers_no_shortcoming_becomes_an_action_all_the_same(
    cast, cycle, shortcoming
):
    ProposedRemedy.objects.filter(pk=remedy(shortcoming).pk).update(shortcoming=None)

    taken = plan(cycle, cast.cell, actor=cast.binh).actions.get()

    assert taken.text == "Giao chỉ tiêu từng quý"
    assert not taken.shortcomings.exists()


@pytest.mark.parametrize("who", ["an", "dung", "board", "inspector", "ward_authority"])
def test_only_the_own_body_plans(cast, cycle, drafted, shortcoming, who):
    stranger = getattr(cast, who)
    made = action(drafted, shortcoming)

    with pytest.raises(NotPermitted):
        plan(cycle, cast.cell, actor=stranger)
    with pytest.raises(NotPermitted):
        action(drafted, shortcoming, actor=stranger)
    with pytest.raises(NotPermitted):
        do("edit_action", made, stranger, version=1, content=content(shortcoming))
    with pytest.raises(NotPermitted):
        do("drop_action", made, stranger, reason="thôi")
    with pytest.raises(NotPermitted):
        do("approve_plan", drafted, stranger)
    with pytest.raises(NotPermitted):
        do("note_progress", made, stranger, text="xong")


def test_the_officer_above_may_plan_too(cast, drafted, shortcoming):
    assert action(drafted, shortcoming, actor=cast.cuc).state == ActionState.PLANNED


def test_a_plan_needs_an_open_cycle_that_knows_the_unit(cast):
    draft = cycle_of.cycle(cast.district, opened=False)
    with pytest.raises(errors.CycleNotBegun):
        plan(draft, cast.cell, actor=cast.binh)

    elsewhere = cycle_of.cycle(cast.other_ward)
    with pytest.raises(errors.UnitNotInCycle):
        plan(elsewhere, cast.cell, actor=cast.binh)


def test_what_does_not_hold_together_is_refused(cast, cycle, drafted, shortcoming):
    other = told(cycle, cast.other_cell, "Sinh hoạt chưa đều")[0]
    refused = {
        errors.TextMissing: content(shortcoming, text="  "),
        errors.ShortcomingNeeded: content(),
        errors.ShortcomingElsewhere: content(other),
        errors.OneOwnerOnly: content(
            shortcoming, owner_person_id=cast.an_person.pk, owner_unit_id=cast.cell.pk
        ),
    }
    for refusal, wrong in refused.items():
        with pytest.raises(refusal):
            operations.add_action(plan_id=drafted.pk, content=wrong, actor=cast.binh, at=PLANNED)
    for wrong in (
        content(shortcoming, owner_person_id=cast.dung.person_id),
        content(shortcoming, owner_unit_id=cast.ward.pk),
    ):
        with pytest.raises(errors.OwnerElsewhere):
            operations.add_action(plan_id=drafted.pk, content=wrong, actor=cast.binh, at=PLANNED)
    beyond = units.unit("Đảng bộ quận Khác", code="Q9")
    with pytest.raises(errors.PartnerElsewhere):
        operations.add_action(
            plan_id=drafted.pk,
            content=content(shortcoming, partner_unit_ids=[beyond.pk]),
            actor=cast.binh,
            at=PLANNED,
        )
    assert not drafted.actions.exists()


def test_the_later_of_two_edits_is_told_and_overwrites_nothing(cast, drafted, shortcoming):
    made = action(drafted, shortcoming)
    do("edit_action", made, cast.binh, version=1, content=content(shortcoming, text="Bản một"))

    with pytest.raises(errors.ActionChangedMeanwhile):
        do("edit_action", made, cast.cuc, version=1, content=content(shortcoming, text="Bản hai"))

    made.refresh_from_db()
    assert (made.text, made.version) == ("Bản một", 2)


def test_an_incomplete_plan_says_what_it_lacks_and_is_issued_only_with_reasons(
    cast, cycle, drafted, shortcoming
):
    told(cycle, cast.cell, "Cải cách hành chính chậm")
    action(drafted, shortcoming, measure="", due_on=None)

    with pytest.raises(errors.PlanIncomplete) as refusal:
        do("approve_plan", drafted, cast.binh, gaps_until=UNTIL)
    assert refusal.value.gaps == (
        "Chưa ghi nguyên nhân: Thu phí đạt thấp",
        "Chưa ghi nguyên nhân, chưa có việc khắc phục: Cải cách hành chính chậm",
        "Việc “Đôn đốc thu hằng tháng” chưa có: nơi chủ trì, thời hạn, thước đo kết quả.",
    )
    with pytest.raises(errors.PlanIncomplete):
        do("approve_plan", drafted, cast.binh, justification="Chờ kinh phí")
    for day in (PLANNED.date(), PLANNED.date() + dt.timedelta(days=367)):
        with pytest.raises(errors.GapsUntilNotFit):
            do("approve_plan", drafted, cast.binh, justification="Chờ kinh phí", gaps_until=day)

    issued = do("approve_plan", drafted, cast.binh, justification="Chờ kinh phí", gaps_until=UNTIL)
    assert (issued.state, issued.approval_note) == (PlanState.APPROVED, "Chờ kinh phí")
    assert issued.gaps_until == UNTIL
    with pytest.raises(errors.PlanAlreadyApproved):
        do("approve_plan", drafted, cast.binh)


def test_what_a_plan_was_issued_without_is_open_until_it_is_filled(
    cast, cycle, drafted, shortcoming
):
    analyzed(shortcoming)
    other, third = map(
        analyzed, told(cycle, cast.cell, "Cải cách hành chính chậm", "Nợ đọng kéo dài")
    )
    made = action(drafted, shortcoming, third, measure="", owner_person_id=cast.an_person.pk)
    do("approve_plan", drafted, cast.binh, justification="Chờ kinh phí", gaps_until=UNTIL)
    kinds = [GapKind.NO_ACTION, GapKind.NO_MEASURE]
    assert sorted(one.kind for one in queries.open_gaps()) == kinds

    action(drafted, other, owner_person_id=cast.an_person.pk)
    assert {one.kind for one in queries.open_gaps()} == {GapKind.NO_MEASURE}
    whole = content(shortcoming, third, owner_person_id=cast.an_person.pk)
    do("edit_action", made, cast.binh, version=1, content=whole)
    assert not queries.open_gaps().exists()

    issued = do("approve_plan", drafted, cast.binh, justification="Đã bổ sung")
    assert (issued.approval_note, issued.gaps_until) == ("", None)
    assert not issued.gaps.exists()


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"due_on": dt.date(2020, 1, 1)}, errors.DueOutOfReach),
        ({"due_on": dt.date(2203, 3, 31)}, errors.DueOutOfReach),
        ({"first_due_on": dt.date(2021, 12, 31)}, errors.DueOutOfReach),
        ({"first_due_on": dt.date(2023, 4, 1)}, errors.MilestoneAfterDue),
        ({"steps": [operations.Step("Rà soát", dt.date(2023, 4, 1))]}, errors.MilestoneAfterDue),
        ({"planned_value": Decimal(-5)}, errors.PlannedValueNegative),
    ],
)
def test_slips_of_the_pen_are_told(cast, drafted, shortcoming, fields, refusal):
    with pytest.raises(refusal):
        action(drafted, shortcoming, **fields)
    made = action(drafted, shortcoming)

    with pytest.raises(refusal):
        do("edit_action", made, cast.binh, version=1, content=content(shortcoming, **fields))


def test_a_complete_plan_is_issued_and_later_changes_are_logged(cast, drafted, shortcoming):
    analyzed(shortcoming)
    made = action(drafted, shortcoming, owner_person_id=cast.an_person.pk)

    issued = do("approve_plan", drafted, cast.binh)
    do("edit_action", made, cast.binh, version=1, content=content(shortcoming, measure="Đạt 90%"))

    assert issued.approval_note == ""
    event = AuditEvent.objects.get(action="remediation.edit_action")
    assert (event.from_state, event.note) == ("approved", "owner_person_id, measure")


def test_who_is_in_charge_reports_and_finishes(cast, drafted, shortcoming):
    made = action(drafted, shortcoming, owner_person_id=cast.an_person.pk)

    do("note_progress", made, cast.an, text="Đã thu một nửa", percent=50)
    made.refresh_from_db()
    assert made.state == ActionState.IN_HAND

    done = do("finish_action", made, cast.an, text="Đã thu đủ")

    assert (done.state, done.done_by, done.done_at) == (ActionState.DONE, cast.an, PLANNED)
    assert list(ProgressNote.objects.order_by("pk").values_list("percent", flat=True)) == [50, 100]


def test_an_officer_of_the_unit_in_charge_reports_for_it(cast, cycle):
    one = told(cycle, cast.ward, "Hạ tầng chậm")[0]
    made = action(plan(cycle, cast.ward), one, owner_unit_id=cast.cell.pk)

    do("note_progress", made, cast.binh, text="Chi bộ đã khảo sát")

    assert made.notes.get().noted_by == cast.binh


def test_notes_that_say_nothing_or_too_much_are_refused(cast, drafted, shortcoming):
    made = action(drafted, shortcoming)

    with pytest.raises(errors.NoteMissing):
        do("note_progress", made, cast.binh, text=" ")
    with pytest.raises(errors.PercentOutOfRange):
        do("note_progress", made, cast.binh, text="x", percent=101)
    with pytest.raises(errors.ReasonMissing):
        do("drop_action", made, cast.binh, reason="")
    do("finish_action", made, cast.binh, text="xong")
    with pytest.raises(errors.ReasonMissing):
        do("reopen_action", made, cast.binh, reason=" ")

    assert RemediationAction.objects.get().state == ActionState.DONE


STEPS = {
    "note_progress": {"text": "tiến triển"},
    "finish_action": {"text": "xong hẳn"},
    "drop_action": {"reason": "không còn cần"},
    "reopen_action": {"reason": "chưa đạt"},
}
AFTER = {
    (ActionState.PLANNED, "note_progress"): ActionState.IN_HAND,
    (ActionState.IN_HAND, "note_progress"): ActionState.IN_HAND,
    # Further evidence, and no step.
    (ActionState.DONE, "note_progress"): ActionState.DONE,
    (ActionState.PLANNED, "finish_action"): ActionState.DONE,
    (ActionState.IN_HAND, "finish_action"): ActionState.DONE,
    (ActionState.PLANNED, "drop_action"): ActionState.DROPPED,
    (ActionState.IN_HAND, "drop_action"): ActionState.DROPPED,
    (ActionState.DONE, "reopen_action"): ActionState.IN_HAND,
    (ActionState.DROPPED, "reopen_action"): ActionState.IN_HAND,
}


def _brought_to(state, made, actor):
    if state == ActionState.IN_HAND:
        do("note_progress", made, actor, text="bắt đầu")
    elif state == ActionState.DONE:
        do("finish_action", made, actor, text="xong")
    elif state == ActionState.DROPPED:
        do("drop_action", made, actor, reason="thôi")


@pytest.mark.parametrize("verb", STEPS)
@pytest.mark.parametrize("state", list(ActionState))
def test_an_action_moves_only_as_the_table_says(cast, drafted, shortcoming, state, verb):
    made = action(drafted, shortcoming)
    _brought_to(state, made, cast.binh)
    events = AuditEvent.objects.count()

    if (state, verb) in AFTER:
        do(verb, made, cast.binh, **STEPS[verb])
        assert RemediationAction.objects.get().state == AFTER[state, verb]
        assert AuditEvent.objects.count() == events + 1
    else:
        with pytest.raises(errors.ActionNotOpen):
            do(verb, made, cast.binh, **STEPS[verb])
        assert RemediationAction.objects.get().state == state
        assert AuditEvent.objects.count() == events


def test_members_report_nothing_that_is_not_theirs(cast, drafted, shortcoming):
    made = action(drafted, shortcoming, owner_person_id=cast.binh.person_id)
    access.grant(cast.an, RoleKey.INSPECTOR, cast.cell)

    with pytest.raises(NotPermitted):
        do("finish_action", made, cast.an, text="xong")


def test_an_action_sent_twice_is_one(cast, drafted, shortcoming):
    first = action(drafted, shortcoming, actor=cast.binh)

    assert action(drafted, shortcoming, actor=cast.binh) == first
    assert action(drafted, shortcoming, actor=cast.binh, text="Việc khác") != first
    assert AuditEvent.objects.filter(action="remediation.add_action").count() == 2


def test_a_note_sent_twice_is_one(cast, drafted, shortcoming):
    made = action(drafted, shortcoming, actor=cast.binh)

    first = do("note_progress", made, cast.binh, text="Đã gửi 12 thông báo", percent=10)

    assert do("note_progress", made, cast.binh, text="Đã gửi 12 thông báo", percent=10) == first
    assert do("note_progress", made, cast.binh, text="Đã gửi 30 thông báo", percent=10) != first
    assert ProgressNote.objects.count() == 2


def test_a_link_that_leads_to_no_page_is_refused(cast, drafted, shortcoming):
    made = action(drafted, shortcoming, actor=cast.binh)
    evidence = operations.Evidence(link="javascript:alert(1)")

    with pytest.raises(errors.LinkNotFit):
        do("note_progress", made, cast.binh, text="Đã gửi", evidence=evidence)

    assert not ProgressNote.objects.exists()


def test_what_answered_an_earlier_round_stays_tied_to_it(cast, cycle):
    shortcoming, other = told(cycle, cast.cell, "Thu phí đạt thấp", "Nộp hồ sơ chậm")
    drafted = plan(cycle, cast.cell, actor=cast.binh)
    made = action(drafted, shortcoming, actor=cast.binh)
    FollowedShortcoming.objects.filter(pk=shortcoming.pk).update(attempt=2)
    without = content(other, text=made.text)

    with pytest.raises(errors.ShortcomingSettled):
        do("edit_action", made, cast.binh, version=made.version, content=without)

    assert list(made.shortcomings.all()) == [shortcoming]


def test_a_wrong_tap_is_taken_back_the_same_day_by_whoever_made_it(cast, drafted, shortcoming):
    made = action(drafted, shortcoming, owner_person_id=cast.an_person.pk)
    operations.finish_action(action_id=made.pk, text="Xong", actor=cast.an, at=PLANNED)

    with pytest.raises(NotPermitted):
        operations.reopen_action(
            action_id=made.pk,
            reason="Bấm nhầm",
            actor=cast.an,
            at=PLANNED + dt.timedelta(days=1),
        )
    operations.reopen_action(action_id=made.pk, reason="Bấm nhầm", actor=cast.an, at=PLANNED)

    made.refresh_from_db()
    assert made.state == ActionState.IN_HAND
