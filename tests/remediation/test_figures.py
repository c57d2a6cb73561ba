"""The sums of the boards: right, cheap, and the same as looking at every row."""

import datetime as dt
import random

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.factories import cycles as cycle_of
from tests.factories.remediation import PLANNED, action, analyzed, checked, done, plan, told
from tusoi.people.queries import system_account
from tusoi.remediation import operations, queries
from tusoi.remediation.enums import Verdict
from tusoi.remediation.models import (
    FollowedShortcoming,
    RemedyDay,
    RemedyDue,
    RemedyRollup,
)
from tusoi.reviews.enums import Topic


pytestmark = pytest.mark.django_db
DAYS = [dt.date(2023, 1, 1) + dt.timedelta(days=31 * n + n * n) for n in range(14)]


@pytest.fixture
def many(cast, cycle):
    """Fill two cells with shortcomings of all topics and deadlines of two years."""
    dice = random.Random(7)  # noqa: S311 -- rows of a test
    rows = []
    for unit in (cast.cell, cast.other_cell):
        drafted = plan(cycle, unit)
        for topic in (Topic.ECONOMY, Topic.FINANCE, Topic.SOCIETY):
            for one in told(cycle, unit, *(f"{topic} {n}" for n in range(4)), topic=topic):
                if dice.random() < 0.8:
                    analyzed(one)
                    action(drafted, one, text=one.nature, due_on=dice.choice(DAYS))
                rows.append(one.pk)
    return FollowedShortcoming.objects.filter(pk__in=rows)


def test_late_on_any_day_is_what_one_counts_by_hand(cast, cycle, many):
    for on in [*DAYS, *(day + dt.timedelta(days=1) for day in DAYS), dt.date(2025, 1, 1)]:
        by_hand = many.filter(late_after__lt=on)
        figures = queries.figures_by_topic(cycle, [cast.district.pk], on=on)
        total = queries.summed(figures.values())
        assert total.late == by_hand.count()
        assert total.actions_late == total.late
        for topic in (Topic.ECONOMY, Topic.FINANCE):
            assert figures[topic].late == by_hand.filter(topic=topic).count()


def test_the_board_shows_the_weakest_first_with_whom_to_turn_to(cast, cycle, many):
    many.filter(unit=cast.other_cell)
    for one in queries.actions_on_board(
        cast.board, cycle, queries.ActionFilter(unit_id=cast.ward.pk), on=DAYS[0]
    ):
        operations.finish_action(action_id=one.pk, text="xong", actor=cast.binh, at=PLANNED)

    board = queries.remedy_board(cycle, cast.district.pk, on=dt.date(2025, 1, 1))

    assert [one.unit_id for one in board.children] == [cast.other_ward.pk, cast.ward.pk]
    assert board.children[0].total.late > board.children[1].total.late == 0
    assert board.node.total.shortcomings == 24
    assert set(board.topics) == {"economy", "finance", "society"}
    assert board.children[0].of("economy").shortcomings == 4
    assert board.children[0].of("security").shortcomings == 0
    below = queries.remedy_board(cycle, cast.ward.pk, on=dt.date(2025, 1, 1))
    assert [one.contact for one in below.children] == [cast.binh.person]
    assert queries.remedy_board(cycle, cast.district.pk + 999, on=DAYS[0]) is None
    with pytest.raises(AttributeError):
        board.node.total.nothing  # noqa: B018 -- the look-up is the test


def test_units_are_counted_within_what_the_actor_sees(cast, cycle, many):
    def names(actor, **fields):
        return [one.name for one in queries.counts_by_unit(actor, cycle, on=DAYS[-1], **fields)]

    assert set(names(cast.board)) == {"Đảng bộ phường Một", "Đảng bộ phường Hai"}
    assert names(cast.dung) == ["Chi bộ Khu vực 9"]
    assert names(cast.binh, unit_id=cast.ward.pk) == ["Chi bộ Khu vực 1"]
    assert names(cast.outsider) == []
    assert queries.board_counts(cast.outsider, cycle, on=DAYS[0]).shortcomings == 0
    assert names(system_account())


def test_a_board_costs_the_same_at_any_size(cast, cycle, many, django_assert_num_queries):
    with django_assert_num_queries(3):
        queries.remedy_board(cycle, cast.district.pk, on=DAYS[3])
    with django_assert_num_queries(1):
        queries.weekly_remedies(cycle, cast.district.pk, until=DAYS[3])
    with django_assert_num_queries(4):
        queries.board_counts(cast.board, cycle, on=DAYS[3])


