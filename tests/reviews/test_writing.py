"""Saving: nothing typed is lost, whatever arrives in whichever order."""

import datetime as dt
import itertools

import pytest

from tests.factories import access, cycles, reviews
from tusoi.access.enums import RoleKey
from tusoi.access.errors import NotPermitted
from tusoi.ratings.queries.facts import facts_of
from tusoi.reviews import errors, operations
from tusoi.reviews.enums import RowEvent, RowKind
from tusoi.reviews.models import AnswerVersion, EarlierShortcoming, RowVersion
from tusoi.reviews.operations import Draft, TextEdit
from tusoi.reviews.queries import content_of, gaps_in, open_conflicts, row_base, text_base


pytestmark = pytest.mark.slow


QUESTION = "personal-direction"


@pytest.fixture
def review(people, cycle):
    return reviews.started(reviews.obligation_of(people, cycle), people.an)


def _save(review, actor, text, base=None, *, when=None, question=QUESTION):
    outcome = operations.save_answer(
        review_id=review.pk,
        question_id=question,
        text=text,
        base=base,
        actor=actor,
        at=when or reviews.at(11),
    )
    return outcome, outcome.bases.get(f"answer:{question}")


def _stored(review):
    return review.answers.get(question_id=QUESTION)


def test_saves_in_a_row_build_on_each_other(people, review):
    _, first = _save(review, people.an, "Học")

    outcome, second = _save(review, people.an, "Học nghị quyết", first)

    assert outcome.conflicts == ()
    assert (first.version, second.version) == (1, 2)
    assert _stored(review).text == "Học nghị quyết"


def test_a_stale_save_keeps_both_texts_and_tells_who_and_when(people, review):
    _, base = _save(review, people.an, "Bản đầu")
    _save(review, people.an, "Bản của tab thứ nhất", base, when=reviews.at(11, 10))

    outcome, after = _save(review, people.an, "Bản của tab thứ hai", base)

    assert _stored(review).text == "Bản của tab thứ nhất"
    (conflict,) = outcome.conflicts
    assert conflict.stored == {"text": "Bản của tab thứ nhất"}
    assert conflict.arrived == {"text": "Bản của tab thứ hai"}
    assert (conflict.saved_by, conflict.saved_at) == ("Lê Thị An", reviews.at(11, 10))
    assert after.version == 2
    kept = AnswerVersion.objects.get(is_conflict=True)
    assert (kept.text, kept.version, kept.saved_by) == ("Bản của tab thứ hai", 1, people.an)


def test_typing_on_in_the_stale_tab_goes_on_in_the_kept_text(people, review):
    _, base = _save(review, people.an, "Bản đầu")
    _save(review, people.an, "Bản mới", base)
    _save(review, people.an, "Bản kia", base)

    _save(review, people.an, "Bản kia, viết tiếp", base)

    (kept,) = open_conflicts(review)
    assert kept.text == "Bản kia, viết tiếp"


def test_a_whole_form_from_an_old_tab_does_not_bring_old_texts_back(people, review):
    """Without JavaScript every field arrives; those that nobody touched are no edits."""
    _, base = _save(review, people.an, "Bản đầu")
    _save(review, people.an, "Bản mới", base)

    outcome, after = _save(review, people.an, "Bản đầu", base)
    blank, _ = _save(review, people.an, "", text_base("", 0))

    assert outcome.conflicts == blank.conflicts == ()
    assert after.version == 2
    assert _stored(review).text == "Bản mới"


def test_the_same_text_twice_is_no_conflict(people, review):
    _, base = _save(review, people.an, "Bản đầu")
    _save(review, people.an, "Bản mới", base)

    outcome, after = _save(review, people.an, "Bản mới", base)

    assert (outcome.conflicts, after.version) == ((), 2)


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ("keep", "Bản mới"),
        ("use", "Bản kia"),
        ("append", "Bản mới\n\nBản kia"),
    ],
)
def test_the_author_settles_a_conflict(people, review, choice, expected):
    _, base = _save(review, people.an, "Bản đầu")
    _save(review, people.an, "Bản mới", base)
    _save(review, people.an, "Bản kia", base)
    (kept,) = open_conflicts(review)
    settle = {"version_id": kept.pk, "choice": choice, "at": reviews.at(12)}
    with pytest.raises(NotPermitted):
        operations.resolve_conflict(**settle, actor=people.binh)

    operations.resolve_conflict(**settle, actor=people.an)

    assert _stored(review).text == expected
    assert open_conflicts(review) == []
    kept.refresh_from_db()
    assert (kept.resolved_by, kept.text) == (people.an, "Bản kia")
    with pytest.raises(errors.VersionUnknown):
        operations.resolve_conflict(**settle, actor=people.an)


