"""Pages on organisations: who sees what, at what cost, and what a reorganisation does."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import cast, cycles, people, units
from tusoi.access.models import RoleGrant
from tusoi.core.clock import today
from tusoi.units.enums import UnitKind
from tusoi.units.models import LeadershipCollective, Unit, UnitChange


pytestmark = pytest.mark.django_db
READERS = ["an", "binh", "cuc", "board", "authority", "ward_authority", "inspector"]


def _open(client, account, name, *args, **query):
    client.force_login(account)
    return client.get(reverse(f"units:{name}", args=args), query)


def _text(response):
    return response.content.decode()


@pytest.mark.parametrize("who", READERS)
def test_the_unit_page_opens_for_those_whose_scope_covers_it(client, who):
    people = cast.make()

    response = _open(client, getattr(people, who), "detail", people.cell.public_id)

    assert response.status_code == 200
    assert "Chi bộ Khu vực 1" in _text(response)
    assert "Đảng bộ phường Một" in _text(response), "the path names those above"


@pytest.mark.parametrize(("who", "status"), [("dung", 404), ("administrator", 403)])
@pytest.mark.parametrize("name", ["detail", "history"])
def test_the_unit_page_is_closed_to_everybody_else(client, who, status, name):
    people = cast.make()

    response = _open(client, getattr(people, who), name, people.cell.public_id)

    assert response.status_code == status


def test_names_above_the_scope_are_shown_without_a_link(client):
    people = cast.make()

    text = _text(_open(client, people.binh, "detail", people.cell.public_id))

    assert reverse("units:detail", args=[people.ward.public_id]) not in text
    assert "Đảng bộ phường Một" in text


@pytest.mark.parametrize(
    ("who", "sees"), [("an", False), ("binh", True), ("board", True), ("inspector", True)]
)
def test_people_are_shown_only_to_those_who_may_see_people(client, who, sees):
    people = cast.make()

    text = _text(_open(client, getattr(people, who), "detail", people.cell.public_id))

    assert ("Trần Văn Bình" in text) is sees


@pytest.mark.parametrize(
    ("who", "status"),
    [("an", 403), ("binh", 200), ("dung", 404), ("inspector", 200), ("administrator", 403)],
)
def test_members_of_a_cell(client, who, status):
    people = cast.make()

    response = _open(client, getattr(people, who), "members", people.cell.public_id)

    assert response.status_code == status
    if status == 200:
        assert "Lê Thị An" in _text(response)
        assert "đảng viên chính thức" in _text(response)


@pytest.mark.parametrize(
    ("who", "status"), [("board", 200), ("inspector", 200), ("binh", 403), ("administrator", 403)]
)
def test_the_log_is_for_those_who_may_read_logs(client, who, status):
    people = cast.make()

    assert _open(client, getattr(people, who), "log", people.cell.public_id).status_code == status


def test_the_tree_starts_at_the_top_of_the_scope(client):
    people = cast.make()

    district = _text(_open(client, people.board, "tree"))
    cell = _text(_open(client, people.binh, "tree"))

    assert "Đảng bộ phường Hai" in district
    assert "Chi bộ Khu vực 1" in cell
    assert "Đảng bộ phường" not in cell


def test_a_branch_comes_as_a_part_of_the_page_that_shows_it_alone(client):
    people = cast.make()
    client.force_login(people.board)
    address = reverse("units:tree") + f"?root={people.ward.public_id}"

    part = client.get(address, headers={"HX-Request": "true"}).content.decode()
    whole = client.get(address).content.decode()

    assert "<html" not in part
    assert "Chi bộ Khu vực 1" in part
    assert "".join(part.split()) in "".join(whole.split())


def test_the_tree_of_a_past_day_shows_the_names_of_that_day(client):
    people = cast.make()
    people.cell.names.update(valid_to=dt.date(2020, 1, 1))
    people.cell.names.create(name="Chi bộ Tên Mới", valid_from=dt.date(2020, 1, 1))

    then = _text(_open(client, people.board, "tree", root=people.ward.public_id, on="2019-06-01"))

    assert "Chi bộ Khu vực 1" in then
    assert "Chi bộ Tên Mới" not in then
    assert "01/06/2019" in then


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("khu vuc 1", True),
        ("Khu vực 1", True),
        ("p1-1", True),
        ("khu vưc", False),
        ("phường", False),
    ],
)
def test_search_by_name_with_and_without_accents_and_by_code(client, query, found):
    people = cast.make()
    Unit.objects.filter(pk=people.cell.pk).update(**Unit.keys_of(people.cell.name))

    text = _text(_open(client, people.binh, "tree", q=query))

    assert (reverse("units:detail", args=[people.cell.public_id]) in text) is found


def _count(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


@pytest.mark.parametrize("name", ["tree", "search", "detail", "members", "history", "log"])
def test_pages_cost_the_same_with_one_row_and_with_three(client, name):
    who = cast.make()
    client.force_login(who.board)
    address = {
        "tree": reverse("units:tree"),
        "search": reverse("units:tree") + "?q=chi",
        "detail": reverse("units:detail", args=[who.ward.public_id]),
    }.get(name) or reverse(f"units:{name}", args=[who.cell.public_id])
    units.post(who.binh.person, who.ward, "secretary")
    units.post(who.binh.person, who.ward, "leader", collective=units.collective(who.ward))
    client.get(address)
    before = _count(client, address)

    for _ in range(2):
        units.unit("Chi bộ Thêm", UnitKind.CELL, who.ward)
        units.membership(people.member(), who.cell)
        body = units.collective(who.ward)
        units.post(who.an.person, who.ward, "committee_member")
        units.post(who.an.person, who.ward, "leader", collective=body)

    assert _count(client, address) == before <= 30


def test_history_and_log_tell_what_happened_in_words(client):
    people = cast.make()
    _send(client, people.board, people.cell, "rename", step="confirm", name="Chi bộ Một")
    _send(client, people.board, people.cell, "move", step="confirm", parent="P2")

    history = _text(_open(client, people.board, "history", people.cell.public_id))
    log = _text(_open(client, people.board, "log", people.cell.public_id))

    for words in ("đổi tên", "Chi bộ Khu vực 1", "chuyển tổ chức đảng cấp trên", "phường Hai"):
        assert words in history
    assert "đổi tên" in log
    assert f"{today():%d/%m/%Y}" in log


# -- reorganising --------------------------------------------------------------------------------


def _send(client, who, unit, verb, **fields):
    client.force_login(who)
    fields.setdefault("effective_on", today().isoformat())
    return client.post(reverse("units:reorganize", args=[unit.public_id, verb]), fields)


@pytest.mark.parametrize("verb", ["found", "rename", "move", "merge", "split", "close"])
@pytest.mark.parametrize(
    ("who", "status"),
    [("board", 200), ("binh", 403), ("cuc", 403), ("inspector", 403), ("administrator", 403)],
)
def test_only_the_organisation_board_opens_the_forms(client, verb, who, status):
    people = cast.make()
    client.force_login(getattr(people, who))

    response = client.get(reverse("units:reorganize", args=[people.cell.public_id, verb]))

    assert response.status_code == status


def test_a_board_elsewhere_does_not_find_the_unit(client):
    people = cast.make()
    RoleGrant.objects.filter(account=people.board).update(unit=people.other_ward)

    response = _send(client, people.board, people.cell, "rename", name="Khác", step="confirm")

    assert response.status_code == 404


def test_a_preview_changes_nothing_and_names_who_is_touched(client):
    people = cast.make()
    target = f"{people.other_cell.name} ({people.other_cell.code})"

    response = _send(client, people.board, people.cell, "merge", into=target)

    assert response.status_code == 200
    text = _text(response)
    for word in ("Lê Thị An", "vai trò kết thúc", "không còn phạm vi này", "Xác nhận và ghi"):
        assert word in text
    assert not UnitChange.objects.exists()
    people.cell.refresh_from_db()
    assert people.cell.closed_on is None


def test_a_confirmed_merge_is_carried_out_and_ends_the_roles(client):
    people = cast.make()

    response = _send(client, people.board, people.cell, "merge", into="P2-9", step="confirm")

    assert response.status_code == 302
    people.cell.refresh_from_db()
    assert people.cell.closed_on == today()
    assert RoleGrant.objects.filter(unit=people.cell, revoked_at__isnull=True).count() == 0


@pytest.mark.parametrize(
    ("verb", "told", "given"),
    [
        ("move", "vẫn tính ở cấp trên cũ đến hết đợt", {"parent": "P2"}),
        ("merge", "được bàn giao đến nơi mới", {"into": "P2-9"}),
        ("rename", "Đợt giữ tên lúc mở", {"name": "Chi bộ Một"}),
        (
            "split",
            "bổ sung tổ chức mới, rồi bàn giao",
            {"parts": "1", "code_1": "P1-1A", "name_1": "Chi bộ Một A"},
        ),
    ],
)
def test_a_preview_tells_what_open_cycles_expect_there(client, verb, told, given):
    people = cast.make()
    cycles.cycle(people.district, name="Đợt năm nay")

    text = _text(_send(client, people.board, people.cell, verb, **given))

    assert told in " ".join(text.split())
    assert "Đợt năm nay: 3 hồ sơ, đã nộp 0, đã kiểm điểm hoặc xếp loại 0." in " ".join(
        text.split()
    )


def test_a_new_unit_and_a_merged_one_lead_on_to_the_list_of_the_cycle(client):
    people = cast.make()
    cycle = cycles.cycle(people.district)
    new = {"code": "P1-7", "name": "Chi bộ Bảy", "kind": "cell", "sector": "other"}
    preview = _send(client, people.board, people.ward, "found", **new)
    assert "Tổ chức mới chưa có trong đợt" in _text(preview)

    founded = _send(client, people.board, people.ward, "found", step="confirm", **new)
    merged = _send(client, people.board, people.cell, "merge", into="P2-9", step="confirm")

    assert "Chi bộ Bảy" in _text(client.get(founded["Location"]))
    address = reverse("cycles:adjustments", args=[cycle.public_id, people.ward.public_id])
    assert merged["Location"] == address
    assert "Tổ chức đảng đã kết thúc hoạt động" in _text(client.get(address))


def test_who_holds_an_open_cycle_is_not_merged_away(client):
    people = cast.make()
    cycles.cycle(people.ward, name="Đợt của phường")

    response = _send(client, people.board, people.ward, "merge", into="P2")

    assert response.status_code == 422
    assert "đang tổ chức đợt “Đợt của phường”" in _text(response)


def test_a_refusal_comes_back_with_the_form_and_its_sentence(client):
    people = cast.make()

    response = _send(client, people.board, people.ward, "close")

    assert response.status_code == 422
    assert "còn 1 tổ chức đảng trực thuộc" in _text(response)


def test_a_refusal_at_the_last_step_comes_back_too(client):
    people = cast.make()

    response = _send(client, people.board, people.ward, "close", step="confirm")

    assert response.status_code == 422
    assert not UnitChange.objects.exists()


def test_found_rename_move_and_split_through_the_pages(client):
    people = cast.make()
    an = people.an.person.party_member.pk

    answers = [
        _send(
            client,
            people.board,
            people.ward,
            "found",
            step="confirm",
            code="P1-7",
            name="Chi bộ Bảy",
            kind="cell",
            sector="other",
        ),
        _send(client, people.board, people.cell, "rename", step="confirm", name="Chi bộ Một"),
        _send(client, people.board, people.cell, "move", step="confirm", parent="P2"),
        _send(
            client,
            people.board,
            people.cell,
            "split",
            step="confirm",
            parts="1",
            code_1="P2-1A",
            name_1="Chi bộ Một A",
            **{f"member_{an}": "1"},
        ),
    ]

    assert [answer.status_code for answer in answers] == [302] * 4
    kinds = UnitChange.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["found", "rename", "move", "split"]
    made = Unit.objects.get(code="P2-1A")
    assert made.parent == people.other_ward
    assert made.memberships.get().member_id == an


def test_the_preview_of_a_split_says_who_goes_where(client):
    people = cast.make()
    an = people.an.person.party_member.pk

    response = _send(
        client,
        people.board,
        people.cell,
        "split",
        parts="1",
        code_1="P2-1A",
        name_1="Chi bộ Một A",
        **{f"member_{an}": "1"},
    )

    assert response.status_code == 200
    assert "→ Chi bộ Một A" in _text(response)


def test_a_merge_needs_one_target_and_a_move_a_known_one(client):
    people = cast.make()

    both = _send(
        client, people.board, people.cell, "merge", into="P2-9", new_code="X", new_name="Y"
    )
    neither = _send(client, people.board, people.cell, "merge")
    unknown = _send(client, people.board, people.cell, "move", parent="không có")

    assert [answer.status_code for answer in (both, neither, unknown)] == [422] * 3
    assert "Không tìm thấy tổ chức đảng này" in _text(unknown)


def test_an_unknown_verb_is_not_found(client):
    people = cast.make()
    client.force_login(people.board)

    assert client.get(f"/units/{people.cell.public_id}/reorganize/burn/").status_code == 404


def test_a_collective_is_added_by_those_who_edit_people(client):
    people = cast.make()
    address = reverse("units:add-collective", args=[people.ward.public_id])
    fields = {"code": "BTV-P1", "name": "Ban Thường vụ", "established_on": "2020-07-01"}

    client.force_login(people.cuc)
    assert client.post(address, fields).status_code == 403
    client.force_login(people.board)
    assert client.post(address, fields).status_code == 302
    assert client.post(address, fields).status_code == 422

    assert LeadershipCollective.objects.get().unit == people.ward


def test_facts_of_an_organisation_are_recorded_and_shown_to_those_who_may_see(client):
    people = cast.make()
    facts = {
        "commendation": {"kind": "merit", "decided_on": "2022-01-05", "reason": "Chống dịch"},
        "discipline": {"kind": "reprimand", "decided_on": "2022-01-06"},
    }

    def send(who, verb, fields):
        client.force_login(who)
        return client.post(reverse("units:add-fact", args=[people.ward.public_id, verb]), fields)

    for verb, fields in facts.items():
        assert send(people.cuc, verb, fields).status_code == 403
        assert send(people.board, verb, {}).status_code == 422
        assert send(people.board, verb, fields | {"decided_on": "2001-01-01"}).status_code == 422
        assert send(people.board, verb, fields).status_code == 302
    assert send(people.board, "burn", {}).status_code == 404

    seen = _text(_open(client, people.cuc, "detail", people.ward.public_id))
    assert "Chống dịch" in seen
    assert "khiển trách" in seen
    RoleGrant.objects.filter(account=people.an).update(unit=people.ward)
    hidden = _text(_open(client, people.an, "detail", people.ward.public_id))
    assert "khiển trách" not in hidden
