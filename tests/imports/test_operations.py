"""From a file to the database: compared, previewed, written whole or not at all."""

# ruff: noqa: E501 -- sentences stay whole

import datetime as dt

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import access, cast, people, units
from tests.imports import files
from tusoi.access.enums import RoleKey
from tusoi.access.errors import NotPermitted
from tusoi.audit.models import AuditEvent
from tusoi.imports import operations
from tusoi.imports.enums import BatchState, Outcome, SubjectKind
from tusoi.imports.errors import (
    ChangedSincePreview,
    FileHasProblems,
    NotAwaitingConfirmation,
    UnreadableFile,
)
from tusoi.imports.models import ImportBatch, ImportRemark, ImportRow
from tusoi.imports.operations import Upload
from tusoi.imports.reading.findings import Finding
from tusoi.people.models import PartyMember, Person
from tusoi.people.queries import system_account
from tusoi.units.enums import MembershipKind, Position, UnitChangeKind, UnitKind
from tusoi.units.models import (
    Membership,
    Post,
    Unit,
    UnitChange,
    UnitClosure,
    UnitName,
    UnitParentage,
)


pytestmark = pytest.mark.django_db

AT = timezone.make_aware(dt.datetime(2022, 11, 30, 9, 0))  # noqa: DTZ001 -- made aware here
TODAY = AT.date()
LATER = dt.timedelta(days=1)

TREE = (
    ("Q01", "Đảng bộ quận Mẫu", "Quận", None),
    ("P01", "Đảng bộ phường Một", None, "Q01"),
    ("P01-1", "Chi bộ Khu vực 1", None, "P01"),
    ("P01-2", "Chi bộ Khu vực 2", None, "P01"),
    ("C01", "Chi bộ Phòng Kinh tế", None, "Q01"),
)
PEOPLE_HEADINGS = (*files.HEADINGS, "Chức vụ", "Ngày về chi bộ")
PEOPLE = (
    ("DV1", "Lê Thị An", "03/02/1980", "19/05/2005", "P01-1", "Bí thư", None),
    ("DV2", "Trần Văn Bình", "1975", "19/05/2000", "P01-1", None, None),
    ("DV3", "H'Hen Niê", "05/06/1990", "03/02/2015", "C01", None, "01/01/2020"),
)


def book(tree=TREE, listed=PEOPLE):
    return files.xlsx(
        ("Tổ chức đảng", [files.UNIT_HEADINGS, *tree]),
        ("Đảng viên", [PEOPLE_HEADINGS, *listed]),
    )


def load(content, *, actor=None, on=TODAY):
    actor, upload = actor or system_account(), Upload(content, "danh-sach.xlsx")
    plan = operations.plan_import(upload=upload, actor=actor, on=on)
    return plan, operations.apply_plan(plan=plan, upload=upload, actor=actor, at=AT, on=on)


def plan_of(content, *, actor=None, on=TODAY):
    return operations.plan_import(
        upload=Upload(content, "danh-sach.xlsx"), actor=actor or system_account(), on=on
    )


def preview(content, *, actor, on=TODAY):
    return operations.preview_import(
        upload=Upload(content, "danh-sach.xlsx"), actor=actor, at=AT, on=on
    )


def problems(content, **options):
    return [remark.sentence for remark in plan_of(content, **options).problems]


def snapshot():
    """Return every fact that an import may write."""
    return {
        model.__name__: sorted(model.objects.values_list(), key=str)
        for model in (
            Unit,
            UnitName,
            UnitParentage,
            UnitClosure,
            UnitChange,
            Person,
            PartyMember,
            Membership,
            Post,
        )
    }


# -- writing -------------------------------------------------------------------------------------


def test_a_whole_organisation_is_set_up_from_one_file():
    plan, batch = load(book())

    assert plan.counts() == {
        "units": {"added": 5, "changed": 0, "unchanged": 0, "gone": 0},
        "people": {"added": 3, "changed": 0, "unchanged": 0, "gone": 0},
    }
    assert batch.state == BatchState.APPLIED
    assert batch.content is None
    kinds = dict(Unit.objects.values_list("code", "kind"))
    assert kinds == {
        "Q01": UnitKind.DISTRICT,
        "P01": UnitKind.GRASSROOTS_ORGANIZATION,
        "P01-1": UnitKind.CELL,
        "P01-2": UnitKind.CELL,
        "C01": UnitKind.GRASSROOTS_CELL,
    }
    assert UnitClosure.objects.filter(ancestor__code="Q01").count() == 5
    assert UnitClosure.objects.get(ancestor__code="Q01", descendant__code="P01-1").depth == 2
    assert UnitName.objects.count() == 5
    assert UnitParentage.objects.count() == 4
    an = Person.objects.get(code="DV1")
    assert an.sort_key == people.make_person("Lê Thị An").sort_key
    post = Post.objects.get(person=an)
    assert (post.position, post.unit.code) == (Position.SECRETARY, "P01-1")
    binh = Person.objects.get(code="DV2")
    assert (binh.birth_on, binh.birth_year_only) == (dt.date(1975, 1, 1), True)
    hen = Membership.objects.get(member__person__code="DV3")
    assert (hen.unit.code, hen.valid_from, hen.kind) == (
        "C01",
        dt.date(2020, 1, 1),
        MembershipKind.OFFICIAL,
    )


