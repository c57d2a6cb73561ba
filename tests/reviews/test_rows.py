"""The structured parts: targets and their percentages, rows added, moved, deleted, put back."""

from decimal import Decimal
from fractions import Fraction

import pytest
from django.db import IntegrityError, transaction

from tests.factories import cycles, reviews
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles.errors import CycleNotOpen
from tusoi.cycles.operations import close_cycle
from tusoi.people.queries import system_account
from tusoi.remediation.enums import SourceKind
from tusoi.remediation.models import FollowedShortcoming
from tusoi.reviews import errors, operations, queries
from tusoi.reviews.enums import RowKind, TargetQualifier
from tusoi.reviews.models import EarlierShortcoming, Target


pytestmark = pytest.mark.slow


def _target(**fields):
    fields = {
        key: Decimal(str(v)) if isinstance(v, int | float) else v for key, v in fields.items()
    }
    return Target(name="Thu Quỹ", **fields)


@pytest.mark.parametrize(
    ("fields", "percent", "reached"),
    [
        ({"planned": 100, "actual": 74}, Decimal("74.0"), False),
        ({"planned": 5, "actual": 7}, Decimal("140.0"), True),
        ({"planned": 15, "actual": 15}, Decimal("100.0"), True),
        ({"planned": 3, "actual": 1}, Decimal("33.3"), False),
        # Almost everything is not everything.
        ({"planned": 10000, "actual": 9999}, Decimal("99.9"), False),
        ({"planned": 0, "actual": 3}, None, None),
        ({"actual": 3}, None, None),
        ({"stated_percent": 179, "qualifier": TargetQualifier.OVER}, Decimal(179), True),
        ({"stated_percent": 30, "qualifier": TargetQualifier.OVER}, Decimal(30), False),
        ({"planned": 10, "actual": 10, "qualifier": TargetQualifier.NEARLY}, Decimal(100), False),
        ({"qualifier": TargetQualifier.ALL}, None, True),
    ],
)
def test_percentages_are_worked_out(fields, percent, reached):
    target = _target(**fields)

    assert target.percent == percent
    assert target.is_reached is reached


@pytest.fixture
def review(people, cycle):
    return reviews.started(cycles.obligation(cycle, people.cell), people.binh)


def _add(review, people, kind=RowKind.TARGET, **values):
    return operations.add_row(
        review_id=review.pk, kind=kind, values=values, actor=people.binh, at=reviews.at(11)
    )


def test_a_percentage_is_never_typed_beside_figures(people, review):
    row = _add(
        review,
        people,
        name="Thu Quỹ",
        planned=Decimal(100),
        actual=Decimal(74),
        stated_percent=Decimal(99),
    )

    row.refresh_from_db()
    assert row.stated_percent is None
    assert row.percent == Decimal(74)
    with pytest.raises(IntegrityError), transaction.atomic():
        Target.objects.filter(pk=row.pk).update(stated_percent=99)


def test_a_row_says_which_field_it_has_not(people, review):
    with pytest.raises(errors.QuestionUnknown):
        _add(review, people, position=1)
    with pytest.raises(errors.ChoiceUnknown):
        _add(review, people, topic="weather")
    with pytest.raises(errors.RowUnknown):
        _add(review, people, RowKind.SHORTCOMING, nature="Chậm", target_id=10_000)
    with pytest.raises(NotPermitted):
        operations.add_row(
            review_id=review.pk, kind=RowKind.TARGET, actor=people.cuc, at=reviews.at(11)
        )


def test_a_personal_form_without_a_part_takes_no_rows_of_it(people, cycle):
    mine = reviews.started(reviews.obligation_of(people, cycle), people.an)

    with pytest.raises(errors.QuestionUnknown):
        operations.add_row(
            review_id=mine.pk, kind=RowKind.STRENGTH, actor=people.an, at=reviews.at(11)
        )


def test_rows_move_and_stay_moved(people, review):
    first, second, third = (_add(review, people, name=name) for name in ("A", "B", "C"))

    def move(row, *, up):
        operations.move_row(
            review_id=review.pk,
            kind=RowKind.TARGET,
            row_id=row.pk,
            up=up,
            actor=people.binh,
            at=reviews.at(12),
        )
        return [one.name for one in queries.rows_of(review, RowKind.TARGET)]

    assert move(third, up=True) == ["A", "C", "B"]
    assert move(first, up=False) == ["C", "A", "B"]
    assert move(second, up=False) == ["C", "A", "B"]


def test_a_deleted_row_comes_back_where_it_stood(people, review):
    target = _add(review, people, name="Thu Quỹ", planned=Decimal("7.5"), actual=Decimal(3))
    row = _add(review, people, RowKind.SHORTCOMING, nature="Chậm", target_id=target.pk)
    _add(review, people, RowKind.SHORTCOMING, nature="Sau")
    kept = operations.delete_row(
        review_id=review.pk,
        kind=RowKind.SHORTCOMING,
        row_id=row.pk,
        actor=people.binh,
        at=reviews.at(12),
    )
    assert review.shortcomings.count() == 1

    operations.restore_row(kept_id=kept.pk, actor=people.binh, at=reviews.at(12))

    back = queries.rows_of(review, RowKind.SHORTCOMING)[0]
    assert (back.nature, back.target_id, back.position) == ("Chậm", target.pk, row.position)
    assert queries.deleted_rows(review) == []
    with pytest.raises(errors.VersionUnknown):
        operations.restore_row(kept_id=kept.pk, actor=people.binh, at=reviews.at(12))