@pytest.mark.skipif(connection.vendor != "sqlite", reason="tells how SQLite reads")
def test_what_is_late_is_looked_up_by_its_days(cast, cycle, many):
    """SQLite read every day that a unit ever had, until the table of ranges came first."""
    on = dt.date(2023, 6, 15)
    with CaptureQueriesContext(connection) as asked:
        queries.remedy_board(cycle, cast.district.pk, on=on)
        queries.figures_by_topic(cycle, [cast.district.pk], on=on)
    late = [one["sql"] for one in asked if "remediation_remedydue" in one["sql"]]
    assert len(late) == 2

    for statement in late:
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}")
            steps = [row[-1] for row in cursor.fetchall()]
        (due,) = [step for step in steps if step.startswith(("SEARCH d ", "SCAN d "))]
        assert "unit_id=?" in due
        assert "period>? AND period<?" in due


def test_the_weeks_tell_how_it_came(cast, cycle, shortcoming):
    drafted = plan(cycle, cast.cell)
    done(cast, drafted, shortcoming)
    checked(shortcoming, Verdict.EFFECTIVE, actor=cast.cuc, at=cycle_of.moment(2022, 12, 14))
    operations.close_shortcoming(
        shortcoming_id=shortcoming.pk, actor=cast.cuc, at=cycle_of.moment(2022, 12, 20)
    )

    weeks = queries.weekly_remedies(cycle, cast.ward.pk, until=dt.date(2022, 12, 22))

    assert [(one.ends_on.day, one.open, one.counts["done"]) for one in weeks] == [
        (4, 1, 1),
        (11, 1, 1),
        (18, 1, 0),
        (22, 0, 0),
    ]
    assert queries.weekly_remedies(cycle, cast.other_ward.pk, until=dt.date(2022, 12, 22)) == []


def test_people_are_counted_apart(cast, cycle, shortcoming):
    FollowedShortcoming.objects.update(person=cast.an_person)
    operations.rebuild_remedies(cycle_id=cycle.pk)

    def total(**fields):
        board = queries.remedy_board(cycle, cast.ward.pk, on=DAYS[0], **fields)
        return board.node.total.shortcomings

    assert (total(), total(with_people=True)) == (0, 1)
    narrowed = queries.ActionFilter(with_people=True)
    assert queries.shortcomings_on_board(cast.board, cycle, narrowed, on=DAYS[0]).exists()
    assert queries.actions_on_board(cast.board, cycle, narrowed, on=DAYS[0]).count() == 0


def test_sums_that_went_astray_are_found_and_mended(cast, cycle, many):
    assert operations.rebuild_remedies(cycle_id=cycle.pk) == []
    RemedyRollup.objects.filter(unit=cast.ward, topic="economy").update(vague=7)
    RemedyDue.objects.filter(unit=cast.cell).first().delete()
    RemedyDay.objects.filter(unit=cast.district).update(recorded=99)
    FollowedShortcoming.objects.filter(pk=many.first().pk).update(lacks_owner=False)

    found = operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True)
    assert {one.table for one in found} == {
        "remediation_followedshortcoming",
        "remediation_remedyrollup",
        "remediation_remedydue",
        "remediation_remedyday",
    }
    operations.rebuild_remedies(cycle_id=cycle.pk)
    assert operations.rebuild_remedies(cycle_id=cycle.pk, check_only=True) == []


# -- lists ---------------------------------------------------------------------------------------