def test_the_same_file_twice_changes_nothing():
    load(book())
    before = snapshot()

    plan, _ = load(book(), on=TODAY + LATER)

    assert plan.is_empty
    assert snapshot() == before


def test_changed_rows_update_and_are_logged():
    load(book())
    changed = (
        ("DV1", "Lê Thị Ân", "03/02/1981", "19/05/2005", "P01-1", "Phó bí thư", None),
        *PEOPLE[1:],
    )

    plan, _ = load(book(listed=changed), on=TODAY + LATER)

    assert plan.counts()["people"]["changed"] == 1
    (step,) = [step for step in plan.people if step.outcome is Outcome.CHANGED]
    assert [(change.label, change.old, change.new) for change in step.changes] == [
        ("Họ và tên", "Lê Thị An", "Lê Thị Ân"),
        ("Ngày sinh", "03/02/1980", "03/02/1981"),
        ("Chức vụ trong Đảng", "bí thư", "phó bí thư"),
    ]
    person = Person.objects.get(code="DV1")
    assert (person.full_name, person.search_key) == ("Lê Thị Ân", "le thi an")
    posts = Post.objects.filter(person=person).order_by("valid_from")
    assert [(post.position, post.valid_to) for post in posts] == [
        (Position.SECRETARY, TODAY + LATER),
        (Position.DEPUTY_SECRETARY, None),
    ]
    event = AuditEvent.objects.get(action="people.import")
    assert event.object_id == str(person.pk)
    assert event.note == "Họ và tên, Ngày sinh, Chức vụ trong Đảng"


def test_the_placement_of_a_tone_is_no_change():
    load(book(listed=[("DV1", "Lê Thị Hòa", "1980", "2005", "P01-1", None, None)]))

    plan = plan_of(book(listed=[("DV1", "LÊ THỊ HOÀ", "1980", "2005", "P01-1", None, None)]))

    assert plan.is_empty


def test_a_move_of_a_member_is_dated_and_ends_the_posts_there():
    load(book())
    moved = (("DV1", "Lê Thị An", "03/02/1980", "19/05/2005", "P01-2", None, "15/11/2022"),)

    load(book(listed=moved))

    old, new = Membership.objects.filter(member__person__code="DV1").order_by("valid_from")
    assert (old.unit.code, old.valid_to) == ("P01-1", dt.date(2022, 11, 15))
    assert (new.unit.code, new.valid_from, new.valid_to) == (
        "P01-2",
        dt.date(2022, 11, 15),
        None,
    )
    assert Post.objects.get(person__code="DV1").valid_to == dt.date(2022, 11, 15)


def test_a_move_without_a_day_holds_from_the_day_of_the_import():
    load(book())

    load(book(listed=[(*PEOPLE[0][:4], "P01-2", None, None)]), on=TODAY + LATER)

    now = Membership.objects.get(member__person__code="DV1", valid_to__isnull=True)
    assert now.valid_from == TODAY + LATER


def test_moves_and_new_names_of_units_are_dated():
    load(book())
    tree = (*TREE[:3], ("P01-2", "Chi bộ Khu vực Hai", None, "Q01"), TREE[4])

    load(book(tree=tree), on=TODAY + LATER)

    unit = Unit.objects.get(code="P01-2")
    assert (unit.name, unit.parent.code) == ("Chi bộ Khu vực Hai", "Q01")
    assert unit.kind == UnitKind.GRASSROOTS_CELL
    old, new = UnitParentage.objects.filter(unit=unit).order_by("valid_from")
    assert (old.parent.code, old.valid_to) == ("P01", TODAY + LATER)
    assert (new.parent.code, new.valid_from, new.valid_to) == ("Q01", TODAY + LATER, None)
    names = UnitName.objects.filter(unit=unit).order_by("valid_from")
    assert [(name.name, name.valid_to) for name in names] == [
        ("Chi bộ Khu vực 2", TODAY + LATER),
        ("Chi bộ Khu vực Hai", None),
    ]
    assert UnitClosure.objects.get(ancestor__code="Q01", descendant=unit).depth == 1
    kinds = UnitChange.objects.filter(unit=unit).values_list("kind", flat=True)
    assert set(kinds) == {UnitChangeKind.FOUND, UnitChangeKind.RENAME, UnitChangeKind.MOVE}


def test_absence_deletes_nothing_and_is_shown():
    load(book())
    before = snapshot()

    plan, _ = load(book(tree=TREE[:4], listed=PEOPLE[:1]))

    assert [unit.code for unit in plan.gone_units] == ["C01"]
    assert [(person.code, person.place) for person in plan.gone_people] == [
        ("DV2", "Chi bộ Khu vực 1")
    ]
    assert snapshot() == before


def test_empty_cells_leave_what_is_known():
    load(book())

    load(files.people(("DV1", "Lê Thị An", None, "19/05/2005", None)))

    assert Person.objects.get(code="DV1").birth_on == dt.date(1980, 2, 3)


def test_a_second_row_adds_a_temporary_membership():
    headings = (*files.HEADINGS, "Hình thức sinh hoạt")
    rows = (
        ("DV1", "Lê Thị An", "1980", "2005", "P01-1", None),
        ("DV1", "Lê Thị An", "1980", "2005", "C01", "Tạm thời"),
    )
    content = files.xlsx(
        ("Tổ chức", [files.UNIT_HEADINGS, *TREE]), ("Đảng viên", [headings, *rows])
    )

    load(content)
    again, _ = load(content)

    kinds = Membership.objects.order_by("kind").values_list("unit__code", "kind")
    assert list(kinds) == [("P01-1", "official"), ("C01", "temporary")]
    assert again.is_empty


