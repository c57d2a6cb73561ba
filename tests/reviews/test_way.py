"""Each step of a review's way, each refusal of it, and what the log says afterwards."""

import datetime as dt

import pytest

from tests.factories import cycles, reviews
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles.enums import ProgressStep
from tusoi.cycles.errors import CycleNotOpen, ObligationCancelled
from tusoi.cycles.models import LockException, ObligationFact
from tusoi.cycles.operations import close_cycle, record_step
from tusoi.people.queries import system_account
from tusoi.reviews import errors, operations, queries
from tusoi.reviews.enums import EarlierOutcome, ReviewState, RowKind
from tusoi.reviews.models import ReviewTransition, SelfReview


pytestmark = pytest.mark.slow


def _last_event(review):
    return AuditEvent.objects.filter(
        object_kind="reviews.selfreview", object_id=str(review.pk)
    ).latest("pk")


def _facts(obligation):
    obligation.refresh_from_db()
    steps = ("started", "completed", "submitted", "returned", "accepted")
    return {step for step in steps if getattr(obligation, f"{step}_at") is not None}


def test_start_fills_the_header_and_records_the_step(people, cycle):
    owed = reviews.obligation_of(people, cycle, "binh")

    review = reviews.started(owed, people.binh)

    texts = dict(review.answers.values_list("question_id", "text"))
    assert texts["personal-name"] == "Trần Văn Bình"
    assert texts["personal-cell"] == "Chi bộ Khu vực 1"
    assert texts["personal-organization"] == "Đảng bộ phường Một"
    assert "Bí thư" in texts["personal-party-post"]
    assert _facts(owed) == {"started"}
    event = _last_event(review)
    assert (event.action, event.actor_id, event.unit_id) == (
        "reviews.start",
        people.binh.pk,
        people.cell.pk,
    )


def test_start_refuses_a_second_time_and_others(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    for stranger in (people.binh, people.cuc, people.dung, people.board, people.outsider):
        with pytest.raises(NotPermitted):
            reviews.started(owed, stranger)

    reviews.started(owed, people.an)

    with pytest.raises(errors.ReviewAlreadyStarted):
        reviews.started(owed, people.an)


def test_start_refuses_what_is_no_longer_owed(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    owed.cancelled_on = dt.date(2022, 10, 5)
    owed.save(update_fields=["cancelled_on"])

    with pytest.raises(ObligationCancelled):
        reviews.started(owed, people.an)


def test_start_lists_what_was_pointed_out_the_year_before(people):
    before = cycles.cycle(
        people.district, year=2021, at=cycles.moment(2021, 10, 3), name="Kiểm điểm năm 2021"
    )
    old = reviews.filled(
        reviews.started(
            reviews.obligation_of(people, before), people.an, when=cycles.moment(2021, 10, 4)
        ),
        people.an,
        when=cycles.moment(2021, 10, 5),
    )
    operations.submit_review(review_id=old.pk, actor=people.an, at=cycles.moment(2021, 10, 6))
    close_cycle(cycle_id=before.pk, actor=system_account(), at=cycles.moment(2022, 1, 15))
    cycle = cycles.cycle(people.district)

    review = reviews.started(reviews.obligation_of(people, cycle), people.an)

    earlier = review.earliershortcomings.get()
    assert earlier.nature == old.shortcomings.get().nature
    assert earlier.origin == old.shortcomings.get()
    gaps = [gap.question_id for gap in queries.gaps_in(queries.content_of(review))]
    assert "personal-previous-shortcomings" in gaps
    assert queries.previous_review(review.obligation) == old
    operations.save_rows(
        review_id=review.pk,
        rows=[
            operations.RowEdit(
                RowKind.EARLIER,
                earlier.pk,
                {"outcome": EarlierOutcome.DONE},
                queries.row_base(earlier, RowKind.EARLIER),
            )
        ],
        actor=people.an,
        at=reviews.at(),
    )
    gaps = [gap.question_id for gap in queries.gaps_in(queries.content_of(review))]
    assert "personal-previous-shortcomings" not in gaps


def test_complete_names_every_missing_part(people, cycle):
    review = reviews.started(reviews.obligation_of(people, cycle), people.an)

    with pytest.raises(errors.ReviewIncomplete) as refusal:
        operations.complete_review(review_id=review.pk, actor=people.an, at=reviews.at())

    missing = {gap.question_id for gap in refusal.value.gaps}
    assert {"personal-political-thought", "grade-member-discipline", "personal-level"} <= missing
    assert all(gap.title and gap.message for gap in refusal.value.gaps)
    review.refresh_from_db()
    assert review.state == ReviewState.DRAFT


def test_complete_drops_rows_that_were_never_filled(people, cycle):
    review = reviews.filled(
        reviews.started(reviews.obligation_of(people, cycle), people.an), people.an
    )
    operations.add_row(
        review_id=review.pk, kind=RowKind.INITIATIVE, actor=people.an, at=reviews.at()
    )

    operations.complete_review(review_id=review.pk, actor=people.an, at=reviews.at(11))

    assert review.initiatives.count() == 0
    assert review.shortcomings.count() == 1
    assert _facts(review.obligation) == {"started", "completed"}


def test_a_shortcoming_without_a_chosen_topic_and_cause_is_asked_about(people, cycle):
    review = reviews.filled(
        reviews.started(reviews.obligation_of(people, cycle), people.an), people.an
    )
    row = operations.add_row(
        review_id=review.pk,
        kind=RowKind.SHORTCOMING,
        values={"nature": "Thu ngân sách đạt thấp"},
        actor=people.an,
        at=reviews.at(10),
    )
    assert (row.topic, row.cause_kind) == ("", "")

    with pytest.raises(errors.ReviewIncomplete) as refusal:
        operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(11))

    asked = " ".join(gap.message for gap in refusal.value.gaps)
    assert "Dòng 2" in asked
    assert "thu ngân sách, các loại quỹ" in asked
    assert "khách quan hay chủ quan" in asked
    # That the cause is not known yet is an answer.
    review.shortcomings.filter(pk=row.pk).update(topic="other", cause_kind="unknown")
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(12))