def test_browser_line_ends_and_split_letters_are_no_edits(people, review):
    _, base = _save(review, people.an, "Đảng bộ\nChi bộ")

    outcome, after = _save(review, people.an, "Đảng bộ\r\nChi bộ  \r\n", base)

    assert (outcome.conflicts, after.version) == ((), 1)


def test_old_texts_are_kept_apart_by_minutes_not_by_letters(people, review):
    base = None
    for minute in range(0, 40, 2):
        text = "Viết thêm một câu. " * (minute + 1)
        _, base = _save(review, people.an, text, base, when=reviews.at(12, 9, minute))

    kept = list(AnswerVersion.objects.order_by("saved_at"))

    assert 2 <= len(kept) <= 6
    gaps = [b.saved_at - a.saved_at for a, b in itertools.pairwise(kept)]
    assert all(gap >= dt.timedelta(minutes=8) for gap in gaps)


def test_a_text_that_shrinks_is_kept(people, review):
    _, base = _save(review, people.an, "Một đoạn dài đã viết rất lâu. " * 10, when=reviews.at())

    _save(review, people.an, "x", base, when=reviews.at())

    assert AnswerVersion.objects.get().text.startswith("Một đoạn dài")


def test_what_was_handed_in_stays_readable_after_a_return(people, cycle):
    review = reviews.submitted(reviews.obligation_of(people, cycle, "binh"), people.binh)
    operations.return_review(
        review_id=review.pk, reason="Bổ sung.", actor=people.cuc, at=reviews.at(10, 11)
    )
    answer = review.answers.get(question_id="personal-duties")

    _save(
        review,
        people.binh,
        f"{answer.text} Thêm số liệu.",
        text_base(answer.text, answer.version),
        when=reviews.at(10, 12),
        question="personal-duties",
    )

    assert AnswerVersion.objects.get().text == answer.text


def test_unknown_parts_and_choices_are_refused(people, review):
    when = {"actor": people.an, "at": reviews.at(11)}
    with pytest.raises(errors.QuestionUnknown):
        _save(review, people.an, "x", question="collective-duties")
    with pytest.raises(errors.ChoiceUnknown):
        operations.save_grades(
            review_id=review.pk, grades={"member-discipline": "perfect"}, **when
        )
    with pytest.raises(errors.ChoiceUnknown):
        operations.save_grades(review_id=review.pk, grades={"org-work": "good"}, **when)
    with pytest.raises(errors.ChoiceUnknown):
        operations.save_grades(review_id=review.pk, grades={}, level="best", **when)
    with pytest.raises(NotPermitted):
        _save(review, people.binh, "x")