def test_people_without_codes_are_known_again_by_name_and_birth():
    headings = ("Họ và tên", "Ngày sinh", "Ngày vào Đảng", "Chi bộ", "Điện thoại")
    first = files.people(
        ("Lê Thị An", "03/02/1980", "2005", "Chi bộ Khu vực 1", None), headings=headings
    )
    second = files.people(
        ("Lê Thị An", "03/02/1980", "2005", "Chi bộ Khu vực 1", "0912345678"), headings=headings
    )
    load(book(listed=()))

    load(first)
    plan, _ = load(second)

    assert Person.objects.count() == 1
    assert Person.objects.get().phone == "0912345678"
    assert plan.counts()["people"]["changed"] == 1


def test_units_without_codes_are_known_again_by_their_name():
    headings = ("Tên tổ chức đảng", "Tổ chức đảng cấp trên")
    content = files.units(
        ("Đảng bộ quận Mẫu", None),
        ("Đảng bộ phường Một", "Đảng bộ quận Mẫu"),
        ("Chi bộ Khu vực 1", "Đảng bộ phường Một"),
        headings=headings,
    )

    load(content)
    plan, _ = load(content)

    assert plan.is_empty
    assert Unit.objects.get(name="Chi bộ Khu vực 1").parent.name == "Đảng bộ phường Một"


def test_codes_that_became_numbers_still_find_their_unit():
    load(
        files.units(("0001", "Đảng bộ quận Mẫu", "Quận", None), ("0002", "Chi bộ A", None, "0001"))
    )

    plan = plan_of(files.units((2, "Chi bộ A", None, 1)))

    assert plan.is_empty
    assert plan.problems == []


# -- refusing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tree", "listed", "expected"),
    [
        (
            [*TREE, ("P09-1", "Chi bộ lạc", None, "P09")],
            [],
            "Trang “Tổ chức đảng”, dòng 7, cột D: Không có tổ chức đảng cấp trên “P09” trong tệp và trong hệ thống; hãy sửa hoặc thêm tổ chức đó.",
        ),
        (
            [TREE[0], ("A", "Đảng bộ A", None, "B"), ("B", "Đảng bộ B", None, "A")],
            [],
            "Trang “Tổ chức đảng”, dòng 3, cột D: “Đảng bộ A” trực thuộc vòng quanh chính nó (Đảng bộ A → Đảng bộ B → Đảng bộ A); hãy sửa tổ chức đảng cấp trên.",
        ),
        (
            [*TREE, ("Q02", "Đảng bộ quận Hai", "Quận", None)],
            [],
            "Trang “Tổ chức đảng”, dòng 7, cột D: “Đảng bộ quận Hai” không có cấp trên, trong khi “Đảng bộ quận Mẫu” đã là tổ chức cao nhất; hãy ghi tổ chức đảng cấp trên.",
        ),
        (
            [*TREE, ("P01", "Đảng bộ phường Hai", None, "Q01")],
            [],
            "Trang “Tổ chức đảng”, dòng 7, cột A: Mã “P01” đã dùng ở dòng 3; hãy sửa một trong hai dòng.",
        ),
        (
            [*TREE, ("X1", "Ban công tác", None, "Q01")],
            [],
            "Trang “Tổ chức đảng”, dòng 7, cột C: Không đoán được loại của “Ban công tác” từ tên; hãy ghi ở cột “Loại hình tổ chức”.",
        ),
        (
            TREE,
            [("DV1", "Lê Thị An", "1980", "2005", "P77", None, None)],
            "Trang “Đảng viên”, dòng 2, cột E: Không có chi bộ “P77” trong tệp và trong hệ thống; hãy sửa hoặc thêm chi bộ đó.",
        ),
        (
            TREE,
            [("DV1", "Lê Thị An", "1980", "2005", "P01", None, None)],
            "Trang “Đảng viên”, dòng 2, cột E: “Đảng bộ phường Một” không phải là chi bộ nên không có đảng viên trực tiếp; hãy ghi chi bộ bên dưới.",
        ),
        (
            TREE,
            [("DV1", "Lê Thị An", "1980", "2005", None, None, None)],
            "Trang “Đảng viên”, dòng 2, cột E: Thiếu “Chi bộ”; hãy điền vào ô này.",
        ),
        (
            TREE,
            [
                ("DV1", "Lê Thị An", "1980", "2005", "P01-1", None, None),
                ("DV1", "Trần Văn Bình", "1981", "2005", "P01-1", None, None),
            ],
            "Trang “Đảng viên”, dòng 3, cột A: Mã “DV1” đã dùng ở dòng 2; hãy sửa một trong hai dòng.",
        ),
        (
            TREE,
            [
                (None, "Lê Thị An", "03/02/1980", "2005", "P01-1", None, None),
                (None, "LÊ THỊ AN", "3-2-1980", "2005", "P01-2", None, None),
            ],
            "Trang “Đảng viên”, dòng 3, cột B: “Lê Thị An” cùng ngày sinh đã có ở dòng 2; hãy bỏ dòng thừa, hoặc ghi mã riêng nếu là hai người.",
        ),
        (
            TREE,
            [("DV1", "Lê Thị An", "1980", "2005", "Chi bộ", None, "01/01/2030")],
            "Trang “Đảng viên”, dòng 2, cột G: Ngày “01/01/2030” chưa đến; hãy kiểm tra năm của “Ngày về chi bộ”.",
        ),
    ],
)
def test_what_contradicts_itself_is_refused_in_one_sentence(tree, listed, expected):
    assert expected in problems(book(tree=tree, listed=listed))


