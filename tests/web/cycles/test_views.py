"""Pages on cycles and progress: who sees what, at what cost, and what each button does."""

import csv
import datetime as dt
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import cast, cycles, people, units
from tests.web.searching import find
from tusoi.cycles import operations
from tusoi.cycles.enums import CycleState, ProgressStep, StageKey, SubjectKind
from tusoi.cycles.models import Adjustment, CycleUnit, LockException, Obligation, ReviewCycle
from tusoi.people.models import MemberStanding
from tusoi.units.enums import UnitKind
from tusoi.units.operations import Basis, merge_units, move_unit


pytestmark = pytest.mark.django_db
DAY = dt.date(2022, 11, 30)


@pytest.fixture(autouse=True)
def _clock(settings):
    settings.TUSOI_CLOCK = DAY.isoformat()


@pytest.fixture
def cast_():
    return cast.make()


@pytest.fixture
def cycle(cast_):
    made = cycles.cycle(cast_.district, locks_after_due=True)
    for subject, day in ((cast_.an_person, 12), (cast_.cell, 14)):
        operations.record_step(
            obligation_id=cycles.obligation(made, subject).pk,
            step=ProgressStep.REVIEWED,
            actor=cast_.binh,
            at=cycles.moment(2022, 11, day),
        )
    return made


def address(name, *args):
    return reverse(f"cycles:{name}", args=[getattr(one, "public_id", one) for one in args])


def get(client, account, name, *args, **query):
    client.force_login(account)
    return client.get(address(name, *args), query)


def post(client, account, name, *args, **data):
    client.force_login(account)
    return client.post(address(name, *args), data)


def text(response):
    return " ".join(response.content.decode().split())


# Reading


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("binh", 200),
        ("cuc", 200),
        ("board", 200),
        ("authority", 200),
        ("inspector", 200),
        ("an", 403),
        ("dung", 404),
        ("administrator", 403),
        ("outsider", 403),
    ],
)
@pytest.mark.parametrize("name", ["unit", "dossiers", "unit-export", "dossiers-export"])
def test_who_reads_the_progress_of_a_cell(client, cast_, cycle, who, status, name):
    response = get(client, getattr(cast_, who), name, cycle, cast_.cell)

    assert response.status_code == status


def test_the_page_of_a_node_shows_it_and_its_children(client, cast_, cycle):
    shown = text(get(client, cast_.board, "unit", cycle, cast_.district))

    assert "Số liệu hiện nay" in shown
    assert '<div class="stat-figure">1/4</div>' in shown
    assert address("unit", cycle, cast_.ward) in shown
    assert shown.index("Đảng bộ phường Hai") < shown.index("Đảng bộ phường Một"), "weakest first"


def test_the_switches_stay_in_the_address_on_the_way_down(client, cast_, cycle):
    response = get(
        client, cast_.board, "unit", cycle, cast_.district,
        step="submitted", as_of="2022-11-13", sort="name",
    )  # fmt: skip

    shown = text(response)
    assert "Số liệu đến hết ngày 13/11/2022" in shown
    down = (
        f"{address('unit', cycle, cast_.ward)}?step=submitted&amp;sort=name&amp;as_of=2022-11-13"
    )
    assert down in shown


def test_a_past_day_is_shown_as_it_was(client, cast_, cycle):
    for day, figure in (("2022-11-11", "0/4"), ("2022-11-12", "1/4")):
        shown = text(get(client, cast_.board, "unit", cycle, cast_.district, as_of=day))
        assert f'<div class="stat-figure">{figure}</div>' in shown


@pytest.mark.parametrize("query", [{"step": "late"}, {"step": "x"}, {"as_of": "x"}, {"page": "x"}])
def test_nonsense_in_the_address_is_left_out(client, cast_, cycle, query):
    assert get(client, cast_.board, "unit", cycle, cast_.district, **query).status_code == 200


