"""Opening a cycle: everybody's dossier becomes expected, and the tree is frozen."""

import datetime as dt

import pytest

from tests.factories import cast, cycles, people, units
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.cycles import operations, queries
from tusoi.cycles.enums import CycleState, ProgressStep, SubjectKind
from tusoi.cycles.errors import CycleCannotOpen, CycleNotDraft
from tusoi.cycles.models import CycleClosure, CycleUnit, ExcusedSubject, Obligation, ProgressRollup
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding
from tusoi.units.enums import Position, UnitKind


pytestmark = pytest.mark.django_db
AT = cycles.moment(2022, 10, 3)


def standing(member, kind, valid_from=dt.date(2022, 1, 1), valid_to=None):
    MemberStanding.objects.create(
        member=member, kind=kind, valid_from=valid_from, valid_to=valid_to
    )


def test_every_organization_and_member_owes_one_dossier():
    people_ = cast.make()

    cycle = cycles.cycle(people_.district)

    owed = sorted(Obligation.objects.values_list("subject_kind", "name"))
    assert owed == [
        ("cell", "Chi bộ Khu vực 1"),
        ("cell", "Chi bộ Khu vực 9"),
        ("grassroots_organization", "Đảng bộ phường Hai"),
        ("grassroots_organization", "Đảng bộ phường Một"),
        ("member", "Lê Thị An"),
        ("member", "Ngô Tiến Dũng"),
        ("member", "Phạm Thị Cúc"),
        ("member", "Trần Văn Bình"),
        ("superior_organization", "Đảng bộ quận Mẫu"),
    ]
    an = cycles.obligation(cycle, people_.an_person)
    assert (an.unit, an.due_on, an.added_on) == (
        people_.cell,
        dt.date(2022, 11, 15),
        dt.date(2022, 10, 3),
    )
    assert an.is_rateable
    assert an.form_id == "form-02-2019"
    assert cycles.obligation(cycle, people_.ward).form_id == "form-01-2019"


def test_the_tree_is_frozen():
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)

    people_.cell.parent = people_.other_ward
    people_.cell.name = "Chi bộ khác"
    people_.cell.save()

    frozen = CycleUnit.objects.get(cycle=cycle, unit=people_.cell)
    assert (frozen.parent, frozen.name, frozen.depth) == (people_.ward, "Chi bộ Khu vực 1", 2)
    assert CycleUnit.objects.get(cycle=cycle, unit=people_.district).parent is None
    assert CycleClosure.objects.filter(cycle=cycle).count() == 5 + 4 + 2


def test_a_cycle_of_a_ward_leaves_the_rest_of_the_district_alone():
    people_ = cast.make()

    cycles.cycle(people_.ward)

    assert set(Obligation.objects.values_list("unit__code", flat=True)) == {"P1", "P1-1"}


def test_exempt_and_suspended_members_are_written_down_and_owe_nothing():
    people_ = cast.make()
    standing(people_.an_person.party_member, StandingKind.EXEMPT)
    standing(people_.dung.person.party_member, StandingKind.SUSPENDED)
    standing(people_.binh.person.party_member, StandingKind.COMMITTEE_SUSPENDED)
    standing(people_.cuc.person.party_member, StandingKind.EXEMPT, valid_to=dt.date(2022, 10, 2))

    cycles.cycle(people_.district)

    excused = ExcusedSubject.objects.values_list("name", "code", "unit__code")
    assert sorted(excused) == [
        ("Lê Thị An", "exempt", "P1-1"),
        ("Ngô Tiến Dũng", "suspended", "P2-9"),
    ]
    members = Obligation.objects.filter(subject_kind=SubjectKind.MEMBER)
    assert {one.name for one in members} == {"Trần Văn Bình", "Phạm Thị Cúc"}
    assert all(one.is_rateable for one in members)


@pytest.mark.parametrize(
    ("admitted_on", "rateable"),
    [(dt.date(2022, 6, 30), True), (dt.date(2022, 7, 1), False), (dt.date(2022, 9, 3), False)],
)
def test_the_newly_admitted_are_reviewed_and_not_rated(admitted_on, rateable):
    people_ = cast.make()
    young = people.make_person("Mai Thị Mới")
    member = people.member(young, admitted_on=admitted_on, official_on=None)
    units.membership(member, people_.cell, valid_from=admitted_on)

    cycle = cycles.cycle(people_.district)

    owed = cycles.obligation(cycle, young)
    assert owed.is_rateable is rateable
    assert owed.not_rated_code == ("" if rateable else "newly-admitted")


def test_a_month_is_parted_at_the_day_on_which_the_period_ends():
    people_ = cast.make()
    young = [people.make_person(f"Mai Thị Mới {day}") for day in (14, 15, 16)]
    for person, day in zip(young, (14, 15, 16), strict=True):
        member = people.member(person, admitted_on=dt.date(2022, 6, day), official_on=None)
        units.membership(member, people_.cell, valid_from=dt.date(2022, 6, day))

    cycle = cycles.cycle(people_.district, period_to=dt.date(2022, 12, 15))

    assert [cycles.obligation(cycle, one).is_rateable for one in young] == [True, True, False]