def test_what_contradicts_the_database_is_refused():
    load(book())
    Unit.objects.filter(code="P01-2").update(closed_on=dt.date(2022, 7, 1))
    PartyMember.objects.filter(person__code="DV2").update(
        left_on=dt.date(2021, 1, 1), left_reason="resigned"
    )
    PartyMember.objects.filter(person__code="DV3").update(card_number="08012345")
    headings = (*PEOPLE_HEADINGS, "Số thẻ")
    rows = (
        ("DV1", "Lê Thị An", "1980", "2005", "P01-2", None, None, None),
        ("DV2", "Trần Văn Bình", "1975", "2000", "P01-1", None, None, None),
        ("DV9", "Hồ Văn Chín", "1975", "2000", "P01-1", None, None, "08.012345"),
        ("DV8", "H'Hen Niê", "05/06/1990", "03/02/2015", "C01", None, None, None),
    )

    found = problems(files.people(*rows, headings=headings))

    assert found == [
        "Trang “Đảng viên”, dòng 2, cột E: “Chi bộ Khu vực 2” đã kết thúc hoạt động từ 01/07/2022; hãy ghi tổ chức đang hoạt động.",
        "Trang “Đảng viên”, dòng 3, cột B: “Trần Văn Bình” đã ra khỏi Đảng từ 01/01/2021; hãy bỏ dòng này hoặc sửa hồ sơ đảng viên.",
        "Trang “Đảng viên”, dòng 4, cột H: Số thẻ “08012345” đang ghi cho người mang mã DV3; hãy kiểm tra lại mã và số thẻ.",
        "Trang “Đảng viên”, dòng 5, cột A: “H'Hen Niê” cùng ngày sinh, cùng ngày vào Đảng đã có với mã DV3; hãy dùng đúng mã.",
    ]


def test_a_code_that_belongs_to_somebody_else_is_refused():
    load(book())

    assert problems(files.people(("DV1", "Ngô Văn Khác", "1955", "2005", "P01-1"))) == [
        "Trang “Đảng viên”, dòng 2, cột A: Mã “DV1” đang ghi cho Lê Thị An, khác cả họ tên và ngày sinh với “Ngô Văn Khác”; hãy kiểm tra lại mã."
    ]


def test_a_kind_that_cannot_stand_there_is_refused():
    assert problems(files.units(*TREE, ("B", "Đảng bộ bộ phận A", None, "Q01"))) == [
        "Trang “Tổ chức đảng”, dòng 7, cột D: “Đảng bộ bộ phận A” là đảng bộ bộ phận nên không trực thuộc “Đảng bộ quận Mẫu” (đảng bộ quận, huyện và tương đương) được; hãy sửa loại hình hoặc cấp trên."
    ]


def test_a_move_before_the_present_membership_is_refused():
    load(book())
    row = ("DV3", "H'Hen Niê", "05/06/1990", "03/02/2015", "P01-1", None, "31/12/2019")

    assert problems(book(listed=[row])) == [
        "Trang “Đảng viên”, dòng 2, cột G: Ngày chuyển “H'Hen Niê” trước ngày bắt đầu ở nơi hiện nay (01/01/2020); hãy sửa ngày chuyển."
    ]


def test_two_units_of_one_name_need_a_code():
    tree = (
        *TREE,
        ("P02", "Đảng bộ phường Hai", None, "Q01"),
        ("P02-1", "Chi bộ Khu vực 1", None, "P02"),
    )
    headings = ("Họ và tên", "Ngày vào Đảng", "Chi bộ")
    load(book(tree=tree, listed=()))

    assert problems(
        files.people(("Lê Thị An", "2005", "Chi bộ Khu vực 1"), headings=headings)
    ) == [
        "Trang “Đảng viên”, dòng 2, cột C: Có nhiều tổ chức đảng cùng tên “Chi bộ Khu vực 1”; hãy ghi mã đơn vị thay cho tên."
    ]


def test_namesakes_with_codes_of_their_own_are_two_people():
    rows = (
        ("DV1", "Lê Thị An", "03/02/1980", "2005", "P01-1", None, None),
        ("DV2", "Lê Thị An", "03/02/1980", "2006", "P01-2", None, None),
    )

    plan, _ = load(book(listed=rows))

    assert Person.objects.count() == 2
    assert "Cùng họ tên, cùng ngày sinh với dòng 2 nhưng khác mã; được coi là hai người." in [
        remark.message for remark in plan.notes
    ]


def test_a_file_with_one_bad_row_writes_nothing():
    system_account()
    before = snapshot()

    with pytest.raises(FileHasProblems) as refused:
        load(book(listed=[*PEOPLE, ("DV4", "Ngô Văn Tư", "1980", "hôm qua", "P01-1", None, None)]))

    assert len(refused.value.remarks) == 1
    assert snapshot() == before
    assert not ImportBatch.objects.exists()