def test_units_are_found_without_accents(client, cast_, cycle):
    shown = text(get(client, cast_.board, "unit", cycle, cast_.district, q="phuong hai"))

    assert address("unit", cycle, cast_.other_ward) in shown
    assert address("unit", cycle, cast_.ward) not in shown


def test_names_above_the_scope_bear_no_link(client, cast_, cycle):
    shown = text(get(client, cast_.binh, "unit", cycle, cast_.cell))

    assert "Đảng bộ phường Một" in shown
    assert address("unit", cycle, cast_.ward) not in shown


def test_dossiers_are_narrowed_by_state_kind_and_name(client, cast_, cycle):
    def names(**query):
        client.force_login(cast_.board)
        place = address("dossiers", cycle, cast_.ward)
        response = find(client, place, below="1", **query)
        return [one.name for one, *_rest in response.context["rows"]]

    assert names(state="reviewed") == ["Lê Thị An", "Chi bộ Khu vực 1"]
    assert names(kind="member") == ["Lê Thị An", "Trần Văn Bình"]
    assert names(q="binh", kind="member") == ["Trần Văn Bình"]
    assert names(state="overdue", kind="member") == ["Lê Thị An", "Trần Văn Bình"]
    assert names(state="late") == []


def test_dossiers_are_paged_by_key(client, cast_, cycle):
    seen = []
    query = {"below": "1"}
    for number in range(60):
        person = people.make_person(f"Nguyễn Văn Số {number}")
        units.membership(people.member(person), cast_.cell)
        operations.add_obligation(
            cycle_id=cycle.pk,
            kind=SubjectKind.MEMBER,
            subject_id=person.pk,
            reason=operations.Reason("late_joiner", "Thử", DAY),
            actor=cast_.board,
            at=cycles.moment(2022, 11, 20),
        )
    for _page in range(3):
        response = get(client, cast_.board, "dossiers", cycle, cast_.district, **query)
        seen += [one.pk for one, *_rest in response.context["rows"]]
        after = response.context["slice"].after
        if not after:
            break
        query["after"] = after

    assert len(seen) == len(set(seen)) == Obligation.objects.count() == 69


def test_an_export_runs_nothing_in_a_spreadsheet(client, cast_, cycle):
    Obligation.objects.filter(person=cast_.an_person).update(name="=1+1")

    response = get(client, cast_.binh, "dossiers-export", cycle, cast_.cell)

    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0][0] == "Đối tượng"
    assert {row[0] for row in rows[1:]} == {"'=1+1", "Trần Văn Bình", "Chi bộ Khu vực 1"}
    assert "attachment" in response["Content-Disposition"]


def test_the_figures_of_a_node_are_exported(client, cast_, cycle):
    response = get(client, cast_.board, "unit-export", cycle, cast_.ward)

    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    told = {(row["Tổ chức đảng"], row["Đối tượng"]): row for row in rows}
    member = told["Đảng bộ phường Một", "đảng viên"]
    assert (member["Phải có"], member["đã kiểm điểm"]) == ("2", "1")


def test_a_member_sees_the_directive_and_the_own_dossier(client, cast_, cycle):
    shown = text(get(client, cast_.an, "detail", cycle))

    assert "Kiểm điểm thực chất" in shown
    assert "Hồ sơ của tôi" in shown
    assert "Xem tiến độ" not in shown
    assert "Chưa quán triệt" not in shown


def test_the_cycle_page_tells_who_has_not_acknowledged(client, cast_, cycle):
    operations.acknowledge_directive(
        cycle_id=cycle.pk, unit_id=cast_.cell.pk, actor=cast_.binh, at=cycles.moment(2022, 11, 1)
    )

    response = get(client, cast_.board, "detail", cycle)

    assert response.context["acknowledged"] == {"expected": 4, "done": 1}
    assert {one.unit for one in response.context["waiting"]} == {
        cast_.ward,
        cast_.other_ward,
        cast_.other_cell,
    }


