"""What was pointed out last year stands in the form of this year, with what became of it."""

import datetime as dt

import pytest

from tests.factories import cycles as cycle_of
from tests.factories.ratings import review
from tests.factories.remediation import PLANNED, action, analyzed, checked, done, plan, told
from tusoi.people.queries import system_account
from tusoi.remediation import operations, queries
from tusoi.remediation.enums import SourceKind, Verdict
from tusoi.remediation.models import CarriedShortcoming
from tusoi.reviews.enums import EarlierOutcome
from tusoi.reviews.errors import ReviewNotEditable
from tusoi.reviews.models import EarlierShortcoming, SelfReview, Shortcoming
from tusoi.reviews.operations import start_review
from tusoi.reviews.queries.facts import review_facts


pytestmark = pytest.mark.django_db
NEXT = cycle_of.moment(2023, 10, 9)


@pytest.fixture
def years(cast, cycle):
    """Make five shortcomings of 2022 in all their states, and the cycle of 2023."""
    names = ("Đã xong 1", "Đang làm 2", "Chưa làm 3", "Không hiệu quả 4", "Làm xong 5")
    rows = dict(zip(names, told(cycle, cast.cell, *names), strict=True))
    drafted = plan(cycle, cast.cell)
    for name, verdict in (
        ("Đã xong 1", Verdict.EFFECTIVE),
        ("Không hiệu quả 4", Verdict.NOT_EFFECTIVE),
    ):
        done(cast, drafted, rows[name], text=name)
        checked(rows[name], verdict, actor=cast.cuc)
    done(cast, drafted, rows["Làm xong 5"], text="5")
    analyzed(rows["Đang làm 2"])
    made = action(drafted, rows["Đang làm 2"], text="Vận động.", owner_unit_id=cast.cell.pk)
    operations.note_progress(
        action_id=made.pk, text="Được 8/20 hộ", percent=40, actor=cast.binh, at=PLANNED
    )
    later = cycle_of.cycle(cast.district, year=2023, at=cycle_of.moment(2023, 10, 2))
    return rows, later


def begin(cast, later, subject=None, actor=None):
    owed = cycle_of.obligation(later, subject or cast.cell)
    written = start_review(obligation_id=owed.pk, actor=actor or cast.binh, at=NEXT)
    operations.carry_over(review_id=written.pk, actor=actor or cast.binh, at=NEXT)
    return written


def lines(written):
    return {one.nature: one for one in written.earliershortcomings.order_by("position")}


def test_the_form_tells_the_state_the_degree_the_reason_and_who_answers(cast, years):
    rows, later = years
    written = begin(cast, later)

    found = lines(written)
    assert list(found) == list(rows)
    assert {name: (one.outcome, one.percent) for name, one in found.items()} == {
        "Đã xong 1": (EarlierOutcome.DONE, 100),
        "Đang làm 2": (EarlierOutcome.UNDER_WAY, 40),
        "Chưa làm 3": (EarlierOutcome.NOT_YET, None),
        "Không hiệu quả 4": (EarlierOutcome.NOT_YET, 100),
        "Làm xong 5": (EarlierOutcome.UNDER_WAY, 100),
    }
    assert found["Đang làm 2"].account == "Vận động: đang làm. Được 8/20 hộ"
    assert found["Đang làm 2"].answerable == "Chi bộ Khu vực 1"
    assert found["Đã xong 1"].answerable == "Lê Thị An"
    assert found["Chưa làm 3"].account == "Chưa có việc khắc phục."
    assert "Kiểm tra hiệu quả: chưa hiệu quả. Biên lai" in found["Không hiệu quả 4"].account
    assert found["Làm xong 5"].account.endswith("Chưa kiểm tra hiệu quả.")
    assert {one.origin_id for one in found.values()} == {one.told_id for one in rows.values()}
    facts = review_facts(written.obligation)
    assert (facts.earlier_count, facts.earlier_done_count) == (5, 1)