def test_a_failure_half_way_writes_nothing(monkeypatch):
    system_account()
    before = snapshot()

    def fail(*_args, **_options):
        raise RuntimeError

    monkeypatch.setattr("tusoi.imports.writing._begin_places", fail)
    with pytest.raises(RuntimeError):
        load(book())

    assert snapshot() == before


# -- scope ---------------------------------------------------------------------------------------


def test_a_circle_is_one_mistake_and_one_sentence():
    seats = cast.make()
    circle = (("X1", "Đảng bộ Một", None, "X2"), ("X2", "Đảng bộ Hai", None, "X1"))

    told = problems(files.units(*circle), actor=seats.board)

    assert len(told) == 1
    assert "Đảng bộ Một → Đảng bộ Hai → Đảng bộ Một" in told[0]


def test_the_board_imports_below_its_unit_only():
    people_of = cast.make()
    ward_board = people.account(username="ward_board")
    access.grant(ward_board, RoleKey.ORGANIZATION_BOARD, people_of.ward)
    own = ("DV1", "Lê Thị Mới", "1980", "2005", "P1-1")
    foreign = ("DV2", "Lê Thị Khác", "1980", "2005", "P2-9")

    assert problems(files.people(own), actor=ward_board) == []
    assert problems(files.people(own, foreign), actor=ward_board) == [
        "Trang “Đảng viên”, dòng 3, cột E: “Chi bộ Khu vực 9” nằm ngoài phạm vi được giao cho đồng chí; hãy bỏ dòng này hoặc đề nghị cấp phụ trách nhập."
    ]
    assert problems(files.people(own, foreign), actor=people_of.board) == []


def test_people_and_units_of_others_cannot_be_drawn_in_or_pushed_out():
    people_of = cast.make()
    ward_board = people.account(username="ward_board")
    access.grant(ward_board, RoleKey.ORGANIZATION_BOARD, people_of.ward)
    dung = people_of.dung.person
    drawn = files.people((dung.code, dung.full_name, None, "2010", "P1-1"))
    renamed = files.units(("P2", "Đảng bộ phường Ba", None, None))
    hung = files.units(("P1-1", "Chi bộ Khu vực 1", None, "P2"))
    founded = files.units(("P2-8", "Chi bộ Khu vực 8", None, "P2"))

    for content in (drawn, renamed, hung, founded):
        found = problems(content, actor=ward_board)
        assert len(found) == 1
        assert "nằm ngoài phạm vi được giao" in found[0]


def test_a_guest_may_be_taken_in_but_not_rewritten():
    people_of = cast.make()
    ward_board = people.account(username="ward_board")
    access.grant(ward_board, RoleKey.ORGANIZATION_BOARD, people_of.ward)
    dung = people_of.dung.person
    headings = (*files.HEADINGS, "Hình thức sinh hoạt")
    guest = (dung.code, dung.full_name, None, "19/05/2010", "P1-1", "tạm thời")
    rewritten = (dung.code, dung.full_name, "1979", "19/05/2010", "P1-1", "tạm thời")

    assert problems(files.people(guest, headings=headings), actor=ward_board) == []
    found = problems(files.people(rewritten, headings=headings), actor=ward_board)
    assert len(found) == 1
    assert "nằm ngoài phạm vi" in found[0]


def test_people_of_others_are_not_changed_without_naming_their_unit():
    people_of = cast.make()
    ward_board = people.account(username="ward_board")
    access.grant(ward_board, RoleKey.ORGANIZATION_BOARD, people_of.ward)
    headings = ("Mã cá nhân", "Họ và tên", "Ngày vào Đảng", "Điện thoại")
    dung, an = people_of.dung.person, people_of.an.person
    foreign = (dung.code, dung.full_name, "19/05/2010", "0912345678")
    own = (an.code, an.full_name, "19/05/2010", "0912345678")

    assert problems(files.people(own, headings=headings), actor=ward_board) == []
    assert problems(files.people(foreign, headings=headings), actor=ward_board) == [
        f"Trang “Đảng viên”, dòng 2, cột B: “{dung.full_name}” nằm ngoài phạm vi được giao cho đồng chí; hãy bỏ dòng này hoặc đề nghị cấp phụ trách nhập."
    ]


def test_only_the_system_sets_up_the_topmost_unit():
    people_of = cast.make()
    UnitClosure.objects.filter(ancestor=people_of.district).exclude(
        descendant=people_of.ward
    ).delete()
    Unit.objects.filter(pk=people_of.district.pk).update(closed_on=dt.date(2022, 1, 1))

    found = problems(files.units(("R", "Đảng bộ quận Mới", "Quận", None)), actor=people_of.board)

    assert len(found) == 1
    assert "nằm ngoài phạm vi" in found[0]