def test_who_is_not_rated_proposes_no_level(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    owed.is_rateable = False
    owed.save(update_fields=["is_rateable"])
    review = reviews.started(owed, people.an)

    required = [one.id for one in queries.required_questions(queries.content_of(review))]

    assert "personal-level" not in required


def test_writing_on_makes_a_complete_review_a_draft_again(people, cycle):
    review = reviews.filled(
        reviews.started(reviews.obligation_of(people, cycle), people.an), people.an
    )
    operations.complete_review(review_id=review.pk, actor=people.an, at=reviews.at(11))

    operations.save_answer(
        review_id=review.pk,
        question_id="personal-direction",
        text="Học thêm.",
        actor=people.an,
        at=reviews.at(12),
    )

    review.refresh_from_db()
    assert review.state == ReviewState.DRAFT
    assert _facts(review.obligation) == {"started"}


def test_submit_completes_a_draft_and_freezes_it(people, cycle):
    owed = reviews.obligation_of(people, cycle)

    review = reviews.submitted(owed, people.an)

    assert _facts(owed) == {"started", "completed", "submitted"}
    assert owed.was_late is False
    assert review.submitted_by == people.an
    walked = list(review.transitions.order_by("pk").values_list("from_state", "to_state"))
    assert walked == [("draft", "completed"), ("completed", "submitted")]
    assert _last_event(review).action == "reviews.submitted"
    with pytest.raises(errors.ReviewNotEditable):
        operations.save_answer(
            review_id=review.pk,
            question_id="personal-direction",
            text="muộn",
            actor=people.an,
            at=reviews.at(12),
        )
    with pytest.raises(errors.ReviewNotEditable):
        operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(12))


def test_a_late_submission_is_taken_and_marked(people, cycle):
    owed = reviews.obligation_of(people, cycle)

    reviews.submitted(owed, people.an, when=cycles.moment(2022, 12, 1))

    owed.refresh_from_db()
    assert owed.was_late is True


def test_a_locked_cycle_takes_late_ones_only_with_leave(people):
    cycle = cycles.cycle(people.district, locks_after_due=True)
    owed = reviews.obligation_of(people, cycle)
    review = reviews.filled(reviews.started(owed, people.an), people.an)
    late = cycles.moment(2022, 12, 1)
    with pytest.raises(errors.SubmissionLocked):
        operations.submit_review(review_id=review.pk, actor=people.an, at=late)
    leave = {"cycle": cycle, "reason": "Đi công tác", "granted_by": system_account()}
    LockException.objects.create(
        unit=people.other_ward,
        until=cycles.moment(2022, 12, 9),
        granted_at=cycles.moment(2022, 11, 30),
        **leave,
    )
    LockException.objects.create(
        unit=people.ward,
        until=cycles.moment(2022, 11, 30),
        granted_at=cycles.moment(2022, 11, 29),
        **leave,
    )
    with pytest.raises(errors.SubmissionLocked):
        operations.submit_review(review_id=review.pk, actor=people.an, at=late)
    LockException.objects.create(
        unit=people.ward,
        until=cycles.moment(2022, 12, 9),
        granted_at=cycles.moment(2022, 11, 30),
        **leave,
    )

    operations.submit_review(review_id=review.pk, actor=people.an, at=late)

    owed.refresh_from_db()
    assert owed.was_late is True


