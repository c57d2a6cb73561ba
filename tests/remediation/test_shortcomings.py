"""A shortcoming from the day it is recorded to the day it is closed."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from tests.factories import cycles as cycle_of
from tests.factories.ratings import review
from tests.factories.remediation import (
    PLANNED,
    action,
    analyzed,
    checked,
    done,
    finished,
    named,
    personal_plan,
    plan,
    told,
)
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles import operations as cycles
from tusoi.cycles.enums import AdjustmentKind
from tusoi.people.queries import system_account
from tusoi.remediation import errors, operations, queries
from tusoi.remediation.enums import ListKind, ShortcomingState, SourceKind, Verdict
from tusoi.remediation.models import FollowedShortcoming, ShortcomingTransition
from tusoi.remediation.operations.steps import move
from tusoi.reviews.enums import CauseKind, ReviewState, ShortcomingKind, Topic
from tusoi.reviews.models import Shortcoming
from tusoi.units.operations import move_member


pytestmark = pytest.mark.django_db
S = ShortcomingState


def content(nature="Nộp hồ sơ chậm 12 ngày", **fields):
    return operations.ShortcomingContent(nature=nature, **fields)


def record(cycle, unit, actor, *, source=None, **fields):
    return operations.record_shortcoming(
        cycle_id=cycle.pk,
        unit_id=unit.pk,
        content=content(**fields),
        source=source or operations.Source(),
        actor=actor,
        at=PLANNED,
    )


def path_of(shortcoming):
    return list(queries.steps_of(shortcoming).values_list("to_state", flat=True))


# -- out of reviews ------------------------------------------------------------------------------


def test_what_a_review_names_is_followed_once(cast, cycle):
    (row,) = named(cycle, cast.cell, "Thu phí đạt 74%")

    assert operations.follow_review(review_id=row.review_id, actor=cast.binh, at=PLANNED) == 1
    assert operations.follow_review(review_id=row.review_id, actor=cast.cuc, at=PLANNED) == 0

    one = FollowedShortcoming.objects.get()
    assert (one.told, one.nature, one.source) == (row, "Thu phí đạt 74%", SourceKind.REVIEW)
    assert (one.unit, one.state, one.is_vague) == (cast.cell, S.RECORDED, False)


def test_a_cause_that_the_review_told_is_a_step_already(cast, cycle):
    (row,) = named(cycle, cast.cell, "Còn yếu")
    Shortcoming.objects.update(cause="Thiếu đôn đốc", cause_kind=CauseKind.SUBJECTIVE)

    operations.follow_review(review_id=row.review_id, actor=cast.binh, at=PLANNED)

    one = FollowedShortcoming.objects.get()
    assert path_of(one) == [S.RECORDED, S.CAUSE_ANALYZED]
    assert one.is_vague


def test_texts_follow_the_review_until_somebody_edits_them_here(cast, cycle, shortcoming):
    review_id = shortcoming.told.review_id
    Shortcoming.objects.update(nature="Thu phí đạt 74%")
    operations.follow_review(review_id=review_id, actor=cast.binh, at=PLANNED)
    shortcoming.refresh_from_db()
    assert shortcoming.nature == "Thu phí đạt 74%"

    operations.edit_shortcoming(
        shortcoming_id=shortcoming.pk,
        version=1,
        content=content("Thu phí đạt 74%, thấp nhất phường"),
        actor=cast.binh,
        at=PLANNED,
    )
    Shortcoming.objects.update(nature="Khác hẳn")
    operations.follow_review(review_id=review_id, actor=cast.binh, at=PLANNED)
    shortcoming.refresh_from_db()
    assert shortcoming.nature == "Thu phí đạt 74%, thấp nhất phường"


def test_a_cause_told_before_is_not_lost_when_the_review_drops_it(cast, cycle, shortcoming):
    analyzed(shortcoming)
    FollowedShortcoming.objects.update(version=1)
    Shortcoming.objects.update(nature="Đổi lời")

    operations.follow_review(review_id=shortcoming.told.review_id, actor=cast.binh, at=PLANNED)

    shortcoming.refresh_from_db()
    assert (shortcoming.nature, shortcoming.state) == ("Thu phí đạt thấp", S.CAUSE_ANALYZED)


def test_what_a_review_no_longer_names_is_let_go_unless_somebody_took_it_up(
    cast, cycle, drafted, shortcoming
):
    told(cycle, cast.cell, "Họp chưa đều")
    action(drafted, shortcoming)
    review = shortcoming.told.review
    Shortcoming.objects.all().delete()

    operations.follow_review(review_id=review.pk, actor=cast.binh, at=PLANNED)

    assert list(FollowedShortcoming.objects.all()) == [shortcoming]
    assert AuditEvent.objects.filter(action="remediation.erase_shortcoming").count() == 1
    assert not operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True)


def test_what_was_found_before_the_review_tells_it_is_followed_once(cast, cycle):
    found = record(
        cycle, cast.cell, cast.inspector, source=operations.Source(SourceKind.INSPECTION)
    )
    (row,) = named(cycle, cast.cell, found.nature.upper())

    assert operations.follow_review(review_id=row.review_id, actor=cast.binh, at=PLANNED) == 0

    one = FollowedShortcoming.objects.get()
    assert (one.told, one.source, one.nature) == (row, SourceKind.INSPECTION, found.nature)
    operations.follow_review(review_id=row.review_id, actor=cast.binh, at=PLANNED)
    assert FollowedShortcoming.objects.get().nature == found.nature
    assert operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True) == []


def test_what_somebody_asked_about_stays_when_the_review_drops_it(cast, cycle, shortcoming):
    operations.ask_acceptance(
        shortcoming_id=shortcoming.pk,
        until=dt.date(2023, 2, 1),
        reason="Chờ dự toán",
        actor=cast.binh,
        at=PLANNED,
    )
    review = shortcoming.told.review
    Shortcoming.objects.all().delete()

    operations.follow_review(review_id=review.pk, actor=cast.binh, at=PLANNED)

    assert FollowedShortcoming.objects.get().nature == shortcoming.nature


def test_a_text_that_is_still_being_written_is_not_followed(cast, cycle):
    (row,) = named(cycle, cast.cell, "Thu phí đạt thấp")
    row.review.state = ReviewState.DRAFT
    row.review.accepted_at = row.review.accepted_by = None
    row.review.save()

    with pytest.raises(errors.ReviewNotHandedIn):
        operations.follow_review(review_id=row.review_id, actor=cast.binh, at=PLANNED)
    with pytest.raises(NotPermitted):
        operations.follow_review(review_id=row.review_id, actor=cast.dung, at=PLANNED)


# -- from elsewhere ------------------------------------------------------------------------------


@pytest.mark.parametrize("who", ["binh", "cuc", "inspector", "board"])
def test_who_plans_or_inspects_records_by_hand(cast, cycle, who):
    source = operations.Source(SourceKind.INSPECTION, "Kết luận số 12-KL/UBKT")

    one = record(cycle, cast.cell, getattr(cast, who), source=source, topic=Topic.DISCIPLINE)

    assert (one.source, one.source_note) == (SourceKind.INSPECTION, "Kết luận số 12-KL/UBKT")
    assert path_of(one) == [S.RECORDED]


@pytest.mark.parametrize("who", ["an", "dung", "administrator", "outsider"])
def test_nobody_else_records(cast, cycle, who):
    with pytest.raises(NotPermitted):
        record(cycle, cast.cell, getattr(cast, who))


def test_what_is_recorded_twice_by_one_click_is_one(cast, cycle):
    assert record(cycle, cast.cell, cast.binh) == record(cycle, cast.cell, cast.binh)
    assert FollowedShortcoming.objects.count() == 1


def test_records_that_do_not_hold_together_are_refused(cast, cycle):
    with pytest.raises(errors.NatureMissing):
        record(cycle, cast.cell, cast.binh, nature=" ")
    with pytest.raises(errors.SourceNotFit):
        record(cycle, cast.cell, cast.binh, source=operations.Source(SourceKind.REVIEW))
    with pytest.raises(errors.EntryNotFit):
        record(cycle, cast.cell, cast.binh, topic="weather")
    elsewhere = cycle_of.cycle(cast.other_ward)
    with pytest.raises(errors.UnitNotInCycle):
        record(elsewhere, cast.cell, cast.binh)


def test_what_was_recorded_by_mistake_can_be_taken_out_until_taken_up(cast, cycle, drafted):
    one = record(cycle, cast.cell, cast.binh)
    with pytest.raises(errors.SourceNotFit):
        operations.erase_shortcoming(
            shortcoming_id=FollowedShortcoming.objects.exclude(pk=one.pk).get().pk,
            reason="nhầm",
            actor=cast.binh,
            at=PLANNED,
        )
    operations.erase_shortcoming(
        shortcoming_id=one.pk, reason="ghi nhầm", actor=cast.binh, at=PLANNED
    )
    assert not FollowedShortcoming.objects.filter(pk=one.pk).exists()
    assert not operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True)

    event = AuditEvent.objects.get(action="remediation.erase_shortcoming")
    assert event.note == f"ghi nhầm: {one.nature}"

    other = record(cycle, cast.cell, cast.binh)
    action(drafted, other)
    with pytest.raises(errors.ShortcomingTakenUp):
        erase(other, cast.binh)


def erase(one, actor):
    operations.erase_shortcoming(shortcoming_id=one.pk, reason="nhầm", actor=actor, at=PLANNED)


def test_what_somebody_asked_about_or_what_came_back_is_not_erased(cast, cycle):
    asked = record(cycle, cast.cell, cast.binh)
    operations.ask_acceptance(
        shortcoming_id=asked.pk,
        until=dt.date(2023, 2, 1),
        reason="Chờ dự toán",
        actor=cast.binh,
        at=PLANNED,
    )
    later = cycle_of.cycle(cast.district, year=2023, at=cycle_of.moment(2023, 10, 2))
    past = record(cycle, cast.cell, cast.binh, nature="Sổ sách ghi chậm 3 tháng")
    again = record(later, cast.cell, cast.binh, nature="Sổ sách ghi chậm 3 tháng")
    assert again.previous == past

    for one in (asked, past):
        with pytest.raises(errors.ShortcomingTakenUp):
            erase(one, cast.binh)
    erase(again, cast.binh)


def test_what_an_inspection_found_is_erased_by_who_found_it(cast, cycle):
    source = operations.Source(SourceKind.INSPECTION)
    one = record(cycle, cast.cell, cast.inspector, source=source)

    for who in (cast.binh, cast.cuc):
        with pytest.raises(NotPermitted):
            erase(one, who)
    erase(one, cast.inspector)
    own = record(cycle, cast.cell, cast.binh)
    with pytest.raises(NotPermitted):
        erase(own, cast.inspector)


def test_the_later_of_two_edits_of_a_shortcoming_is_told(cast, shortcoming):
    def edit(version, nature):
        return operations.edit_shortcoming(
            shortcoming_id=shortcoming.pk,
            version=version,
            content=content(nature, answerable_ids=[cast.an_person.pk]),
            actor=cast.binh,
            at=PLANNED,
        )

    assert list(edit(1, "Bản một").answerable.all()) == [cast.an_person]
    with pytest.raises(errors.ShortcomingChangedMeanwhile):
        edit(1, "Bản hai")


def test_nobody_from_elsewhere_answers_for_it(cast, shortcoming):
    with pytest.raises(errors.AnswerableElsewhere):
        operations.edit_shortcoming(
            shortcoming_id=shortcoming.pk,
            version=1,
            content=content("Bản một", answerable_ids=[cast.dung.person_id]),
            actor=cast.binh,
            at=PLANNED,
        )
    assert not shortcoming.answerable.exists()


# -- causes and lists ----------------------------------------------------------------------------


def test_a_cause_says_what_and_whether_it_could_be_helped(cast, shortcoming):
    for cause in (
        operations.Cause("", "x"),
        operations.Cause(CauseKind.UNKNOWN, "x"),
        operations.Cause(CauseKind.OBJECTIVE, " "),
    ):
        with pytest.raises(errors.CauseMissing):
            operations.analyze_cause(
                shortcoming_id=shortcoming.pk, cause=cause, actor=cast.binh, at=PLANNED
            )
    with pytest.raises(NotPermitted):
        analyzed(shortcoming, actor=cast.dung)

    one = analyzed(shortcoming, actor=cast.binh)
    assert (one.state, one.cause_class) == (S.CAUSE_ANALYZED, "supervision")
    assert path_of(analyzed(shortcoming, actor=cast.binh)) == [S.RECORDED, S.CAUSE_ANALYZED]


def test_an_organisation_adds_its_own_words_for_itself_and_all_below(cast, cycle, shortcoming):
    def add(label="Thủ tục đất đai", under="policy", actor=cast.cuc):
        return operations.add_list_entry(
            kind=ListKind.CAUSE,
            under=under,
            label=label,
            unit_id=cast.ward.pk,
            actor=actor,
            at=PLANNED,
        )

    made = add()
    on = PLANNED.date()
    assert list(queries.entries_for(cast.cell.pk, ListKind.CAUSE, on=on)) == [made]
    assert not queries.entries_for(cast.other_cell.pk, ListKind.CAUSE, on=on).exists()
    assert not queries.entries_for(cast.cell.pk, ListKind.TOPIC, on=on).exists()
    for refusal, wrong in (
        (errors.EntryThereAlready, {}),
        (errors.LabelMissing, {"label": " "}),
        (errors.EntryNotFit, {"under": "weather"}),
        (NotPermitted, {"actor": cast.binh}),
    ):
        with pytest.raises(refusal):
            add(**wrong)

    def analyze(one, classified):
        return operations.analyze_cause(
            shortcoming_id=one.pk,
            cause=operations.Cause(CauseKind.OBJECTIVE, "Hồ sơ đất chậm", classified, made.pk),
            actor=cast.binh,
            at=PLANNED,
        )

    assert analyze(shortcoming, "policy").cause_entry == made
    ended = operations.end_list_entry(entry_id=made.pk, actor=cast.cuc, at=PLANNED)
    assert operations.end_list_entry(entry_id=made.pk, actor=cast.cuc, at=PLANNED) == ended
    later = ended.valid_to
    assert not queries.entries_for(cast.cell.pk, ListKind.CAUSE, on=later).exists()
    # What bears it keeps it; nothing else takes it up, and not under another heading.
    assert analyze(shortcoming, "policy").cause_entry == made
    (other,) = told(cycle, cast.cell, "Họp chưa đều")
    with pytest.raises(errors.EntryNotFit):
        analyze(other, "awareness")


# -- following the actions -----------------------------------------------------------------------


def test_a_shortcoming_follows_its_actions_to_the_end(cast, cycle, drafted, shortcoming):
    made = done(cast, drafted, shortcoming)
    assert path_of(shortcoming) == [
        S.RECORDED,
        S.CAUSE_ANALYZED,
        S.ACTION_PLANNED,
        S.IN_HAND,
        S.DONE,
    ]
    assert shortcoming.check_on == dt.date(2023, 11, 28)
    assert made.shortcomings.get() == shortcoming

    check = checked(shortcoming, Verdict.EFFECTIVE, actor=cast.inspector)
    closed = operations.close_shortcoming(
        shortcoming_id=shortcoming.pk, actor=cast.inspector, at=PLANNED
    )

    assert check.attempt == 1
    assert (closed.state, closed.verdict, closed.closed_by) == (
        S.CLOSED,
        Verdict.EFFECTIVE,
        cast.inspector,
    )
    with pytest.raises(errors.ShortcomingStepNotAllowed):
        analyzed(shortcoming, actor=cast.binh)
    with pytest.raises(errors.ShortcomingStepNotAllowed):
        operations.edit_shortcoming(
            shortcoming_id=shortcoming.pk,
            version=closed.version,
            content=content(),
            actor=cast.binh,
            at=PLANNED,
        )


def test_actions_may_come_before_the_cause_and_the_state_catches_up(cast, drafted, shortcoming):
    finished(action(drafted, shortcoming, owner_person_id=cast.an_person.pk))
    shortcoming.refresh_from_db()
    assert shortcoming.state == S.RECORDED

    assert FollowedShortcoming.objects.get(pk=analyzed(shortcoming).pk).state == S.DONE


def test_giving_everything_up_leads_back_and_says_why(cast, drafted, shortcoming):
    analyzed(shortcoming)
    first, second = action(drafted, shortcoming), action(drafted, shortcoming, text="Khác")
    operations.drop_action(action_id=first.pk, reason="thôi", actor=cast.binh, at=PLANNED)
    shortcoming.refresh_from_db()
    assert shortcoming.state == S.ACTION_PLANNED

    operations.note_progress(action_id=second.pk, text="xong nửa", actor=cast.binh, at=PLANNED)
    operations.drop_action(
        action_id=second.pk, reason="không có kinh phí", actor=cast.binh, at=PLANNED
    )

    shortcoming.refresh_from_db()
    assert (shortcoming.state, shortcoming.begun_at) == (S.CAUSE_ANALYZED, None)
    assert queries.steps_of(shortcoming).last().note == "không có kinh phí"


def test_one_more_action_or_a_reopened_one_takes_it_up_again(cast, drafted, shortcoming):
    made = done(cast, drafted, shortcoming)
    operations.reopen_action(action_id=made.pk, reason="chưa đủ", actor=cast.binh, at=PLANNED)
    shortcoming.refresh_from_db()
    assert shortcoming.state == S.IN_HAND

    finished(made)
    action(drafted, shortcoming, text="Việc thêm")
    shortcoming.refresh_from_db()
    assert shortcoming.state == S.IN_HAND


# -- did it help ---------------------------------------------------------------------------------


def test_who_was_in_charge_does_not_judge_the_effect(cast, drafted, shortcoming):
    done(cast, drafted, shortcoming, owner_person_id=cast.binh.person_id)

    for who in (cast.an, cast.binh, cast.dung):
        with pytest.raises(NotPermitted):
            checked(shortcoming, Verdict.EFFECTIVE, actor=who)
    assert checked(shortcoming, Verdict.EFFECTIVE, actor=cast.cuc)


def test_a_body_in_charge_does_not_judge_itself(cast, drafted, shortcoming):
    analyzed(shortcoming)
    finished(action(drafted, shortcoming, owner_unit_id=cast.cell.pk))

    with pytest.raises(NotPermitted):
        checked(shortcoming, Verdict.EFFECTIVE, actor=cast.binh)
    assert checked(shortcoming, Verdict.EFFECTIVE, actor=cast.board)


def test_a_verdict_needs_grounds_a_day_and_finished_work(cast, drafted, shortcoming):
    with pytest.raises(errors.ShortcomingStepNotAllowed):
        checked(shortcoming, Verdict.EFFECTIVE, actor=cast.cuc)
    done(cast, drafted, shortcoming)

    with pytest.raises(errors.GroundsMissing):
        checked(shortcoming, Verdict.EFFECTIVE, actor=cast.cuc, grounds=" ")
    for day in (dt.date(2022, 11, 30), dt.date(2022, 12, 2)):
        with pytest.raises(errors.CheckTooEarly):
            checked(shortcoming, Verdict.EFFECTIVE, actor=cast.cuc, checked_on=day)
    with pytest.raises(errors.ShortcomingStepNotAllowed):
        operations.close_shortcoming(shortcoming_id=shortcoming.pk, actor=cast.cuc, at=PLANNED)


def test_no_step_leads_where_the_map_has_none(cast, shortcoming):
    with pytest.raises(errors.ShortcomingStepNotAllowed):
        move(shortcoming, S.CLOSED, actor=cast.cuc, at=PLANNED)


def test_what_did_not_help_needs_another_action_and_keeps_its_history(
    cast, cycle, drafted, shortcoming
):
    first = done(cast, drafted, shortcoming)
    checked(shortcoming, Verdict.NOT_EFFECTIVE, actor=cast.cuc)
    shortcoming.refresh_from_db()
    assert (shortcoming.state, shortcoming.has_action) == (S.NOT_EFFECTIVE, False)
    with pytest.raises(errors.ShortcomingSettled):
        operations.reopen_action(action_id=first.pk, reason="lại", actor=cast.binh, at=PLANNED)

    second = action(drafted, shortcoming, text="Thu tại nhà", owner_person_id=cast.an_person.pk)
    shortcoming.refresh_from_db()
    assert (shortcoming.state, shortcoming.attempt) == (S.ACTION_PLANNED, 2)
    assert (shortcoming.checked_at, shortcoming.verdict) == (None, "")
    assert second.follows == first
    with pytest.raises(errors.LastActionOfRound):
        operations.drop_action(action_id=second.pk, reason="thôi", actor=cast.binh, at=PLANNED)

    finished(second, actor=cast.an)
    checked(shortcoming, Verdict.EFFECTIVE, actor=cast.cuc)
    assert [one.verdict for one in queries.checks_of(shortcoming)] == [
        Verdict.NOT_EFFECTIVE,
        Verdict.EFFECTIVE,
    ]
    with pytest.raises(errors.ShortcomingSettled):
        action(drafted, shortcoming, text="Việc thừa")
    assert not operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True)


def test_what_helped_in_part_is_closed_with_a_reason_or_goes_on(cast, drafted, shortcoming):
    done(cast, drafted, shortcoming)
    checked(shortcoming, Verdict.PARTLY, actor=cast.cuc)

    with pytest.raises(errors.ReasonMissing):
        operations.close_shortcoming(shortcoming_id=shortcoming.pk, actor=cast.cuc, at=PLANNED)
    action(drafted, shortcoming, text="Làm tiếp", owner_person_id=cast.an_person.pk)
    shortcoming.refresh_from_db()
    assert (shortcoming.state, shortcoming.attempt) == (S.ACTION_PLANNED, 2)


def test_closing_needs_owner_deadline_and_evidence(cast, drafted, shortcoming):
    analyzed(shortcoming)
    made = action(drafted, shortcoming, due_on=None)
    operations.finish_action(action_id=made.pk, text="xong", actor=cast.binh, at=PLANNED)
    checked(shortcoming, Verdict.PARTLY, actor=cast.cuc)

    with pytest.raises(errors.NotReadyToClose) as refusal:
        operations.close_shortcoming(
            shortcoming_id=shortcoming.pk, reason="đủ", actor=cast.cuc, at=PLANNED
        )
    assert len(refusal.value.gaps) == 3


def test_the_check_is_not_put_off_beyond_the_review_of_the_year_after(cast, shortcoming):
    for day in (dt.date(2022, 1, 1), dt.date(2100, 12, 31)):
        with pytest.raises(errors.CheckDayNotFit):
            operations.set_check_day(
                shortcoming_id=shortcoming.pk, check_on=day, actor=cast.binh, at=PLANNED
            )


def test_the_day_of_the_check_can_be_moved_ahead_only(cast, drafted, shortcoming):
    def set_day(day, actor=cast.binh):
        return operations.set_check_day(
            shortcoming_id=shortcoming.pk, check_on=day, actor=actor, at=PLANNED
        )

    assert set_day(dt.date(2023, 3, 1)).check_on == dt.date(2023, 3, 1)
    with pytest.raises(errors.CheckDayNotFit):
        set_day(dt.date(2022, 11, 1))
    with pytest.raises(NotPermitted):
        set_day(dt.date(2023, 3, 1), cast.dung)
    done(cast, drafted, shortcoming)
    assert shortcoming.late_after == dt.date(2023, 3, 1)
    checked(shortcoming, Verdict.PARTLY, actor=cast.cuc)
    with pytest.raises(errors.ShortcomingStepNotAllowed):
        set_day(dt.date(2023, 3, 1))


# -- year after year -----------------------------------------------------------------------------


def _next_year(cast, *natures):
    later = cycle_of.cycle(cast.district, year=2023, at=cycle_of.moment(2023, 10, 2))
    return later, told(later, cast.cell, *natures)


def test_the_same_words_again_are_the_same_shortcoming_come_back(cast, shortcoming):
    _later, (again, other) = _next_year(cast, "THU PHÍ đạt thấp", "Việc mới")

    assert (again.previous, again.years_in_row) == (shortcoming, 2)
    assert (other.previous, other.years_in_row) == (None, 1)
    assert queries.history_of(again) == [shortcoming]


def test_a_person_says_what_came_back_in_other_words(cast, cycle, shortcoming):
    later, (again,) = _next_year(cast, "Thu phí vẫn đạt thấp")
    (elsewhere,) = told(cycle, cast.other_cell, "Thu phí đạt thấp")
    assert queries.likely_past(again) == [shortcoming]

    def link(one, previous, actor=cast.binh):
        return operations.link_returned(
            shortcoming_id=one.pk,
            previous_id=previous.pk if previous else None,
            actor=actor,
            at=PLANNED,
        )

    assert link(again, shortcoming).years_in_row == 2
    assert link(again, None).years_in_row == 1
    link(again, shortcoming)
    (third,) = told(later, cast.cell, "Việc khác")
    for one, wrong in ((again, elsewhere), (third, shortcoming), (shortcoming, None)):
        with pytest.raises(errors.PreviousNotFit):
            link(one, wrong)
    assert not operations.rebuild_remedies(cycle_id=later.pk, check_only=True)


# -- what the database itself refuses ------------------------------------------------------------


@pytest.mark.parametrize(
    "contradiction",
    [
        {"state": S.CLOSED},
        {"state": S.DONE},
        {"state": S.RECORDED},
        {"verdict": Verdict.EFFECTIVE},
        {"analyzed_by": None},
        {"done_at": PLANNED},
        {"cause": ""},
        {"years_in_row": 2},
    ],
)
def test_contradictions_are_impossible(shortcoming, contradiction):
    analyzed(shortcoming)

    with pytest.raises(IntegrityError), transaction.atomic():
        FollowedShortcoming.objects.filter(pk=shortcoming.pk).update(**contradiction)


def test_a_step_back_without_a_reason_is_impossible(cast, shortcoming):
    with pytest.raises(IntegrityError), transaction.atomic():
        ShortcomingTransition.objects.create(
            shortcoming=shortcoming,
            from_state=S.DONE,
            to_state=S.IN_HAND,
            day=PLANNED.date(),
            at=PLANNED,
            actor=cast.binh,
        )


def test_no_plan_of_a_person_is_made_without_their_dossier(cast, cycle):
    with pytest.raises(errors.PersonNotInUnit):
        operations.draft_plan(
            cycle_id=cycle.pk,
            unit_id=cast.cell.pk,
            person_id=cast.dung.person_id,
            actor=cast.binh,
            at=PLANNED,
        )
    assert plan(cycle, cast.cell, actor=cast.binh).person is None


# -- dossiers that are handed over ---------------------------------------------------------------


@pytest.fixture
def written(cast, cycle):
    """Let An name something in the cell of hers, followed there, before she moves."""
    owed = cycle_of.obligation(cycle, cast.an_person)
    row = Shortcoming.objects.create(
        review=review(owed),
        position=1,
        kind=ShortcomingKind.LIMITATION,
        nature="Nộp báo cáo chậm",
        saved_at=PLANNED,
        saved_by=cast.an,
    )
    operations.follow_review(review_id=row.review_id, actor=cast.an, at=PLANNED)
    return row


def move_away(cast, cycle):
    move_member(
        member_id=cast.an_person.party_member.pk,
        to_unit_id=cast.other_cell.pk,
        on=PLANNED.date(),
        actor=cast.board,
        at=PLANNED,
    )
    cycles.hand_over(
        cycle_id=cycle.pk,
        obligation_ids=[cycle_of.obligation(cycle, cast.an_person).pk],
        reason=cycles.Reason(AdjustmentKind.HANDED_OVER, "Chuyển sinh hoạt", PLANNED.date()),
        actor=system_account(),
        at=PLANNED,
    )


def test_what_nobody_took_up_is_followed_where_the_dossier_went(cast, cycle, written):
    move_away(cast, cycle)

    made = personal_plan(cycle, cast.other_cell, cast.an_person, actor=cast.an)

    assert made.unit == cast.other_cell
    assert [one.told for one in queries.shortcomings_of_plan(made)] == [written]
    assert operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True) == []


def test_a_plan_stays_where_it_was_begun_when_the_dossier_moves(cast, cycle, written):
    begun = personal_plan(cycle, cast.cell, cast.an_person, actor=cast.an)
    move_away(cast, cycle)
    assert list(queries.dossiers_without_plan(cast.an_person.pk)) == []
    more = Shortcoming.objects.create(
        review=written.review,
        position=2,
        kind=ShortcomingKind.LIMITATION,
        nature="Ít phát biểu trong sinh hoạt",
        saved_at=PLANNED,
        saved_by=cast.an,
    )

    again = personal_plan(cycle, cast.other_cell, cast.an_person, actor=cast.an)

    assert again == begun
    assert [one.told for one in queries.shortcomings_of_plan(begun)] == [written, more]
    assert operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True) == []