def test_facts_of_units_and_people_are_put_right_by_a_later_file():
    headings = (*files.UNIT_HEADINGS, "Lĩnh vực")
    load(files.units(*((*row, None) for row in TREE), headings=headings))
    load(
        files.people(
            (None, "Lê Thị An", "1980", "2005", "C01", "08012345", "Nam", "không"),
            headings=(*files.HEADINGS, "Số thẻ", "Giới tính", "CBCCVC"),
        )
    )

    load(files.units((*TREE[4][:2], "Chi bộ cơ sở", "Q01", "Cơ quan"), headings=headings))
    load(files.units(("P01-2", "Chi bộ Hai", "Chi bộ trực thuộc", "P01", None), headings=headings))
    plan, _ = load(
        files.people(
            ("T08012345", "Lê Thị An", "1981", "19/05/2005", "C01", "08012345", "Nữ", "có"),
            headings=(*files.HEADINGS, "Số thẻ", "Giới tính", "CBCCVC"),
        )
    )

    assert Unit.objects.get(code="C01").sector == "agency"
    # The old name began on the very day it was put right, so it never held.
    assert UnitName.objects.get(unit__code="P01-2", valid_to__isnull=True).name == "Chi bộ Hai"
    assert [(change.label, change.old, change.new) for change in plan.people[0].changes] == [
        ("Ngày sinh", "1980", "1981"),
        ("Giới tính", "nam", "nữ"),
        ("Cán bộ, công chức, viên chức", "không", "có"),
        ("Ngày vào Đảng", "01/01/2005", "19/05/2005"),
    ]
    assert PartyMember.objects.get().admitted_on == dt.date(2005, 5, 19)


@pytest.mark.parametrize("field", ["birth_year_only", "birth_on"])
def test_people_of_whom_little_is_known_are_matched_by_admission_too(field):
    headings = ("Họ và tên", "Ngày sinh", "Ngày vào Đảng", "Chi bộ")
    load(book(listed=()))
    birth = "1980" if field == "birth_year_only" else None
    row = ("Lê Thị An", birth, "03/02/2005", "P01-1")
    load(files.people(row, headings=headings))

    same = plan_of(files.people(row, headings=headings))
    other = plan_of(files.people((*row[:2], "03/02/2006", "P01-1"), headings=headings))

    assert same.is_empty
    assert other.counts()["people"]["added"] == 1


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (
            [("DV1", "Lê Thị An", "1980", "2005", "P01-1", "Bí thư", None, "01/01/2004", None)],
            "Ngày giữ chức vụ “01/01/2004” trước ngày vào Đảng (01/01/2005); hãy kiểm tra hai ngày.",
        ),
        (
            [
                ("DV8", "Lê Thị An", "1980", "2005", "P01-1", None, None, None, "08012345"),
                ("DV9", "Lê Văn Ba", "1980", "2005", "P01-1", None, None, None, "8012345"),
            ],
            "Số thẻ “08012345” đã dùng ở dòng 2; hãy sửa một trong hai dòng.",
        ),
    ],
)
def test_posts_and_cards_that_contradict_are_refused(rows, expected):
    load(book(listed=()))
    headings = (*PEOPLE_HEADINGS, "Từ ngày", "Số thẻ")

    plan = plan_of(files.people(*rows, headings=headings))

    assert [remark.message for remark in plan.problems] == [expected]


def test_a_later_post_cannot_begin_before_the_present_one():
    load(book())
    row = (*PEOPLE[0][:5], "Phó bí thư", None, "01/06/2005")

    plan = plan_of(files.people(row, headings=(*PEOPLE_HEADINGS, "Từ ngày")))

    assert [remark.finding for remark in plan.problems] == [Finding.MOVE_BEFORE_START]


@pytest.mark.parametrize(
    ("row", "finding"),
    [
        (("P01-1", "Chi bộ Khu vực 1", "Đảng bộ bộ phận", None), Finding.NO_MEMBERS_HERE),
        (("Q01", "Đảng bộ quận Mẫu", None, "P01"), Finding.CYCLE),
        (("P01-1", "Chi bộ Khu vực 1", None, "P02"), Finding.CLOSED_UNIT),
        (("P02", "Đảng bộ phường Hai", None, None), Finding.CLOSED_UNIT),
    ],
)
def test_a_tree_that_is_stored_cannot_be_bent(row, finding):
    load(book(tree=(*TREE, ("P02", "Đảng bộ phường Hai", None, "Q01"))))
    Unit.objects.filter(code="P02").update(closed_on=dt.date(2022, 7, 1))

    assert finding in {remark.finding for remark in plan_of(files.units(row)).problems}


def test_a_unit_cannot_move_before_it_came_where_it_is():
    load(book())
    headings = (*files.UNIT_HEADINGS, "Ngày chuyển")

    plan = plan_of(
        files.units(("P01-1", "Chi bộ Khu vực 1", None, "Q01", "1999"), headings=headings)
    )

    assert [remark.finding for remark in plan.problems] == [Finding.MOVE_BEFORE_START]


@pytest.mark.parametrize("apply", ["apply_plan", "apply_import"])
def test_a_row_written_meanwhile_by_another_refuses_the_whole(apply, monkeypatch):
    people_of = cast.make()
    content = files.people(("DV1", "Lê Thị Mới", "1980", "2005", "P1-1"))
    batch = preview(content, actor=people_of.board)
    plan = plan_of(content, actor=people_of.board)
    monkeypatch.setattr("tusoi.imports.operations.plan_import", lambda **_: plan)
    people.make_person("Ai Đó", code="DV1")
    upload = Upload(content, "ds.xlsx")

    given_to = {
        "apply_plan": {"plan": plan, "upload": upload, "on": TODAY},
        "apply_import": {"batch_id": batch.pk},
    }

    with pytest.raises(ChangedSincePreview):
        getattr(operations, apply)(**given_to[apply], actor=people_of.board, at=AT)

    assert not PartyMember.objects.filter(person__code="DV1").exists()