def test_opening_leaves_no_table_behind_and_may_be_tried_again():
    people_ = cast.make()
    units.unit("Đảng bộ phường Ba", UnitKind.GRASSROOTS_ORGANIZATION, people_.district)
    draft = cycles.cycle(people_.district, opened=False)

    for _try in range(2):
        with pytest.raises(CycleCannotOpen):
            operations.open_cycle(cycle_id=draft.pk, actor=people_.board, at=AT)

    cycles.cycle(people_.ward, name="Đợt của phường")
    cycles.cycle(people_.other_ward, name="Đợt của phường khác")


def test_collectives_and_their_leaders_owe_dossiers_once():
    people_ = cast.make()
    upper = units.collective(people_.district, "Ban Thường vụ Quận ủy")
    lower = units.collective(people_.ward, "Ban Thường vụ Đảng ủy phường")
    units.post(people_.binh.person, people_.ward, Position.HEAD, collective=lower)
    units.post(people_.binh.person, people_.district, Position.LEADER, collective=upper)
    units.post(
        people_.an_person,
        people_.ward,
        Position.LEADER,
        collective=lower,
        valid_to=dt.date(2022, 6, 1),
    )

    cycle = cycles.cycle(people_.district)

    leaders = Obligation.objects.filter(subject_kind=SubjectKind.LEADER)
    assert [(one.person, one.collective, one.unit) for one in leaders] == [
        (people_.binh.person, upper, people_.district)
    ]
    assert cycles.obligation(cycle, lower).unit == people_.ward


def test_grassroots_cells_count_as_organizations_and_hold_members():
    people_ = cast.make()
    office = units.unit("Chi bộ Phòng Kinh tế", UnitKind.GRASSROOTS_CELL, people_.district)
    person = people.make_person("Đỗ Văn Giang")
    units.membership(people.member(person), office)

    cycle = cycles.cycle(people_.district)

    own = cycles.obligation(cycle, office)
    assert own.subject_kind == SubjectKind.GRASSROOTS_ORGANIZATION
    assert cycles.obligation(cycle, person).unit == office


def test_everything_is_counted_at_every_level():
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)

    rows = ProgressRollup.objects.filter(cycle=cycle, subject_kind=SubjectKind.MEMBER)

    assert dict(rows.values_list("unit__code", "expected")) == {
        "Q": 4,
        "P1": 2,
        "P1-1": 2,
        "P2": 2,
        "P2-9": 2,
    }
    assert operations.rebuild_progress(cycle_id=cycle.pk, check_only=True) == []


def test_opening_is_logged_and_happens_once():
    people_ = cast.make()
    cycle = cycles.cycle(people_.district, actor=people_.board)

    with pytest.raises(CycleNotDraft):
        operations.open_cycle(cycle_id=cycle.pk, actor=people_.board, at=AT)

    event = AuditEvent.objects.get(action="cycles.open")
    assert (event.from_state, event.to_state, event.note) == ("draft", "open", "9")
    assert event.actor_id == people_.board.pk


def test_what_stands_in_the_way_is_said_and_nothing_is_created():
    people_ = cast.make()
    units.unit("Đảng bộ phường Ba", UnitKind.GRASSROOTS_ORGANIZATION, people_.district)
    cycle = cycles.cycle(people_.district, opened=False)

    with pytest.raises(CycleCannotOpen) as refusal:
        operations.open_cycle(cycle_id=cycle.pk, actor=people_.board, at=AT)

    assert "Đảng bộ chưa có chi bộ nào: Đảng bộ phường Ba." in refusal.value.problems
    assert not Obligation.objects.exists()
    cycle.refresh_from_db()
    assert cycle.state == CycleState.DRAFT


def test_a_second_cycle_of_the_same_time_is_refused():
    people_ = cast.make()
    cycles.cycle(people_.district, name="Lần đầu")

    with pytest.raises(CycleCannotOpen, match="Lần đầu"):
        cycles.cycle(people_.district)


@pytest.mark.parametrize(
    ("username", "allowed"),
    [
        ("board", True),
        ("an", False),
        ("binh", False),
        ("cuc", False),
        ("dung", False),
        ("authority", False),
        ("administrator", False),
        ("outsider", False),
    ],
)
def test_only_the_organization_board_opens(username, allowed):
    people_ = cast.make()
    cycle = cycles.cycle(people_.district, opened=False)
    actor = getattr(people_, username)

    if allowed:
        opened = operations.open_cycle(cycle_id=cycle.pk, actor=actor, at=AT)
        assert opened.state == CycleState.OPEN
    else:
        with pytest.raises(NotPermitted):
            operations.open_cycle(cycle_id=cycle.pk, actor=actor, at=AT)


def test_the_preview_counts_what_opening_creates():
    people_ = cast.make()
    standing(people_.an_person.party_member, StandingKind.EXEMPT)
    draft = cycles.cycle(people_.district, opened=False)

    preview = queries.preview_opening(draft, on=AT.date())
    opened = operations.open_cycle(cycle_id=draft.pk, actor=people_.board, at=AT)

    assert preview.can_open
    assert preview.expected == Obligation.objects.filter(cycle=opened).count() == 8
    members = next(one for one in preview.kinds if one.kind is SubjectKind.MEMBER)
    assert (members.expected, members.excused_count) == (3, 1)
    assert members.excused[0].title == "Được miễn công tác và sinh hoạt đảng"