def test_withdraw_gives_the_text_back_until_it_is_accepted(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    review = reviews.submitted(owed, people.an)
    with pytest.raises(NotPermitted):
        operations.withdraw_review(review_id=review.pk, actor=people.binh, at=reviews.at(11))

    operations.withdraw_review(review_id=review.pk, actor=people.an, at=reviews.at(11))

    assert _facts(owed) == {"started"}
    with pytest.raises(errors.StepNotAllowed):
        operations.withdraw_review(review_id=review.pk, actor=people.an, at=reviews.at(11))
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(12))
    operations.accept_review(review_id=review.pk, actor=people.binh, at=reviews.at(13))
    with pytest.raises(errors.StepNotAllowed):
        operations.withdraw_review(review_id=review.pk, actor=people.an, at=reviews.at(14))


def test_return_needs_a_reason_and_tells_it(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    review = reviews.submitted(owed, people.an)
    with pytest.raises(errors.ReasonMissing):
        operations.return_review(
            review_id=review.pk, reason="  ", actor=people.binh, at=reviews.at(11)
        )

    operations.return_review(
        review_id=review.pk,
        reason="Chưa nêu nguyên nhân.",
        actor=people.binh,
        at=reviews.at(11),
    )

    assert _facts(owed) == {"started", "returned"}
    transition = review.transitions.latest("pk")
    assert (transition.to_state, transition.note) == ("returned", "Chưa nêu nguyên nhân.")
    assert _last_event(review).note == "Chưa nêu nguyên nhân."
    assert ObligationFact.objects.filter(
        obligation=owed, step="returned", delta=1, note="Chưa nêu nguyên nhân."
    ).exists()

    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(12))
    assert _facts(owed) == {"started", "completed", "submitted"}


def test_accepted_can_be_returned_until_the_meeting_dealt_with_it(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    review = reviews.submitted(owed, people.an)
    operations.accept_review(review_id=review.pk, actor=people.binh, at=reviews.at(11))
    assert _facts(owed) == {"started", "completed", "submitted", "accepted"}

    operations.return_review(
        review_id=review.pk, reason="Nhầm bản.", actor=people.cuc, at=reviews.at(12)
    )
    assert _facts(owed) == {"started", "returned"}

    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(13))
    operations.accept_review(review_id=review.pk, actor=people.cuc, at=reviews.at(14))
    record_step(
        obligation_id=owed.pk,
        step=ProgressStep.REVIEWED,
        actor=system_account(),
        at=reviews.at(15),
    )
    with pytest.raises(errors.AlreadyDealtWith):
        operations.return_review(
            review_id=review.pk, reason="Muộn.", actor=people.cuc, at=reviews.at(16)
        )


def test_nothing_moves_once_the_cycle_is_closed(people, cycle):
    drafted = reviews.started(reviews.obligation_of(people, cycle), people.an)
    handed_in = reviews.submitted(reviews.obligation_of(people, cycle, "binh"), people.binh)
    close_cycle(cycle_id=cycle.pk, actor=system_account(), at=reviews.at(20))
    when = reviews.at(21)

    with pytest.raises(CycleNotOpen):
        operations.save_grades(
            review_id=drafted.pk, grades={}, level="good", actor=people.an, at=when
        )
    with pytest.raises(CycleNotOpen):
        operations.withdraw_review(review_id=handed_in.pk, actor=people.binh, at=when)
    with pytest.raises(CycleNotOpen):
        operations.accept_review(review_id=handed_in.pk, actor=people.cuc, at=when)
    with pytest.raises(CycleNotOpen):
        reviews.started(reviews.obligation_of(people, cycle, "dung"), people.dung, when=when)


def test_accepting_many_takes_each_by_itself(people, cycle):
    first = reviews.submitted(reviews.obligation_of(people, cycle), people.an)
    own = reviews.submitted(reviews.obligation_of(people, cycle, "binh"), people.binh)
    both = [own.pk, first.pk, first.pk]

    outcome = operations.accept_reviews(review_ids=both, actor=people.binh, at=reviews.at(11))

    assert outcome.done == [first]
    assert [(one.review, one.sentence) for one in outcome.refused] == [(own, str(NotPermitted()))]
    assert list(SelfReview.objects.filter(state=ReviewState.ACCEPTED)) == [first]

    again = operations.accept_reviews(review_ids=both, actor=people.cuc, at=reviews.at(11))

    assert again.done == [own]
    assert "đã tiếp nhận" in again.refused[0].sentence
    assert ReviewTransition.objects.filter(to_state=ReviewState.ACCEPTED).count() == 2


def test_returning_many_needs_one_reason_for_all(people, cycle):
    first = reviews.submitted(reviews.obligation_of(people, cycle), people.an)
    with pytest.raises(errors.ReasonMissing):
        operations.return_reviews(
            review_ids=[first.pk], reason=" ", actor=people.cuc, at=reviews.at(11)
        )

    outcome = operations.return_reviews(
        review_ids=[first.pk], reason="Chưa nêu số liệu", actor=people.cuc, at=reviews.at(11)
    )

    assert (outcome.done, outcome.refused) == ([first], [])
    transition = ReviewTransition.objects.get(review=first, to_state=ReviewState.RETURNED)
    assert (transition.note, transition.actor) == ("Chưa nêu số liệu", people.cuc)
