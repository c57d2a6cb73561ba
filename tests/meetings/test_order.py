"""The order of the rulebook, kept by the agenda and by each conclusion."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import cycles, meetings, people, units
from tests.factories.meetings import NOW
from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation
from tusoi.meetings import errors, operations, queries
from tusoi.meetings.queries import order
from tusoi.meetings.queries.order import Ahead, ReviewOrder, Subject
from tusoi.units.enums import Position


DAY = dt.date(2022, 11, 25)


def rule(covers, *, name="r", needs_checking=False, warns_only=False):
    return ReviewOrder(name, name, (), needs_checking, warns_only, covers)


RULES = tuple(
    rule(one, name=one.__name__)
    for one in (
        order._collective_first,
        order._head_before_all,
        order._deputies_first,
        order._cell_first,
    )
)
_subjects = st.lists(
    st.builds(
        Subject,
        id=st.integers(1, 9999),
        name=st.just("x"),
        kind=st.sampled_from(list(SubjectKind)),
        person_id=st.integers(1, 6) | st.none(),
        collective_id=st.integers(1, 2) | st.none(),
        rank=st.sampled_from([0, 1, 2, 3, 9]),
    ),
    unique_by=lambda one: one.id,
    max_size=12,
)


@given(_subjects)
def test_an_ordered_agenda_keeps_every_rule_and_everybody(subjects):
    found = queries.in_order(subjects, RULES)

    assert sorted(found, key=lambda one: one.id) == sorted(subjects, key=lambda one: one.id)
    assert queries.misplaced(found, RULES) == ()
    assert queries.in_order(found, RULES) == found


@given(_subjects)
def test_rules_in_a_circle_lose_nobody(subjects):
    def heads_last(_one, other):
        return other.is_head

    circle = (rule(order._head_before_all), rule(heads_last))

    found = queries.in_order(subjects, circle)

    assert sorted(one.id for one in found) == sorted(one.id for one in subjects)


# Against the editions, in the database


@pytest.fixture
def body(db):
    """A cell with a committee: secretary Bình, a deputy, members An and another."""

    def make(**fields):
        scene = meetings.scene(more_members=1)
        deputy = people.make_person("Ao Văn Phó")
        units.membership(people.member(deputy), scene.people.cell)
        units.post(deputy, scene.people.cell, Position.DEPUTY_SECRETARY)
        collective = units.collective(scene.people.cell, "Chi ủy")
        units.post(
            scene.people.binh.person, scene.people.cell, Position.HEAD, collective=collective
        )
        at = fields.pop("at", cycles.moment(2022, 11, 1))
        scene.cycle = cycles.cycle(
            scene.people.district, name="Đợt khác", at=at, **{"year": 2023, **fields}
        )
        return scene

    return make


def names(scene, on=DAY):
    agenda = queries.suggested_agenda(cycle_id=scene.cycle.pk, unit_id=scene.people.cell.pk, on=on)
    return [(one.subject_kind, one.name) for one in agenda]


@pytest.mark.slow
def test_the_agenda_under_132(body):
    scene = body()

    assert names(scene) == [
        ("cell", "Chi bộ Khu vực 1"),
        ("collective", "Chi ủy"),
        ("leader", "Trần Văn Bình"),
        ("member", "Trần Văn Bình"),
        ("member", "Ao Văn Phó"),
        # The rest by given name: "01" comes before "An".
        ("member", "Đảng viên 01"),
        ("member", "Lê Thị An"),
    ]


@pytest.mark.slow
def test_the_agenda_under_366_reviews_leaders_in_their_cell_first(body):
    scene = body(rulebook_identity="366-2025", year=2025, at=cycles.moment(2025, 11, 3))

    found = names(scene)

    assert found[:4] == [
        ("cell", "Chi bộ Khu vực 1"),
        ("collective", "Chi ủy"),
        ("member", "Trần Văn Bình"),
        ("leader", "Trần Văn Bình"),
    ]
    assert found[4] == ("member", "Ao Văn Phó")
    titles = {one.id: one.is_binding for one in queries.review_orders(scene.cycle)}
    assert titles == {
        "review-collective-first": True,
        "review-head-first": True,
        "review-deputies-before-members": True,
        "review-cell-first": True,
    }


@pytest.mark.slow
def test_under_124_no_order_was_found_and_none_is_invented(body):
    scene = body(rulebook_identity="124-2023", year=2024, at=cycles.moment(2024, 11, 3))

    assert queries.review_orders(scene.cycle) == ()
    # Custom still suggests the collective first.
    assert names(scene)[0] == ("cell", "Chi bộ Khu vực 1")


def started(scene):
    meeting = meetings.under_way(
        scene, meets_at=cycles.moment(2022, 11, 25, 8), at=cycles.moment(2022, 11, 20)
    )
    meetings.submit(meeting)
    return meeting


def conclude(scene, item, **fields):
    return operations.conclude_item(
        item_id=item.pk, conclusion="Nhất trí.", actor=scene.binh, at=NOW, **fields
    )


def item_named(meeting, kind, name):
    return meeting.items.get(obligation__subject_kind=kind, obligation__name=name)


@pytest.mark.slow
def test_a_binding_rule_refuses_and_no_reason_helps(body):
    scene = body()
    meeting = started(scene)
    an = item_named(meeting, "member", "Lê Thị An")

    with pytest.raises(errors.OutOfOrder, match="Chi bộ Khu vực 1"):
        conclude(scene, an, order_note="Đồng chí An bận")
    conclude(scene, item_named(meeting, "cell", "Chi bộ Khu vực 1"))
    # The collective comes before those who lead in it, not before every member.
    assert conclude(scene, an).order_note == ""
    with pytest.raises(errors.OutOfOrder, match="Chi ủy"):
        conclude(scene, item_named(meeting, "leader", "Trần Văn Bình"))


@pytest.mark.slow
def test_a_rule_of_custom_asks_for_a_reason_and_keeps_it(body):
    scene = body()
    meeting = started(scene)
    conclude(scene, item_named(meeting, "cell", "Chi bộ Khu vực 1"))
    deputy = item_named(meeting, "member", "Ao Văn Phó")

    with pytest.raises(errors.OutOfOrderNeedsReason, match="Trần Văn Bình"):
        conclude(scene, deputy, order_note="  ")
    done = conclude(scene, deputy, order_note=" Bí thư đến muộn ")

    assert done.order_note == "Bí thư đến muộn"
    operations.reopen_item(item_id=done.pk, reason="Bổ sung", actor=scene.binh, at=NOW)
    done.refresh_from_db()
    assert done.order_note == ""


@pytest.mark.slow
def test_what_was_taken_out_of_the_cycle_is_not_waited_for(body):
    scene = body()
    meeting = started(scene)
    cell = item_named(meeting, "cell", "Chi bộ Khu vực 1")
    Obligation.objects.filter(pk=cell.obligation_id).update(cancelled_on=DAY)

    assert conclude(scene, item_named(meeting, "member", "Lê Thị An")).order_note == ""


@pytest.mark.slow
def test_a_rule_that_nobody_compared_does_not_bind():
    assert not rule(order._head_first, needs_checking=True).is_binding
    assert not rule(order._head_first, warns_only=True).is_binding
    assert rule(order._head_first).is_binding
    assert Ahead(rule(order._head_first), ("x",)).names == ("x",)