def test_the_list_shows_ones_cycles(client, cast_, cycle):
    cycles.cycle(cast_.ward, opened=False, name="Bản nháp của phường")

    assert cycle.name in text(get(client, cast_.an, "list"))
    assert "Bản nháp" not in text(get(client, cast_.an, "list"))
    assert "Bản nháp" in text(get(client, cast_.board, "list"))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["unit", "dossiers", "detail", "adjustments", "list"])
def test_statements_do_not_grow_with_members_or_units(client, cast_, cycle, name):
    places = {"unit": (cycle, cast_.district), "dossiers": (cycle, cast_.district)}
    places |= {"detail": (cycle,), "adjustments": (cycle, cast_.district), "list": ()}

    def count():
        client.force_login(cast_.board)
        with CaptureQueriesContext(connection) as captured:
            response = client.get(address(name, *places[name]), {"below": "1"})
        assert response.status_code == 200
        return len(captured)

    def grow(wards):
        ward = units.unit(
            f"Đảng bộ phường {wards}", UnitKind.GRASSROOTS_ORGANIZATION, cast_.district
        )
        for number in range(wards):
            cell = units.unit(f"Chi bộ {number}", UnitKind.CELL, ward)
            for other in range(3):
                member = people.member(people.make_person(f"Người {number}{other}"))
                units.membership(member, cell)
        operations.add_unit(
            cycle_id=cycle.pk,
            unit_id=ward.pk,
            reason=operations.Reason("late_joiner", "Thành lập", DAY),
            actor=cast_.board,
            at=cycles.moment(2022, 11, 20),
        )

    grow(1)
    before = count()
    grow(4)

    assert count() == before <= 30


# Drafting and opening


def filled(client, account, **changed):
    """Open the form and send it back as a browser would."""
    client.force_login(account)
    form = client.get(address("create")).context["form"]
    data = {}
    for field in form:
        value = field.value()
        if value not in (None, "", False) and field.name != "attachments":
            data[field.name] = getattr(value, "pk", value)
    data["rulebook"] = form.rulebook.identity
    return {**data, **changed}


def test_the_board_drafts_previews_and_opens_a_cycle(client, cast_):
    data = filled(
        client,
        cast_.board,
        name="Kiểm điểm thử",
        directive_number="12-HD/QU",
        directive_on="20/09/2022",
        **{f"due-{StageKey.SELF_REVIEW}-{SubjectKind.MEMBER}": "2022-11-05"},
        attachments=[SimpleUploadedFile("huong-dan.pdf", b"%PDF-1.4 sample %%EOF")],
    )

    response = client.post(address("create"), data)

    cycle = ReviewCycle.objects.get()
    assert response["Location"] == address("opening", cycle)
    assert (cycle.name, cycle.state, cycle.root) == ("Kiểm điểm thử", "draft", cast_.district)
    assert cycle.created_by == cast_.board
    file = cycle.directive_files.get()
    assert get(client, cast_.board, "file", cycle, file).content == b"%PDF-1.4 sample %%EOF"
    preview = get(client, cast_.board, "opening", cycle)
    assert "9 hồ sơ phải có ở 5 tổ chức đảng" in text(preview)

    response = post(client, cast_.board, "opening", cycle)

    assert response["Location"] == address("detail", cycle)
    cycle.refresh_from_db()
    assert cycle.state == CycleState.OPEN
    assert cycles.obligation(cycle, cast_.an_person).due_on == dt.date(2022, 11, 5)
    assert cycles.obligation(cycle, cast_.cell).due_on == dt.date(2022, 11, 15)