def test_a_row_comes_back_without_a_target_that_is_gone(people, review):
    target = _add(review, people, name="Thu Quỹ", planned=Decimal("7.5"), actual=Decimal(3))
    row = _add(review, people, RowKind.SHORTCOMING, nature="Chậm", target_id=target.pk)
    kept = [
        operations.delete_row(
            review_id=review.pk, kind=kind, row_id=one.pk, actor=people.binh, at=reviews.at(12)
        )
        for kind, one in ((RowKind.SHORTCOMING, row), (RowKind.TARGET, target))
    ]

    for one in kept:
        operations.restore_row(kept_id=one.pk, actor=people.binh, at=reviews.at(12))

    assert review.shortcomings.get().target_id is None
    assert review.targets.get().planned == Decimal("7.5")


def test_a_shortcoming_with_actions_stays(people, review):
    row = _add(review, people, RowKind.SHORTCOMING, nature="Chậm")
    FollowedShortcoming.objects.create(
        cycle=review.obligation.cycle,
        unit=people.cell,
        source=SourceKind.REVIEW,
        told=row,
        nature=row.nature,
        has_action=True,
        recorded_at=reviews.at(12),
        recorded_by=system_account(),
    )

    with pytest.raises(errors.RowInUse):
        operations.delete_row(
            review_id=review.pk,
            kind=RowKind.SHORTCOMING,
            row_id=row.pk,
            actor=people.binh,
            at=reviews.at(12),
        )

    assert review.shortcomings.count() == 1
    assert queries.deleted_rows(review) == []


def test_initiatives_are_found_without_accents(people, cycle):
    review = reviews.filled(
        reviews.started(cycles.obligation(cycle, people.cell), people.binh), people.binh
    )
    _add(review, people, RowKind.INITIATIVE, name="Nuôi lươn không bùn", place="Khu vực 1")

    def found(text):
        return [
            one.name
            for one in queries.initiatives_for(people.cuc, on=reviews.at(12).date(), text=text)
        ]

    assert found("luon khong bun") == []
    operations.submit_review(review_id=review.pk, actor=people.binh, at=reviews.at(12))
    assert found("luon khong bun") == found("KHU VUC") == found("") == ["Nuôi lươn không bùn"]
    assert found("hoa lan") == []


def test_facts_of_a_review(people, cycle):
    owed = cycles.obligation(cycle, people.cell)
    assert queries.review_facts(owed) is None
    review = reviews.submitted(owed, people.binh)
    operations.withdraw_review(review_id=review.pk, actor=people.binh, at=reviews.at(11))
    _add(review, people, name="Kết nạp", planned=Decimal(5), actual=Decimal(7))
    _add(review, people, name="Hẻm", actual=Decimal(3))

    facts = queries.review_facts(owed)

    assert (facts.target_count, facts.measured_count, facts.reached_count) == (3, 2, 1)
    assert facts.task_completion_ratio == Fraction(1, 2)
    assert facts.shortcoming_count == 1
    assert facts.grades["org-work-programme"] == "good"
    assert (facts.proposed_level, facts.is_handed_in) == ("good", False)


def test_targets_come_weakest_first(people, cycle):
    review = reviews.filled(
        reviews.started(cycles.obligation(cycle, people.cell), people.binh), people.binh
    )
    _add(review, people, name="Kết nạp", planned=Decimal(5), actual=Decimal(7))
    _add(review, people, name="Quỹ", stated_percent=Decimal(30))
    _add(review, people, name="Hẻm", actual=Decimal(3))
    operations.submit_review(review_id=review.pk, actor=people.binh, at=reviews.at(12))

    found = queries.targets_for(people.board, cycle, on=reviews.at(12).date())

    assert [one.name for one in found] == ["Quỹ", "Thu Quỹ", "Kết nạp", "Hẻm"]


def test_a_prompt_demands_an_answer(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    review = reviews.filled(reviews.started(owed, people.an), people.an)
    prompt = operations.issue_prompt(
        obligation_id=owed.pk,
        text="Vì sao thu quỹ chậm?",
        document="Công văn 5",
        actor=people.cuc,
        at=reviews.at(11),
    )
    assert prompt.issuer == people.ward
    assert AuditEvent.objects.filter(action="reviews.prompt", object_id=str(prompt.pk)).exists()
    with pytest.raises(errors.ReviewIncomplete) as refusal:
        operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(11))
    assert [gap.question_id for gap in refusal.value.gaps] == ["personal-prompt-responses"]

    outcome = operations.answer_prompt(
        review_id=review.pk,
        prompt_id=prompt.pk,
        text="Do mưa bão.",
        actor=people.an,
        at=reviews.at(12),
    )
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(13))

    assert list(outcome.bases) == [f"row:response:{prompt.pk}"]
    assert prompt.response.text == "Do mưa bão."