# What the preview says


def said(cycle, on=cycles.OPENED):
    preview = queries.preview_opening(cycle, on=on)
    return " ".join(preview.problems), " ".join(preview.warnings)


def test_the_preview_names_a_unit_whose_superior_has_closed():
    people_ = cast.make()
    people_.ward.closed_on = dt.date(2022, 9, 1)
    people_.ward.save()

    problems, _warnings = said(cycles.cycle(people_.district, opened=False))

    assert "Cấp trên trực tiếp đã kết thúc hoạt động, cần chuyển đi: Chi bộ Khu vực 1." in problems


def test_the_preview_needs_members():
    district = units.unit("Đảng bộ quận vắng", UnitKind.DISTRICT)

    problems, _warnings = said(cycles.cycle(district, opened=False))

    assert "Không có đảng viên nào" in problems


def test_the_preview_misses_a_deadline():
    people_ = cast.make()
    cycle = cycles.cycle(people_.district, opened=False)
    cycle.stages.filter(subject_kind=SubjectKind.CELL, key="self_review").delete()

    problems, _warnings = said(cycle)

    assert "Lịch chưa có thời hạn nộp bản kiểm điểm cho: chi bộ trực thuộc." in problems


def test_an_open_cycle_is_not_opened_again():
    people_ = cast.make()

    problems, _warnings = said(cycles.cycle(people_.district))

    assert "Đợt kiểm điểm này đã mở." in problems


def test_the_preview_warns_of_what_looks_odd():
    people_ = cast.make()
    for number in range(7):
        units.unit(f"Chi bộ trống {number}", UnitKind.CELL, people_.ward)
    twice = people_.an_person.party_member
    units.membership(
        twice, people_.other_cell, valid_from=dt.date(2022, 9, 1), valid_to=dt.date(2023, 1, 1)
    )
    cycle = cycles.cycle(people_.district, opened=False, directive=operations.Directive())

    problems, warnings = said(cycle, on=dt.date(2022, 12, 1))

    assert problems == ""
    assert "Chưa ghi số và ngày của văn bản chỉ đạo." in warnings
    assert "Có thời hạn nộp bản kiểm điểm đã qua" in warnings
    assert "Chi bộ trống 4 …" in warnings
    assert "1 đảng viên đang ghi sinh hoạt chính thức ở hai chi bộ" in warnings
    assert "chưa đối chiếu với văn bản gốc" in warnings


def test_a_code_that_the_rulebook_does_not_know_is_shown_as_it_is():
    people_ = cast.make()

    reason = queries.reason_of(cycles.cycle(people_.district, opened=False), "no-such")

    assert (reason.title, reason.needs_checking) == ("no-such", True)


@pytest.mark.parametrize("count", [1, 40])
def test_the_rulebook_is_asked_about_facts_and_not_about_people(count, monkeypatch):
    from tusoi.rulebooks.rulebook import Rulebook

    people_ = cast.make()
    for number in range(count):
        day = dt.date(2000, 1, 1) + dt.timedelta(days=100 * number)
        units.membership(people.member(people.make_person(), admitted_on=day), people_.cell)
    cycle = cycles.cycle(people_.district, opened=False)
    asked = []
    real = Rulebook.participation_for
    monkeypatch.setattr(
        Rulebook, "participation_for", lambda book, facts: asked.append(facts) or real(book, facts)
    )

    queries.preview_opening(cycle, on=AT.date())

    assert len(asked) == 4, "superior, grassroots, cells, and members admitted long ago"


@pytest.mark.parametrize("state", list(queries.DossierState))
def test_every_state_of_a_dossier_finds_what_it_says(state):
    people_ = cast.make()
    cycle = cycles.cycle(people_.district)
    at = cycles.moment(2022, 11, 20)
    everything = queries.dossiers_at(cycle, people_.district.pk, with_below=True)
    owed = cycles.obligation(cycle, people_.an_person)
    reach = {
        "writing": "started",
        "late": "submitted",
        "submitted": "submitted",
        "returned": "returned",
        "accepted": "accepted",
        "reviewed": "reviewed",
    }.get(state.value)
    if reach:
        operations.record_step(
            obligation_id=owed.pk, step=ProgressStep(reach), actor=people_.an, at=at
        )
    if state is queries.DossierState.CANCELLED:
        Obligation.objects.filter(pk=owed.pk).update(cancelled_on=at.date())
    if state is queries.DossierState.NOT_RATED:
        Obligation.objects.filter(pk=owed.pk).update(is_rateable=False)

    found = queries.in_state(everything, state, on=at.date())

    assert owed in found
    alone = reach or state in {queries.DossierState.CANCELLED, queries.DossierState.NOT_RATED}
    assert found.count() == (1 if alone else 9)
    label, _tone = queries.state_of(found.get(pk=owed.pk), on=at.date())
    assert label