def test_a_draft_is_edited_and_keeps_its_own_days(client, cast_):
    data = filled(
        client, cast_.board, **{f"due-{StageKey.MEETING}-{SubjectKind.CELL}": "2022-11-20"}
    )
    client.post(address("create"), data)
    cycle = ReviewCycle.objects.get()

    form = client.get(address("edit", cycle)).context["form"]
    assert form[f"due-{StageKey.MEETING}-{SubjectKind.CELL}"].value() == dt.date(2022, 11, 20)
    response = client.post(address("edit", cycle), {**data, "name": "Tên mới"})

    assert response.status_code == 302
    cycle.refresh_from_db()
    assert cycle.name == "Tên mới"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"name": ""}, "Tên đợt"),
        ({"period_to": "2021-12-31"}, "Ngày cuối của kỳ kiểm điểm phải sau ngày đầu."),
        ({"setting-quota-base": "x"}, "x"),
    ],
)
def test_a_wrong_draft_is_told_what_is_wrong(client, cast_, changed, told):
    response = client.post(address("create"), filled(client, cast_.board, **changed))

    assert response.status_code == 422
    assert told in text(response)
    assert not ReviewCycle.objects.exists()


def test_what_stands_in_the_way_is_shown_again(client, cast_):
    cycle = cycles.cycle(cast_.district, opened=False)
    units.unit("Đảng bộ phường Ba", UnitKind.GRASSROOTS_ORGANIZATION, cast_.district)

    response = post(client, cast_.board, "opening", cycle)

    assert response.status_code == 422
    assert "Đảng bộ chưa có chi bộ nào: Đảng bộ phường Ba." in text(response)


@pytest.mark.parametrize("who", ["binh", "cuc", "authority", "inspector"])
def test_others_neither_draft_nor_open(client, cast_, who):
    draft = cycles.cycle(cast_.district, opened=False)

    for name, args in (("create", ()), ("edit", (draft,)), ("opening", (draft,))):
        assert get(client, getattr(cast_, who), name, *args).status_code == 403


def test_an_open_cycle_is_no_longer_edited(client, cast_, cycle):
    assert get(client, cast_.board, "edit", cycle).status_code == 404


def test_the_board_closes_a_cycle(client, cast_, cycle):
    post(client, cast_.board, "close", cycle)

    cycle.refresh_from_db()
    assert cycle.state == CycleState.CLOSED


# Acknowledging, adjusting, excepting


def test_a_secretary_acknowledges_for_the_cell(client, cast_, cycle):
    post(client, cast_.binh, "acknowledge", cycle, cast_.cell)

    assert CycleUnit.objects.get(unit=cast_.cell).acknowledged_by == cast_.binh
    assert post(client, cast_.binh, "acknowledge", cycle, cast_.ward).status_code == 404


REASON = {"kind": "late_joiner", "since": "2022-11-20", "reason": "Quyết định số 5"}


def test_a_newcomer_is_found_and_added(client, cast_, cycle):
    person = people.make_person("Mai Thị Mới")
    units.membership(people.member(person), cast_.cell, valid_from=dt.date(2022, 11, 1))
    assert "Mai Thị Mới" in text(get(client, cast_.cuc, "adjustments", cycle, cast_.ward))

    chosen = {"subject": f"member:{person.pk}"}
    response = post(client, cast_.cuc, "add", cycle, cast_.ward, **chosen, **REASON)

    assert response["Location"] == address("adjustments", cycle, cast_.ward)
    assert cycles.obligation(cycle, person).added_on == DAY
    assert Adjustment.objects.get().day == dt.date(2022, 11, 20)


def test_a_new_unit_is_found_and_added(client, cast_, cycle):
    cell = units.unit("Chi bộ mới", UnitKind.CELL, cast_.ward)
    assert "Chi bộ mới" in text(get(client, cast_.cuc, "adjustments", cycle, cast_.ward))

    post(client, cast_.cuc, "add-unit", cycle, cast_.ward, cell, **REASON)

    assert cycles.obligation(cycle, cell).added_on == DAY