def test_a_long_list_is_paged_by_key(cast, cycle, many):
    found = queries.shortcomings_on_board(cast.board, cycle, queries.ActionFilter(), on=DAYS[0])
    every, after = [], ""
    while True:
        page = queries.page_after(found, after, size=5)
        every += page.rows
        after = page.after
        if not after:
            break

    assert every == list(found)
    assert len(every) == 24
    assert queries.page_after(found, "nonsense.x", size=5).rows == every[:5]


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        (queries.OVERDUE, {"quá hạn"}),
        (queries.NO_ACTION, {"chưa có việc", "chưa hiệu quả"}),
        (queries.NO_OWNER, {"không ai"}),
        (queries.NO_MEASURE, {"không ai"}),
        (queries.VAGUE, {"chưa có việc"}),
        (queries.REPEATED, set()),
        (queries.ACCEPTED, {"tạm chấp nhận"}),
        (queries.EFFECTIVE, {"có hiệu quả"}),
        (queries.NOT_EFFECTIVE, {"chưa hiệu quả"}),
        (queries.CHECK_DUE, {"chờ kiểm tra"}),
    ],
)
def test_what_needs_attention_is_found(cast, cycle, flag, expected):
    names = (
        "quá hạn",
        "chưa có việc",
        "không ai",
        "chưa hiệu quả",
        "có hiệu quả",
        "tạm chấp nhận",
        "chờ kiểm tra",
    )
    rows = dict(zip(names, told(cycle, cast.cell, *(f"{name} 1" for name in names)), strict=True))
    drafted = plan(cycle, cast.cell)
    far, past = dt.date(2024, 6, 1), dt.date(2023, 1, 31)
    mine = {"owner_person_id": cast.an_person.pk}
    analyzed(rows["quá hạn"])
    action(drafted, rows["quá hạn"], text="1", due_on=past, **mine)
    FollowedShortcoming.objects.filter(pk=rows["chưa có việc"].pk).update(is_vague=True)
    action(drafted, rows["không ai"], text="2", due_on=far, measure="")
    for name, verdict in (
        ("chưa hiệu quả", Verdict.NOT_EFFECTIVE),
        ("có hiệu quả", Verdict.PARTLY),
    ):
        done(cast, drafted, rows[name], text=name, due_on=far)
        checked(rows[name], verdict, actor=cast.cuc)
    action(drafted, rows["tạm chấp nhận"], text="3", due_on=past, **mine)
    asked = operations.ask_acceptance(
        shortcoming_id=rows["tạm chấp nhận"].pk,
        until=dt.date(2023, 11, 1),
        reason="x",
        actor=cast.binh,
        at=PLANNED,
    )
    operations.grant_acceptance(acceptance_id=asked.pk, actor=cast.cuc, at=PLANNED)
    operations.set_check_day(
        shortcoming_id=rows["chờ kiểm tra"].pk,
        check_on=dt.date(2023, 2, 1),
        actor=cast.binh,
        at=PLANNED,
    )
    done(cast, drafted, rows["chờ kiểm tra"], text="4", due_on=far)

    found = queries.shortcomings_on_board(
        cast.board, cycle, queries.ActionFilter(flag=flag), on=dt.date(2023, 3, 1)
    )

    assert {one.nature.removesuffix(" 1") for one in found} == expected
    figures = queries.figures_by_topic(cycle, [cast.district.pk], on=dt.date(2023, 3, 1))
    total = queries.summed(figures.values())
    assert (total.late, total.checks_late, total.without_action) == (1, 1, 2)
    assert (total.without_owner, total.not_effective, total.partly) == (1, 1, 1)
    assert (total.open, total.resolved) == (7, 2)


def test_what_helped_elsewhere_is_offered_within_sight(cast, cycle):
    (there,) = told(cycle, cast.other_cell, "Thu quỹ đạt 60%", topic=Topic.FINANCE)
    (here,) = told(cycle, cast.cell, "Thu quỹ đạt 70%", topic=Topic.FINANCE)
    drafted = plan(cycle, cast.other_cell)
    analyzed(there)
    made = action(drafted, there, owner_person_id=cast.dung.person_id)
    operations.finish_action(action_id=made.pk, text="xong", actor=cast.dung, at=PLANNED)
    checked(there, Verdict.EFFECTIVE, actor=cast.board)

    (one,) = queries.worked_elsewhere(cast.board, here, on=PLANNED.date())
    assert (one.shortcoming, one.actions) == (there, [made])
    assert queries.worked_elsewhere(cast.binh, here, on=PLANNED.date()) == []
    assert queries.worked_elsewhere(cast.board, there, on=PLANNED.date()) == []


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("an", False),
        ("binh", True),
        ("cuc", True),
        ("board", True),
        ("inspector", True),
        ("authority", True),
        ("dung", False),
        ("administrator", False),
        ("outsider", False),
    ],
)
def test_who_sees_what_is_followed(cast, cycle, shortcoming, who, sees):
    actor = getattr(cast, who)
    assert queries.followed_for(actor, on=DAYS[0]).exists() is sees
    every = queries.ActionFilter()
    assert queries.shortcomings_on_board(actor, cycle, every, on=DAYS[0]).exists() is sees


def test_the_system_sees_everything(cast, shortcoming, drafted):
    actor = system_account()
    made = action(drafted, shortcoming)
    assert list(queries.followed_for(actor, on=DAYS[0])) == [shortcoming]
    assert list(queries.actions_for(actor, on=DAYS[0])) == [made]
    assert list(queries.plans_for(actor, on=DAYS[0])) == [drafted]


# -- late on a day -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "on", ["2022-12-31", "2023-01-01", "2023-06-15", "2023-10-01", "2023-11-30", "2024-02-29"]
)
def test_what_is_late_is_what_a_count_of_the_rows_says(cast, cycle, many, on):
    days = ["2022-12-31", "2023-01-09", "2023-01-10", "2023-06-05", "2023-06-14", "2023-06-15"]
    days += ["2023-09-30", "2023-10-01", "2023-11-19", "2023-11-29", "2023-12-31", "2024-02-28"]
    for number, one in enumerate(many.order_by("pk")):
        late_after = dt.date.fromisoformat(days[number % len(days)])
        FollowedShortcoming.objects.filter(pk=one.pk).update(late_after=late_after)
    operations.fill_tables(cycle.pk)
    day = dt.date.fromisoformat(on)

    board = queries.remedy_board(cycle, cast.district.pk, on=day)

    waiting = FollowedShortcoming.objects.filter(cycle=cycle, late_after__lt=day)
    total = board.node.total
    assert total.late + total.checks_late == waiting.count()