def test_lines_follow_what_happens_until_the_author_edits_them(cast, years):
    rows, later = years
    written = begin(cast, later)
    edited = lines(written)["Chưa làm 3"]
    edited.outcome, edited.version = EarlierOutcome.DONE, edited.version + 1
    edited.save()
    checked(rows["Làm xong 5"], Verdict.EFFECTIVE, actor=cast.cuc, at=NEXT)

    assert operations.carry_over(review_id=written.pk, actor=cast.binh, at=NEXT) == 4

    found = lines(written)
    assert found["Làm xong 5"].outcome == EarlierOutcome.DONE
    assert found["Chưa làm 3"].outcome == EarlierOutcome.DONE
    on = NEXT.date()
    (astray,) = queries.claims_astray(cast.cuc, on=on)
    assert (astray.earlier, astray.outcome) == (edited, EarlierOutcome.NOT_YET)
    assert queries.claims_astray(system_account(), on=on).count() == 1
    assert not queries.claims_astray(cast.dung, on=on).exists()


def test_what_an_author_wrote_before_is_linked_and_left(cast, years):
    _rows, later = years
    owed = cycle_of.obligation(later, cast.cell)
    written = start_review(obligation_id=owed.pk, actor=cast.binh, at=NEXT)
    EarlierShortcoming.objects.filter(nature="Chưa làm 3").update(account="Chờ kinh phí")

    operations.carry_over(review_id=written.pk, actor=cast.binh, at=NEXT)
    operations.carry_over(review_id=written.pk, actor=cast.binh, at=NEXT)

    assert lines(written)["Chưa làm 3"].account == "Chờ kinh phí"
    assert CarriedShortcoming.objects.count() == 5


def test_what_an_inspection_found_is_answered_for_too_and_told_until_when(cast, cycle):
    one = operations.record_shortcoming(
        cycle_id=cycle.pk,
        unit_id=cast.cell.pk,
        content=operations.ShortcomingContent(
            nature="Sổ sách thiếu", answerable_ids=[cast.an_person.pk]
        ),
        source=operations.Source(SourceKind.INSPECTION, "KL 12"),
        actor=cast.inspector,
        at=PLANNED,
    )
    asked = operations.ask_acceptance(
        shortcoming_id=one.pk,
        until=dt.date(2023, 11, 1),
        reason="Chờ phần mềm",
        actor=cast.binh,
        at=PLANNED,
    )
    operations.grant_acceptance(acceptance_id=asked.pk, actor=cast.cuc, at=PLANNED)
    later = cycle_of.cycle(cast.district, year=2023, at=cycle_of.moment(2023, 10, 2))

    (line,) = lines(begin(cast, later)).values()

    assert (line.origin, line.answerable) == (None, "Lê Thị An")
    assert line.account.endswith("Được tạm chấp nhận đến hết ngày 01/11/2023.")


def test_what_is_open_goes_along_year_after_year_once(cast, years):
    rows, later = years
    again = told(later, cast.cell, "Chưa làm 3")[0]
    assert again.previous == rows["Chưa làm 3"]
    third = cycle_of.cycle(cast.district, year=2024, at=cycle_of.moment(2024, 10, 1))

    owed = cycle_of.obligation(third, cast.cell)
    found = queries.to_carry(owed)

    assert found[0] == again
    assert rows["Chưa làm 3"] not in found
    assert rows["Đang làm 2"] in found
    assert rows["Đã xong 1"] in found, "the effect was found, yet nobody closed it"
    assert queries.to_carry(cycle_of.obligation(third, cast.other_cell)) == []


def test_a_member_answers_for_their_own(cast, cycle):
    written = review(cycle_of.obligation(cycle, cast.an_person))
    Shortcoming.objects.create(
        review=written, nature="Nghỉ họp 3 kỳ", saved_at=PLANNED, saved_by=system_account()
    )
    operations.follow_review(review_id=written.pk, actor=cast.binh, at=PLANNED)
    later = cycle_of.cycle(cast.district, year=2023, at=cycle_of.moment(2023, 10, 2))

    found = lines(begin(cast, later, cast.an_person, cast.an))

    assert list(found) == ["Nghỉ họp 3 kỳ"]


def test_nothing_is_filled_into_what_is_handed_in(cast, years):
    _rows, later = years
    written = begin(cast, later)
    SelfReview.objects.filter(pk=written.pk).update(
        state="submitted", submitted_at=NEXT, submitted_by=cast.binh
    )

    with pytest.raises(ReviewNotEditable):
        operations.carry_over(review_id=written.pk, actor=cast.binh, at=NEXT)