def test_a_dossier_is_cancelled_with_a_reason(client, cast_, cycle):
    owed = cycles.obligation(cycle, cast_.an_person)

    post(client, cast_.cuc, "cancel", cycle, cast_.ward, owed.pk, **{**REASON, "reason": ""})
    owed.refresh_from_db()
    assert owed.cancelled_on is None

    post(client, cast_.cuc, "cancel", cycle, cast_.ward, owed.pk, **{**REASON, "kind": "left"})
    owed.refresh_from_db()
    assert owed.cancelled_on == DAY


def test_a_dossier_elsewhere_is_not_found(client, cast_, cycle):
    owed = cycles.obligation(cycle, cast_.dung.person)

    response = post(client, cast_.cuc, "cancel", cycle, cast_.ward, owed.pk, **REASON)

    assert response.status_code == 404


def test_a_closed_unit_is_cancelled_as_a_whole(client, cast_, cycle):
    post(client, cast_.board, "cancel-unit", cycle, cast_.ward, **REASON)

    # An's and the cell's were reviewed and go on counting.
    assert Obligation.objects.filter(cancelled_on=DAY).count() == 2


@pytest.mark.parametrize("name", ["adjustments", "exceptions"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("cuc", 200), ("board", 200), ("binh", 403), ("dung", 403), ("inspector", 403)],
)
def test_who_may_look_at_adjustments(client, cast_, cycle, name, who, status):
    assert get(client, getattr(cast_, who), name, cycle, cast_.ward).status_code == status
    assert get(client, cast_.cuc, name, cycle, cast_.other_ward).status_code == 404


def test_leave_to_hand_in_late_is_given_until_the_end_of_a_day(client, cast_, cycle):
    post(client, cast_.cuc, "exceptions", cycle, cast_.ward, until="2022-12-02", reason="Mưa lũ")

    made = LockException.objects.get()
    assert (made.unit, made.granted_by) == (cast_.ward, cast_.cuc)
    assert made.until.astimezone(cycles.moment(2022, 1, 1).tzinfo).day == 2
    assert "Mưa lũ" in text(get(client, cast_.cuc, "exceptions", cycle, cast_.ward))


def test_leave_for_the_past_is_refused(client, cast_, cycle):
    response = post(
        client, cast_.cuc, "exceptions", cycle, cast_.ward, until="2022-11-01", reason="Muộn"
    )

    assert response.status_code == 422
    assert "phải ở sau thời điểm hiện tại" in text(response)


def test_the_list_leads_to_the_reviews_that_one_may_read(client, cast_, cycle):
    from tests.factories import reviews

    owed = cycles.obligation(cycle, cast_.binh.person)
    review = reviews.started(owed, cast_.binh, when=cycles.moment(2022, 11, 10))
    link = reverse("reviews:read", args=[review.public_id])

    own = text(get(client, cast_.binh, "dossiers", cycle, cast_.cell))

    assert link in own


def test_a_transferred_members_dossier_is_handed_over_and_back(client, cast_, cycle):
    owed = cycles.obligation(cycle, cast_.binh.person)
    membership = cast_.binh.person.party_member.memberships.get()
    membership.unit = cast_.other_cell
    membership.save()
    page = text(get(client, cast_.cuc, "adjustments", cycle, cast_.ward))
    assert "cấp trên chung của hai đơn vị bàn giao" in page
    sent = {"dossier": owed.pk, **REASON, "kind": "handed_over"}

    refused = post(client, cast_.cuc, "hand-over", cycle, cast_.ward, **sent)
    assert refused.status_code in {302, 403}
    owed.refresh_from_db()
    assert owed.unit == cast_.cell
    post(client, cast_.board, "hand-over", cycle, cast_.district, **sent)

    owed.refresh_from_db()
    assert owed.unit == cast_.other_cell
    adjustment = Adjustment.objects.get()
    listed = text(get(client, cast_.cuc, "adjustments", cycle, cast_.ward))
    assert "Chi bộ Khu vực 1 → Chi bộ Khu vực 9" in listed
    post(client, cast_.board, "undo", cycle, cast_.district, adjustment.pk, reason="")
    owed.refresh_from_db()
    assert owed.unit == cast_.other_cell
    post(client, cast_.board, "undo", cycle, cast_.district, adjustment.pk, reason="Ghi nhầm")
    owed.refresh_from_db()
    assert owed.unit == cast_.cell
    assert "hoàn tác" in text(get(client, cast_.board, "adjustments", cycle, cast_.district))