def test_a_preview_shows_units_too():
    people_of = cast.make()

    batch = preview(
        files.units(
            ("P1", "Đảng bộ phường Một", None, "Q"), ("P1-2", "Chi bộ Khu vực 2", None, "P1")
        ),
        actor=people_of.board,
    )

    rows = ImportRow.objects.filter(batch=batch, subject_kind=SubjectKind.UNIT).order_by("pk")
    assert list(rows.values_list("code", "outcome", "place")) == [
        ("P1", Outcome.UNCHANGED, "Đảng bộ quận Mẫu"),
        ("P1-2", Outcome.ADDED, "Đảng bộ phường Một"),
        ("P1-1", Outcome.GONE, "Đảng bộ phường Một"),
    ]


@pytest.mark.parametrize(
    "name", ["an", "binh", "cuc", "dung", "inspector", "administrator", "outsider"]
)
def test_nobody_else_may_import(name):
    actor = getattr(cast.make(), name)

    with pytest.raises(NotPermitted):
        preview(files.people(files.PERSON), actor=actor)

    assert not ImportBatch.objects.exists()


# -- preview, then apply -------------------------------------------------------------------------


def test_a_preview_writes_no_facts_and_shows_every_row():
    people_of = cast.make()
    before = snapshot()

    batch = preview(
        files.people(
            ("DV1", "LÊ THỊ MỚI", "1980", "2005", "P1-1"),
            (people_of.an.person.code, "Lê Thị An", None, "19/05/2010", "P1-1"),
        ),
        actor=people_of.board,
    )

    assert snapshot() == before
    assert batch.state == BatchState.PREVIEWED
    assert not batch.changes_nothing
    rows = ImportRow.objects.filter(batch=batch, subject_kind=SubjectKind.PERSON)
    assert list(rows.values_list("name", "outcome").order_by("pk")) == [
        ("Lê Thị Mới", Outcome.ADDED),
        ("Lê Thị An", Outcome.UNCHANGED),
        ("Trần Văn Bình", Outcome.GONE),
    ]
    assert batch.note_count == ImportRemark.objects.filter(batch=batch).count() == 3
    assert AuditEvent.objects.filter(action="imports.preview", object_id=str(batch.pk)).exists()


def test_apply_writes_what_was_previewed_once():
    people_of = cast.make()
    batch = preview(
        files.people(("DV1", "Lê Thị Mới", "1980", "2005", "P1-1")), actor=people_of.board
    )

    applied = operations.apply_import(batch_id=batch.pk, actor=people_of.board, at=AT)

    assert Person.objects.filter(code="DV1").exists()
    assert (applied.state, applied.applied_by, applied.content) == (
        BatchState.APPLIED,
        people_of.board,
        None,
    )
    event = AuditEvent.objects.get(action="imports.apply")
    assert (event.from_state, event.to_state) == (BatchState.PREVIEWED, BatchState.APPLIED)
    with pytest.raises(NotAwaitingConfirmation):
        operations.apply_import(batch_id=batch.pk, actor=people_of.board, at=AT)


def test_apply_refuses_when_the_database_has_changed():
    people_of = cast.make()
    batch = preview(
        files.people(("DV1", "Lê Thị Mới", "1980", "2005", "P1-1")), actor=people_of.board
    )
    people.make_person("Ai Đó", code="DV1")

    with pytest.raises(ChangedSincePreview):
        operations.apply_import(batch_id=batch.pk, actor=people_of.board, at=AT)

    assert not PartyMember.objects.filter(person__code="DV1").exists()


def test_apply_is_for_the_uploader_alone():
    people_of = cast.make()
    batch = preview(
        files.people(("DV1", "Lê Thị Mới", "1980", "2005", "P1-1")), actor=people_of.board
    )
    other = people.account(username="other_board")
    access.grant(other, RoleKey.ORGANIZATION_BOARD, people_of.district)

    with pytest.raises(NotPermitted):
        operations.apply_import(batch_id=batch.pk, actor=other, at=AT)
    with pytest.raises(NotPermitted):
        operations.discard_import(batch_id=batch.pk, actor=other, at=AT)


def test_a_file_with_problems_is_kept_for_marking_but_cannot_be_applied():
    people_of = cast.make()

    batch = preview(files.people(("DV1", "12", "x", "y", "z")), actor=people_of.board)

    assert (batch.state, batch.problem_count) == (BatchState.REFUSED, 3)
    with pytest.raises(NotAwaitingConfirmation):
        operations.apply_import(batch_id=batch.pk, actor=people_of.board, at=AT)


def test_a_discarded_upload_leaves_no_copy():
    people_of = cast.make()
    batch = preview(
        files.people(("DV1", "Lê Thị Mới", "1980", "2005", "P1-1")), actor=people_of.board
    )

    dropped = operations.discard_import(batch_id=batch.pk, actor=people_of.board, at=AT)

    assert (dropped.state, dropped.content) == (BatchState.DISCARDED, None)
    assert not ImportRow.objects.exists()
    assert not ImportRemark.objects.exists()
    assert AuditEvent.objects.filter(action="imports.discard").exists()
    with pytest.raises(NotAwaitingConfirmation):
        operations.discard_import(batch_id=batch.pk, actor=people_of.board, at=AT)