def test_two_of_a_committee_edit_one_row(people, cycle):
    access.grant(people.outsider, RoleKey.CELL_COMMITTEE, people.cell)
    review = reviews.started(cycles.obligation(cycle, people.cell), people.binh)
    row = operations.add_row(
        review_id=review.pk,
        kind=RowKind.SHORTCOMING,
        values={"nature": "Thu quỹ chậm"},
        actor=people.binh,
        at=reviews.at(11),
    )
    seen = row_base(row, RowKind.SHORTCOMING)

    def edit(actor, nature):
        return operations.save_rows(
            review_id=review.pk,
            rows=[operations.RowEdit(RowKind.SHORTCOMING, row.pk, {"nature": nature}, seen)],
            actor=actor,
            at=reviews.at(12),
        )

    edit(people.outsider, "Thu quỹ đạt 74 %")
    outcome = edit(people.binh, "Thu quỹ chưa đạt kế hoạch")

    (conflict,) = outcome.conflicts
    assert conflict.stored["nature"] == "Thu quỹ đạt 74 %"
    assert conflict.arrived["nature"] == "Thu quỹ chưa đạt kế hoạch"
    row.refresh_from_db()
    assert row.nature == "Thu quỹ đạt 74 %"
    assert RowVersion.objects.get(event=RowEvent.REPLACED).content["nature"] == "Thu quỹ chậm"
    kept = RowVersion.objects.get(event=RowEvent.CONFLICT)

    operations.resolve_row_conflict(
        kept_id=kept.pk, use=True, actor=people.binh, at=reviews.at(13)
    )

    row.refresh_from_db()
    assert row.nature == "Thu quỹ chưa đạt kế hoạch"
    with pytest.raises(errors.VersionUnknown):
        operations.resolve_row_conflict(
            kept_id=kept.pk, use=True, actor=people.binh, at=reviews.at(13)
        )


def test_an_edit_of_a_row_deleted_meanwhile_is_kept(people, review):
    row = operations.add_row(
        review_id=review.pk,
        kind=RowKind.SHORTCOMING,
        values={"nature": "Chậm"},
        actor=people.an,
        at=reviews.at(11),
    )
    seen = row_base(row, RowKind.SHORTCOMING)
    operations.delete_row(
        review_id=review.pk,
        kind=RowKind.SHORTCOMING,
        row_id=row.pk,
        actor=people.an,
        at=reviews.at(11),
    )

    outcome = operations.save_rows(
        review_id=review.pk,
        rows=[operations.RowEdit(RowKind.SHORTCOMING, row.pk, {"nature": "Chậm báo cáo"}, seen)],
        actor=people.an,
        at=reviews.at(12),
    )

    (conflict,) = outcome.conflicts
    assert conflict.stored == {}
    operations.resolve_row_conflict(
        kept_id=conflict.kept_id, use=True, actor=people.an, at=reviews.at(13)
    )
    assert review.shortcomings.get().nature == "Chậm báo cáo"


def test_one_save_carries_many_parts(people, review):
    outcome = operations.save_draft(
        review_id=review.pk,
        draft=Draft(
            answers=[TextEdit("personal-duties", "Xong"), TextEdit(QUESTION, "Học")],
            grades={"member-discipline": "excellent"},
            level="good",
        ),
        actor=people.an,
        at=reviews.at(11),
    )

    assert set(outcome.bases) == {"answer:personal-duties", f"answer:{QUESTION}"}
    review.refresh_from_db()
    assert (review.proposed_level, review.saved_at) == ("good", reviews.at(11))
    assert review.grades.get().grade_id == "excellent"


def test_two_texts_are_settled_before_the_review_is_complete(people, review):
    reviews.filled(review, people.an)
    _, base = _save(review, people.an, "Bản đầu")
    _save(review, people.an, "Bản mới", base)
    _save(review, people.an, "Bản kia", base)

    with pytest.raises(errors.ReviewIncomplete) as refusal:
        operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(12))

    assert [gap.question_id for gap in refusal.value.gaps] == [QUESTION]
    (kept,) = open_conflicts(review)
    operations.resolve_conflict(
        version_id=kept.pk, choice="keep", actor=people.an, at=reviews.at(12)
    )
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(13))


def test_an_empty_stored_text_gives_way(people, review):
    _, base = _save(review, people.an, "Bản đầu")
    _save(review, people.an, "", base)

    outcome, after = _save(review, people.an, "Bản mới", base)
    blank, nothing = _save(review, people.an, "", question="personal-commitment")

    assert (outcome.conflicts, after.version) == ((), 3)
    assert (blank.conflicts, nothing) == ((), None)