def test_a_closed_unit_is_settled_and_taken_back_from_the_page_above(client, cast_, cycle):
    merge_units(
        source_ids=[cast_.other_cell.pk],
        into=cast_.cell.pk,
        basis=Basis(effective_on=dt.date(2022, 11, 5)),
        actor=cast_.board,
        at=cycles.moment(2022, 11, 20),
    )
    origin = {"origin": str(cast_.district.public_id)}
    above = address("adjustments", cycle, cast_.district)

    settled = post(client, cast_.board, "cancel-unit", cycle, cast_.other_cell, **origin, **REASON)

    assert settled["Location"] == above
    assert "Cả 3 điều chỉnh ghi cùng lúc này" in text(client.get(above))
    last = Adjustment.objects.latest("pk")
    sent = {"reason": "Ghi nhầm", "together": "1"}
    post(client, cast_.board, "undo", cycle, cast_.district, last.pk, **sent)
    assert Obligation.objects.filter(unit=cast_.other_cell, cancelled_on=None).count() == 3
    stranger = {"origin": str(cast_.other_ward.public_id)}
    refused = post(client, cast_.cuc, "cancel-unit", cycle, cast_.cell, **stranger, **REASON)
    assert refused.status_code == 404


def test_ticking_nobody_is_told(client, cast_, cycle):
    for name in ("add", "hand-over", "cancel-many"):
        answer = post(client, cast_.cuc, name, cycle, cast_.ward, subject="member:9", **REASON)
        assert answer["Location"] == address("adjustments", cycle, cast_.ward)
        assert "Hãy chọn ít nhất một đối tượng" in text(client.get(answer["Location"]))
    assert not Adjustment.objects.exists()


def test_the_newly_excused_are_cancelled_together(client, cast_, cycle):
    owed = cycles.obligation(cycle, cast_.binh.person)
    MemberStanding.objects.create(
        member=cast_.binh.person.party_member, kind="exempt", valid_from=dt.date(2022, 11, 1)
    )
    assert "Được miễn hoặc bị đình chỉ" in text(
        get(client, cast_.cuc, "adjustments", cycle, cast_.ward)
    )

    sent = {"dossier": owed.pk, **REASON, "kind": "exemption"}
    post(client, cast_.cuc, "cancel-many", cycle, cast_.ward, **sent)

    owed.refresh_from_db()
    assert owed.cancelled_on == DAY
    assert Adjustment.objects.get().kind == "exemption"


def test_a_moved_unit_is_told_and_one_that_is_gone_may_stop(client, cast_):
    cycle = cycles.cycle(cast_.ward)
    move_unit(
        unit_id=cast_.cell.pk,
        parent_id=cast_.other_ward.pk,
        basis=Basis(effective_on=dt.date(2022, 11, 5)),
        actor=cast_.board,
        at=cycles.moment(2022, 11, 20),
    )

    page = text(get(client, cast_.board, "adjustments", cycle, cast_.ward))

    assert "Chi bộ Khu vực 1: Đảng bộ phường Một → Đảng bộ phường Hai" in page
    assert address("cancel-unit", cycle, cast_.cell) in page


def test_a_past_day_in_an_address_is_shown_the_way_days_are_written(client, cast_, cycle):
    page = text(get(client, cast_.board, "unit", cycle, cast_.district, as_of="2022-11-10"))

    assert 'value="10/11/2022"' in page
    assert "Số liệu đến hết ngày 10/11/2022." in page