def test_two_tabs_answer_one_prompt(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    review = reviews.started(owed, people.an)
    prompt = operations.issue_prompt(
        obligation_id=owed.pk, text="Vì sao?", actor=people.cuc, at=reviews.at(11)
    )
    answer = {"review_id": review.pk, "prompt_id": prompt.pk, "actor": people.an}
    operations.answer_prompt(**answer, text="Do mưa.", at=reviews.at(11))

    outcome = operations.answer_prompt(**answer, text="Do bão.", at=reviews.at(12))

    (conflict,) = outcome.conflicts
    assert (conflict.stored, conflict.arrived) == ({"text": "Do mưa."}, {"text": "Do bão."})
    operations.resolve_row_conflict(
        kept_id=conflict.kept_id, use=True, actor=people.an, at=reviews.at(13)
    )
    prompt.refresh_from_db()
    assert prompt.response.text == "Do bão."


def test_prompts_come_from_above_and_in_time(people, cycle):
    owed = cycles.obligation(cycle, people.cell)
    issue = {"obligation_id": owed.pk, "at": reviews.at(11)}
    for stranger in (people.binh, people.dung, people.inspector, people.administrator):
        with pytest.raises(NotPermitted):
            operations.issue_prompt(**issue, text="?", actor=stranger)
    with pytest.raises(errors.PromptEmpty):
        operations.issue_prompt(**issue, text=" ", actor=people.cuc)
    prompt = operations.issue_prompt(**issue, text="Vì sao?", actor=people.board)
    assert prompt.issuer == people.district

    with pytest.raises(NotPermitted):
        operations.withdraw_prompt(prompt_id=prompt.pk, actor=people.binh, at=reviews.at(11))
    operations.withdraw_prompt(prompt_id=prompt.pk, actor=people.cuc, at=reviews.at(11))
    with pytest.raises(errors.PromptNotOpen):
        operations.withdraw_prompt(prompt_id=prompt.pk, actor=people.cuc, at=reviews.at(11))

    review = reviews.submitted(owed, people.binh)
    operations.accept_review(review_id=review.pk, actor=people.cuc, at=reviews.at(12))
    with pytest.raises(errors.PromptNotOpen):
        operations.issue_prompt(**issue, text="Muộn?", actor=people.cuc)


def test_comments_need_something_to_say(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    slip = {
        "obligation_id": owed.pk,
        "source": "residence",
        "body": "Chi ủy khu vực 5",
        "commented_on": reviews.at(9).date(),
        "at": reviews.at(11),
    }
    with pytest.raises(errors.CommentEmpty):
        operations.attach_comment(**slip, actor=people.an)
    with pytest.raises(errors.ChoiceUnknown):
        operations.attach_comment(**slip | {"source": "rumour"}, text="x", actor=people.an)
    with pytest.raises(NotPermitted):
        operations.attach_comment(**slip, text="x", actor=people.dung)

    comment = operations.attach_comment(**slip, text="Gương mẫu.", actor=people.an)

    assert owed.comments.get() == comment
    assert AuditEvent.objects.filter(action="reviews.attach_comment").count() == 1


def test_prompts_and_comments_end_with_the_cycle(people, cycle):
    owed = reviews.obligation_of(people, cycle)
    system = operations.issue_prompt(
        obligation_id=owed.pk, text="Vì sao?", actor=system_account(), at=reviews.at(11)
    )
    close_cycle(cycle_id=cycle.pk, actor=system_account(), at=reviews.at(20))

    assert system.issuer == people.cell
    with pytest.raises(CycleNotOpen):
        operations.issue_prompt(
            obligation_id=owed.pk, text="Muộn?", actor=people.cuc, at=reviews.at(21)
        )
    with pytest.raises(CycleNotOpen):
        operations.attach_comment(
            obligation_id=owed.pk,
            source="agency",
            body="Phòng",
            commented_on=reviews.at(21).date(),
            text="Tốt.",
            actor=people.an,
            at=reviews.at(21),
        )


def test_an_earlier_shortcoming_is_never_more_than_put_right(people, review):
    with pytest.raises(errors.PercentOutOfRange):
        _add(review, people, RowKind.EARLIER, nature="Chậm báo cáo", percent=101)
    row = _add(review, people, RowKind.EARLIER, nature="Chậm báo cáo", percent=100)
    assert row.percent == 100


def test_lines_are_filled_in_their_own_review_only(people, review):
    other = reviews.started(
        cycles.obligation(review.obligation.cycle, people.other_cell), people.dung
    )
    row = EarlierShortcoming.objects.create(
        review=other, nature="Chậm báo cáo", saved_at=reviews.at(), saved_by=people.dung
    )
    line = operations.EarlierLine(nature="Đã sửa", outcome="done", account="", row_id=row.pk)

    with pytest.raises(errors.RowUnknown):
        operations.fill_earlier(
            review_id=review.pk, lines=[line], actor=people.binh, at=reviews.at(11)
        )
    row.refresh_from_db()
    assert row.nature == "Chậm báo cáo"