def test_who_had_nothing_to_put_right_says_so_instead_of_a_grade(people, review):
    criterion = "member-earlier-shortcomings"
    reviews.filled(review, people.an)
    choose = {"review_id": review.pk, "actor": people.an, "at": reviews.at(12)}

    operations.save_grades(grades={criterion: "not-applicable"}, **choose)

    assert gaps_in(content_of(review)) == []
    assert review.grades.get(criterion_id=criterion).grade_id == "not-applicable"
    with pytest.raises(errors.ChoiceUnknown):
        operations.save_grades(grades={"member-discipline": "not-applicable"}, **choose)

    row = EarlierShortcoming.objects.create(
        review=review,
        nature="Chậm báo cáo",
        outcome="done",
        saved_at=reviews.at(12),
        saved_by=people.an,
    )
    (gap,) = gaps_in(content_of(review))
    assert gap.question_id == "grade-member-earlier-shortcomings"
    assert "Hãy chọn một mức" in gap.message
    row.delete()
    operations.submit_review(review_id=review.pk, actor=people.an, at=reviews.at(13))
    assert facts_of(review.obligation).sheet[f"grade.{criterion}"].value == "not-applicable"


def test_the_same_grade_and_level_again_change_nothing(people, review):
    choose = {"review_id": review.pk, "grades": {"member-discipline": "good"}, "level": "good"}
    operations.save_grades(**choose, actor=people.an, at=reviews.at(11))

    outcome = operations.save_grades(**choose, actor=people.an, at=reviews.at(12))

    assert outcome.saved_at == reviews.at(11)


def test_a_row_that_never_was_is_refused(people, review):
    for operation in (operations.delete_row, operations.move_row):
        extra = {"up": True} if operation is operations.move_row else {}
        with pytest.raises(errors.RowUnknown):
            operation(
                review_id=review.pk,
                kind=RowKind.REMEDY,
                row_id=404,
                actor=people.an,
                at=reviews.at(11),
                **extra,
            )
    with pytest.raises(errors.RowUnknown):
        operations.save_rows(
            review_id=review.pk,
            rows=[operations.RowEdit(RowKind.REMEDY, 404, {"text": "x"})],
            actor=people.an,
            at=reviews.at(11),
        )


def test_an_untouched_row_deleted_elsewhere_raises_no_question(people, review):
    row = operations.add_row(
        review_id=review.pk,
        kind=RowKind.REMEDY,
        values={"text": "Vận động"},
        actor=people.an,
        at=reviews.at(11),
    )
    seen = row_base(row, RowKind.REMEDY)
    operations.delete_row(
        review_id=review.pk, kind=RowKind.REMEDY, row_id=row.pk, actor=people.an, at=reviews.at(11)
    )

    outcome = operations.save_rows(
        review_id=review.pk,
        rows=[operations.RowEdit(RowKind.REMEDY, row.pk, {"text": "Vận động"}, seen)],
        actor=people.an,
        at=reviews.at(12),
    )

    assert outcome.conflicts == ()


def test_a_row_conflict_can_be_dropped(people, cycle):
    access.grant(people.outsider, RoleKey.CELL_COMMITTEE, people.cell)
    review = reviews.started(cycles.obligation(cycle, people.cell), people.binh)
    row = operations.add_row(
        review_id=review.pk,
        kind=RowKind.STRENGTH,
        values={"text": "Một"},
        actor=people.binh,
        at=reviews.at(11),
    )
    seen = row_base(row, RowKind.STRENGTH)
    for actor, text in ((people.outsider, "Hai"), (people.binh, "Ba")):
        operations.save_rows(
            review_id=review.pk,
            rows=[operations.RowEdit(RowKind.STRENGTH, row.pk, {"text": text}, seen)],
            actor=actor,
            at=reviews.at(12),
        )
    kept = RowVersion.objects.get(event=RowEvent.CONFLICT)

    operations.resolve_row_conflict(
        kept_id=kept.pk, use=False, actor=people.binh, at=reviews.at(13)
    )

    row.refresh_from_db()
    assert row.text == "Hai"


def test_a_part_takes_no_more_rows_than_its_form(people, review):
    def add():
        operations.add_row(
            review_id=review.pk, kind=RowKind.EARLIER, actor=people.an, at=reviews.at(11)
        )

    add()
    model = type(review.earliershortcomings.get())
    model.objects.bulk_create(
        model(review=review, saved_at=reviews.at(11), saved_by=people.an) for _ in range(199)
    )

    with pytest.raises(errors.TooManyRows):
        add()
