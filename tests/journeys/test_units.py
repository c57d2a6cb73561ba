"""The organisation board walks its tree, moves a cell, and records what happened to a member."""

import pytest

from tests.factories import cast, people, units
from tests.journeys.conftest import follow, press
from tusoi.people.models import Person
from tusoi.units.models import Membership, Unit


pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


def _world():
    world = cast.make()
    for number in range(60):
        units.membership(people.member(people.make_person(f"Trần Văn Nam {number}")), world.cell)
    for model, name in ((Unit, "name"), (Person, "full_name")):
        for row in model.objects.all():
            model.objects.filter(pk=row.pk).update(**model.keys_of(getattr(row, name)))
    return world


def test_the_board_moves_a_cell_after_seeing_whose_rights_change(page, sign_in, axe):
    world = _world()
    sign_in(page, "board")

    page.goto("/units/")
    cell = page.get_by_role("link", name="Chi bộ Khu vực 1", exact=True)
    fold = page.get_by_role("link", name="Xem bên dưới Đảng bộ phường Một")
    fold.click()
    cell.wait_for()
    fold.click()
    cell.wait_for(state="hidden")
    fold.click()
    cell.wait_for()
    axe(page)
    follow(page, cell)
    axe(page)

    page.get_by_text("Thay đổi tổ chức").click()
    axe(page)
    follow(page, page.get_by_role("link", name="Chuyển cấp trên"))
    page.get_by_label("Tổ chức đảng cấp trên mới").fill("phuong hai")
    axe(page)
    press(page, "Xem trước ảnh hưởng", exact=False)
    page.get_by_text("không còn phạm vi này").first.wait_for()
    axe(page)
    press(page, "Xác nhận và ghi", exact=False)
    page.get_by_text("Đã ghi: chuyển tổ chức đảng cấp trên").wait_for()

    world.cell.refresh_from_db()
    assert world.cell.parent == world.other_ward
    follow(page, page.get_by_role("link", name="Quá trình"))
    axe(page)
    follow(page, page.get_by_role("link", name="Nhật ký"))
    axe(page)


def test_the_board_finds_a_member_and_transfers_them(page, sign_in, axe):
    world = _world()
    sign_in(page, "board")

    page.goto("/people/")
    axe(page)
    follow(page, page.get_by_role("link", name="Trang sau"))
    assert page.get_by_role("link", name="Trang trước").is_visible()
    page.get_by_label("Họ tên hoặc mã cá nhân").fill("le thi an")
    press(page, "Tìm", exact=False)
    follow(page, page.get_by_role("link", name="Lê Thị An"))
    axe(page)
    page.get_by_text("Ghi, sửa").click()
    follow(page, page.get_by_role("link", name="Chuyển sinh hoạt chính thức"))
    page.get_by_label("Đến chi bộ").fill("P2-9")
    page.get_by_role("textbox", name="Từ ngày").fill("2021-03-01")
    axe(page)
    press(page, "Lưu", exact=False)
    page.get_by_text("Đã ghi: Chuyển sinh hoạt chính thức").wait_for()

    row = Membership.objects.get(member__person=world.an_person, valid_to__isnull=True)
    assert row.unit == world.other_cell
    axe(page)


def test_the_pages_work_without_javascript_on_a_phone(open_browser, sign_in):
    world = _world()
    page = open_browser(java_script_enabled=False, viewport={"width": 360, "height": 740})
    sign_in(page, "board")

    page.goto("/units/")
    follow(page, page.get_by_role("link", name="Xem bên dưới Đảng bộ phường Một"))
    follow(page, page.get_by_role("link", name="Chi bộ Khu vực 1", exact=True))
    page.get_by_text("Thay đổi tổ chức").click()
    follow(page, page.get_by_role("link", name="Đổi tên"))
    page.get_by_label("Tên mới").fill("Chi bộ Khu vực Một")
    press(page, "Xem trước ảnh hưởng", exact=False)
    press(page, "Xác nhận và ghi", exact=False)

    page.get_by_role("heading", name="Chi bộ Khu vực Một").wait_for()
    world.cell.refresh_from_db()
    assert world.cell.name == "Chi bộ Khu vực Một"
