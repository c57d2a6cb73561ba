"""Pages on people: own and others', searching, recording."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import access, cast, people, units
from tests.web.searching import find
from tusoi.access.enums import RoleKey
from tusoi.audit.models import AuditEvent
from tusoi.people.models import MemberStanding, PartyMember, Person
from tusoi.units.enums import CommendationKind, DisciplineKind, MembershipKind
from tusoi.units.models import Commendation, Discipline, Membership, Post


pytestmark = pytest.mark.django_db


def _text(response):
    return response.content.decode()


def _page(client, account, person):
    client.force_login(account)
    return client.get(reverse("people:detail", args=[person.public_id]))


def _list(client, account, **query):
    client.force_login(account)
    return _text(find(client, reverse("people:list"), **query))


def _record(client, account, person, verb, *args, **fields):
    client.force_login(account)
    name = "people:act-on" if args else "people:act"
    return client.post(reverse(name, args=[person.public_id, verb, *args]), fields)


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("an", 200),
        ("binh", 200),
        ("cuc", 200),
        ("board", 200),
        ("authority", 200),
        ("inspector", 200),
        ("dung", 404),
        ("administrator", 404),
        ("outsider", 404),
    ],
)
def test_a_person_is_seen_by_themselves_and_by_those_above(client, who, status):
    world = cast.make()
    Discipline.objects.create(
        member=world.an_person.party_member,
        arose_in=world.cell,
        kind=DisciplineKind.REPRIMAND,
        decided_on=dt.date(2021, 3, 3),
    )

    response = _page(client, getattr(world, who), world.an_person)

    assert response.status_code == status
    assert ("khiển trách" in _text(response)) is (status == 200)


def test_a_member_does_not_see_the_other_members(client):
    world = cast.make()

    assert _page(client, world.an, world.binh.person).status_code == 404


def test_somebody_who_moved_on_is_seen_from_the_new_cell_only(client):
    world = cast.make()
    member = world.an_person.party_member
    Membership.objects.filter(member=member).update(valid_to=dt.date(2022, 1, 1))
    units.membership(member, world.other_cell, valid_from=dt.date(2022, 1, 1))

    assert _page(client, world.binh, world.an_person).status_code == 404
    assert _page(client, world.dung, world.an_person).status_code == 200


def test_the_list_holds_the_scope_and_nobody_else(client):
    world = cast.make()

    text = _list(client, world.binh)

    assert "Lê Thị An" in text
    assert "Ngô Tiến Dũng" not in text
    client.force_login(world.an)
    assert client.get(reverse("people:list")).status_code == 403
    client.force_login(world.administrator)
    assert client.get(reverse("people:list")).status_code == 403


def test_the_list_is_in_order_of_given_names(client):
    world = cast.make()
    for name in ("Nguyễn Văn Đông", "Bùi Văn Dương", "Y Ét", "Trần Ân"):
        units.membership(people.member(people.make_person(name)), world.cell)

    text = _list(client, world.board)

    names = ["Lê Thị An", "Trần Ân", "Trần Văn Bình", "Bùi Văn Dương", "Nguyễn Văn Đông", "Y Ét"]
    places = [text.index(name) for name in names]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("nguyen van dong", True),
        ("dong nguyen", True),
        ("Đông", True),
        ("Ðông", True),
        ("Đo\u0302ng", True),
        ("Đồng", False),
        ("đong", False),
        ("dông", False),
        ("ng-77", True),
    ],
)
def test_search_accepts_any_spelling_and_respects_typed_accents(client, query, found):
    world = cast.make()
    name = "Nguyễn Văn Đông"
    person = people.make_person(name, code="NG-77")
    Person.objects.filter(pk=person.pk).update(**Person.keys_of(name))
    units.membership(people.member(person), world.cell)

    assert (name in _list(client, world.binh, q=query)) is found


def test_the_list_filters_by_unit_and_stage(client):
    world = cast.make()
    probationary = people.member(people.make_person("Hà Mới Vào"), official_on=None)
    units.membership(probationary, world.cell)
    gone = people.member(
        people.make_person("Hà Đã Đi"), left_on=dt.date(2022, 1, 1), left_reason="resigned"
    )
    units.membership(gone, world.cell, valid_to=dt.date(2022, 1, 1))

    everybody = _list(client, world.board)
    in_ward = _list(client, world.board, unit="P2")
    new = _list(client, world.board, stage="probationary")
    left = _list(client, world.board, stage="left")
    nowhere = _list(client, world.board, unit="không có")

    assert "Hà Mới Vào" in everybody
    assert "Hà Đã Đi" not in everybody
    assert "Ngô Tiến Dũng" in in_ward
    assert "Lê Thị An" not in in_ward
    assert "Hà Mới Vào" in new
    assert "Lê Thị An" not in new
    assert "Hà Đã Đi" in left
    assert "Không tìm thấy ai" in nowhere


@pytest.mark.slow
def test_pages_go_on_by_key_without_gap_or_repetition(client):
    world = cast.make()
    for number in range(118):
        # Many of one name: the key alone does not tell them apart.
        person = people.make_person(f"Trần Văn {'Nam' if number % 2 else 'Minh'}")
        units.membership(people.member(person), world.cell)
    client.force_login(world.binh)

    seen, address = [], reverse("people:list")
    query = {}
    while True:
        found = client.get(address, query).context["slice"]
        seen.append([row.pk for row in found.rows])
        if not found.after:
            break
        query = {"after": found.after}

    assert [len(rows) for rows in seen] == [50, 50, 20]
    assert len({pk for rows in seen for pk in rows}) == 120
    back = client.get(address, {"before": found.before}).context["slice"]
    assert [row.pk for row in back.rows] == seen[1]
    assert back.after
    first = client.get(address, {"before": back.before}).context["slice"]
    assert [row.pk for row in first.rows] == seen[0]
    assert not first.before


def _count(client, address):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    return len(captured)


def test_pages_cost_the_same_with_one_row_and_with_three(client):
    world = cast.make()
    client.force_login(world.board)
    person = world.an_person
    addresses = [
        reverse("people:list"),
        reverse("people:detail", args=[person.public_id]),
        reverse("people:log", args=[person.public_id]),
    ]

    def add_rows():
        units.post(person, world.ward, "leader", collective=units.collective(world.ward))
        units.membership(people.member(), world.cell)
        units.membership(
            person.party_member,
            units.unit("Chi bộ khác", "cell", world.ward),
            MembershipKind.TEMPORARY,
        )
        Discipline.objects.create(
            member=person.party_member,
            arose_in=units.unit("Chi bộ khác", "cell", world.ward),
            kind=DisciplineKind.WARNING,
            decided_on=dt.date(2020, 1, 1),
        )

    add_rows()
    before = [_count(client, address) for address in addresses]
    add_rows()
    add_rows()
    after = [_count(client, address) for address in addresses]

    assert after == before
    assert max(after) <= 30


# -- recording -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "status"),
    [("an", 403), ("binh", 403), ("cuc", 403), ("inspector", 403), ("administrator", 403)],
)
def test_only_those_who_edit_people_record_anything(client, who, status):
    world = cast.make()

    answer = _record(client, getattr(world, who), world.an_person, "edit", full_name="Khác")

    assert answer.status_code == status
    assert not AuditEvent.objects.exists()


def test_an_editor_elsewhere_does_not_find_the_person(client):
    world = cast.make()
    access.grant(world.outsider, RoleKey.ORGANIZATION_BOARD, world.other_ward)

    answer = _record(client, world.outsider, world.an_person, "edit", full_name="Khác")

    assert answer.status_code == 404


def test_a_member_is_added_with_their_cell(client):
    world = cast.make()
    client.force_login(world.board)
    address = reverse("people:add", args=[world.cell.public_id])
    fields = {
        "full_name": "Lý  Thị Mới",
        "birth_on": "1999-02-03",
        "gender": "female",
        "admitted_on": "2022-02-03",
        "joined_on": "2022-02-03",
    }

    assert client.get(address).status_code == 200
    answer = client.post(address, fields)

    assert answer.status_code == 302
    member = PartyMember.objects.get(person__full_name="Lý Thị Mới")
    assert member.official_on is None
    assert member.memberships.get().unit == world.cell
    young = client.post(address, fields | {"birth_on": "2010-01-01"})
    assert young.status_code == 422
    assert "chưa đủ 18 tuổi" in _text(young)


def test_everything_that_can_be_recorded_about_a_member(client):
    world = cast.make()
    person, board = world.an_person, world.board
    body = units.collective(world.ward)

    answers = [
        _record(client, board, person, verb, **fields)
        for verb, fields in (
            ("edit", {"full_name": "Lê Thị Ân", "gender": "female", "code": person.code}),
            ("edit-member", {"admitted_on": "2010-05-20", "official_on": "2011-05-20"}),
            ("temporary", {"unit": "P2-9", "valid_from": "2022-02-01"}),
            (
                "appoint",
                {"unit": "P1", "position": "committee_member", "valid_from": "2022-02-01"},
            ),
            ("seat", {"collective": body.pk, "position": "leader", "valid_from": "2022-02-01"}),
            ("standing", {"kind": "sick_leave", "valid_from": "2022-03-01"}),
            ("commendation", {"kind": "certificate", "decided_on": "2022-03-01"}),
            ("discipline", {"kind": "reprimand", "decided_on": "2022-03-01", "arose_in": "P1-1"}),
        )
    ]

    assert [answer.status_code for answer in answers] == [302] * 8
    page = _text(_page(client, board, person))
    for words in (
        "Lê Thị Ân",
        "20/05/2010",
        "Chi bộ Khu vực 9",
        "nghỉ ốm",
        "giấy khen",
        "khiển trách",
    ):
        assert words in page
    ended = [
        _record(
            client,
            board,
            person,
            "leave-unit",
            Membership.objects.get(kind="temporary").pk,
            on="2022-05-01",
        ),
        _record(
            client,
            board,
            person,
            "end-post",
            Post.objects.get(collective=body).pk,
            on="2022-05-01",
        ),
        _record(
            client,
            board,
            person,
            "end-standing",
            MemberStanding.objects.get().pk,
            last_day="2022-05-01",
        ),
        _record(client, board, person, "transfer", to_unit="P2-9", on="2022-06-01"),
        _record(client, board, person, "leave-party", reason="resigned", on="2022-07-01"),
    ]
    assert [answer.status_code for answer in ended] == [302] * 5
    log = _text(client.get(reverse("people:log", args=[person.public_id])))
    for words in ("sửa hồ sơ cá nhân", "chuyển sinh hoạt", "ghi kỷ luật", "ghi ra khỏi Đảng"):
        assert words in log


@pytest.mark.parametrize(
    "verb",
    [
        "edit",
        "edit-member",
        "transfer",
        "temporary",
        "appoint",
        "seat",
        "standing",
        "commendation",
        "discipline",
        "leave-party",
    ],
)
def test_every_form_opens_and_comes_back_with_its_mistakes(client, verb):
    world = cast.make()
    client.force_login(world.board)
    address = reverse("people:act", args=[world.an_person.public_id, verb])

    assert client.get(address).status_code == 200
    wrong = client.post(address, {})

    assert wrong.status_code == 422
    assert "Chưa lưu được" in _text(wrong)


def test_a_refusal_is_shown_as_its_sentence(client):
    world = cast.make()

    answer = _record(
        client, world.board, world.an_person, "transfer", to_unit="P1-1", on="2022-01-01"
    )

    assert answer.status_code == 422
    assert "đã có nơi sinh hoạt" in _text(answer)


def test_what_does_not_exist_is_not_found(client):
    world = cast.make()
    post = units.post(world.dung.person, world.other_cell, "deputy_secretary")
    stranger = people.make_person("Không Đảng Viên")
    units.post(stranger, world.ward, "leader", collective=units.collective(world.ward))
    client.force_login(world.board)

    for person, *rest in (
        (world.an_person, "burn"),
        (world.an_person, "end-post"),
        (world.an_person, "edit", 7),
        (world.an_person, "end-post", post.pk),
        (stranger, "transfer"),
        (stranger, "end-standing", 1),
    ):
        name = "people:act" if len(rest) == 1 else "people:act-on"
        address = reverse(name, args=[person.public_id, *rest])
        assert client.get(address).status_code == 404, address
    assert _page(client, world.board, stranger).status_code == 200


def test_commendations_have_their_reason(client):
    world = cast.make()
    Commendation.objects.create(
        member=world.an_person.party_member,
        kind=CommendationKind.MERIT,
        decided_on=dt.date(2021, 9, 2),
        reason="Phòng chống dịch",
    )

    assert "Phòng chống dịch" in _text(_page(client, world.an, world.an_person))