def test_what_cannot_be_opened_is_not_kept():
    people_of = cast.make()

    with pytest.raises(UnreadableFile):
        preview(b"%PDF-1.7", actor=people_of.board)

    assert not ImportBatch.objects.exists()


CODES = st.sampled_from(["DV1", "DV2", "DV3", "DV4"])
ROWS = st.lists(
    st.tuples(
        CODES,
        st.sampled_from(["Lê Thị An", "LÊ THỊ AN", "Trần Văn Bình", "H’Hen Niê", "NguyÔn V¨n An"]),
        st.sampled_from([None, "1980", "3-2-80", "03/02/1980", 29254]),
        st.sampled_from(["2005", "19/05/2005", "5/2005"]),
        st.sampled_from(["P01-1", "P01-2", "C01", "Chi bộ Phòng Kinh tế"]),
        st.sampled_from([None, "Bí thư", "PBT", "Đảng viên"]),
        st.sampled_from([None, "01/01/2022"]),
    ),
    max_size=4,
    unique_by=lambda row: row[0],
)


@pytest.mark.slow
@given(first=ROWS, second=ROWS)
@settings(
    max_examples=10,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_whatever_was_applied_changes_nothing_the_second_time(first, second):
    with transaction.atomic():
        for listed in (first, second):
            content = book(listed=listed)
            if not plan_of(content).problems:
                load(content)
                before = snapshot()
                again, _ = load(content)
                assert again.is_empty
                assert snapshot() == before
        transaction.set_rollback(True)


def test_the_factories_and_the_import_agree_on_what_founding_writes():
    units.unit(
        "Đảng bộ quận Mẫu", UnitKind.DISTRICT, code="Q01", established_on=dt.date(2022, 1, 1)
    )
    by_hand = {
        "name": UnitName.objects.values_list("name", "valid_from", "valid_to").get(),
        "closure": UnitClosure.objects.values_list("depth").get(),
        "keys": Unit.objects.values_list("sort_key", "search_key").get(),
    }
    UnitName.objects.all().delete()
    Unit.objects.all().delete()

    load(files.units(TREE[0]))

    assert by_hand == {
        "name": UnitName.objects.values_list("name", "valid_from", "valid_to").get(),
        "closure": UnitClosure.objects.values_list("depth").get(),
        "keys": Unit.objects.values_list("sort_key", "search_key").get(),
    }


# -- what is kept no longer ----------------------------------------------------------------------


@pytest.fixture
def kept_a_week(settings):
    settings.TUSOI_IMPORT_KEEP_DAYS = 7


WEEK = dt.timedelta(days=7)
A_MOMENT = dt.timedelta(seconds=1)


def _another(actor, at):
    upload = Upload(book(), "khac.xlsx")
    return operations.preview_import(upload=upload, actor=actor, at=at, on=TODAY)


@pytest.mark.usefixtures("kept_a_week")
@pytest.mark.parametrize("content", ["good", "bad"])
def test_an_upload_that_nobody_decides_about_expires_at_the_next_upload(content):
    """By whomever: what was forgotten is dropped, not only what one's own hand left."""
    seats = cast.make()
    listed = PEOPLE if content == "good" else (("DV1", "", "x", "y", "z", None, None),)
    forgotten = preview(book(tree=(), listed=listed), actor=seats.board)
    assert forgotten.rows.exists() or forgotten.remarks.exists()

    _another(system_account(), AT + WEEK)
    forgotten.refresh_from_db()
    assert forgotten.content is not None

    _another(system_account(), AT + WEEK + A_MOMENT)
    forgotten.refresh_from_db()
    assert forgotten.state == BatchState.DISCARDED
    assert forgotten.content is None
    assert forgotten.discarded_by == system_account()
    assert not forgotten.rows.exists()
    assert not forgotten.remarks.exists()
    event = AuditEvent.objects.get(action="imports.expire")
    assert (event.object_id, event.to_state) == (str(forgotten.pk), BatchState.DISCARDED)


@pytest.mark.usefixtures("kept_a_week")
def test_what_was_applied_does_not_expire():
    load(book())
    batch = preview(book(), actor=system_account())
    operations.apply_import(batch_id=batch.pk, actor=system_account(), at=AT)

    assert operations.expire_imports(actor=system_account(), at=AT + 2 * WEEK) == 0

    batch.refresh_from_db()
    assert batch.state == BatchState.APPLIED


def test_only_the_system_lets_uploads_expire():
    with pytest.raises(NotPermitted):
        operations.expire_imports(actor=cast.make().board, at=AT)


def test_whoever_waits_is_told_how_far_it_has_come():
    told = []
    upload = Upload(book(), "danh-sach.xlsx")
    plan = operations.plan_import(
        upload=upload,
        actor=system_account(),
        on=TODAY,
        progress=lambda *step: told.append(step),
    )
    operations.apply_plan(
        plan=plan,
        upload=upload,
        actor=system_account(),
        at=AT,
        on=TODAY,
        progress=lambda *step: told.append(step),
    )

    assert list(dict.fromkeys(what for what, _, _ in told)) == ["reading", "comparing", "writing"]
    assert all(0 <= done <= total for _, done, total in told)
    last = {what: (done, total) for what, done, total in told}
    assert last == {"reading": (1, 1), "comparing": (3, 3), "writing": (8, 8)}
