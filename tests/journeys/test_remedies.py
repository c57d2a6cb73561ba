"""What fell short is followed until it is put right: owner, secretary, superior and inspector.

The owner works on a phone, the secretary without scripts, the others on a desktop.
"""

import pytest
from playwright.sync_api import expect

from tests.factories import access, cast, cycles
from tests.factories.remediation import PLANNED, action, analyzed, plan, told
from tests.journeys.conftest import follow, press
from tusoi.access.enums import RoleKey
from tusoi.people.models import Account
from tusoi.remediation import operations
from tusoi.remediation.enums import ActionState, ShortcomingState
from tusoi.remediation.models import FollowedShortcoming, RemediationAction
from tusoi.reviews.enums import Topic


PHONE = {"width": 390, "height": 844}
PNG = {
    "name": "thu.png",
    "mimeType": "image/png",
    "buffer": bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000"
        "000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
    ),
}


@pytest.fixture(autouse=True)
def _in_december(settings):
    settings.TUSOI_CLOCK = "2022-12-05"


@pytest.fixture
def people(transactional_db):
    made = cast.make()
    # A second hand at the same plan.
    access.grant(Account.objects.get(username="cuc"), RoleKey.CELL_COMMITTEE, made.cell)
    return made


@pytest.fixture
def cycle(people):
    return cycles.cycle(people.district)


@pytest.fixture
def at(open_browser, sign_in):
    """Return a function that opens a page as somebody, each in a browser of their own."""
    pages = {}

    def page_of(username, path=None, **options):
        if username not in pages:
            pages[username] = sign_in(open_browser(**options), username)
        if path is not None:
            pages[username].goto(path)
        return pages[username]

    return page_of


def _unfold(page, title):
    page.locator("summary", has_text=title).first.click()


def test_a_shortcoming_is_followed_to_its_end_and_begins_anew_where_it_did_not_help(
    people, cycle, at, fits
):
    fund, cover = told(
        cycle, people.cell, "Thu Quỹ đạt 74%", "Bao phủ bảo hiểm y tế 30%", topic=Topic.OTHER
    )
    plan(cycle, people.cell)
    for one in (fund, cover):
        _plan_the_action(people, at, one)
        _work_on_it(at, fits, one)
    _judge(at, fund, "có hiệu quả", ShortcomingState.EFFECT_CHECKED)
    inspector = at("inspector")
    press(inspector, "Kết thúc theo dõi")
    fund.refresh_from_db()
    assert fund.state == ShortcomingState.CLOSED

    _judge(at, cover, "chưa hiệu quả", ShortcomingState.NOT_EFFECTIVE)
    binh = at("binh", f"/remediation/shortcomings/{cover.public_id}/")
    expect(binh.locator(".next-step")).to_contain_text("việc trước chưa hiệu quả")
    follow(binh, binh.get_by_role("link", name="Thêm việc khắc phục"))
    binh.locator("main [name=text]").fill("Vận động từng hộ")
    press(binh, "Lưu")
    cover.refresh_from_db()
    assert (cover.attempt, cover.state) == (2, ShortcomingState.ACTION_PLANNED)
    # The superior sees both where they stand.
    board = at("board", "/remediation/overview/")
    expect(board.locator("table.heat")).to_contain_text("Đảng bộ phường Một")
    follow(board, board.get_by_role("link", name="tất cả hạn chế đã ghi"))
    expect(board.locator("main table")).to_contain_text("Thu Quỹ đạt 74%")


def _plan_the_action(people, at, one):
    binh = at("binh", f"/remediation/shortcomings/{one.public_id}/", java_script_enabled=False)
    assert binh.locator("main [name=topic]").input_value() in {"finance", "society"}
    binh.get_by_label("chủ quan").check()
    binh.locator("main [name=cause_class]").select_option("supervision")
    binh.locator("main [name=cause]").fill("Chưa đôn đốc từng hộ")
    press(binh, "Ghi nội dung và nguyên nhân")
    follow(binh, binh.get_by_role("link", name="Thêm việc khắc phục"))
    binh.locator("main [name=text]").fill("Đôn đốc từng hộ")
    binh.locator(f"main [name=owner][value='person:{people.an_person.pk}']").check()
    binh.locator("main [name=due_on]").fill("31/03/2023")
    binh.locator("main [name=measure]").fill("Đạt 100%")
    press(binh, "Lưu")
    one.refresh_from_db()
    assert one.state == ShortcomingState.ACTION_PLANNED


def _work_on_it(at, fits, one):
    an = at("an", "/remediation/mine/", viewport=PHONE)
    fits(an)
    todo = RemediationAction.objects.get(shortcomings=one)
    card = an.locator(f"[id='{todo.public_id}']")
    card.locator("summary", has_text="Cập nhật").click()
    card.locator("[name=text]").fill("Đã thu xong cả khu vực")
    card.locator("[name=reached_value]").fill("100")
    card.locator("[name=evidence]").set_input_files(PNG)
    follow(an, card.get_by_role("button", name="Báo đã làm xong"))
    todo.refresh_from_db()
    assert todo.state == ActionState.DONE
    assert todo.notes.get().files.count() == 1


def _judge(at, one, verdict, state):
    inspector = at("inspector", f"/remediation/shortcomings/{one.public_id}/")
    inspector.get_by_label(verdict, exact=True).check()
    inspector.locator("main [name=grounds]").fill("Đã xem biên lai và hỏi các hộ")
    press(inspector, "Ghi kết luận về hiệu quả")
    one.refresh_from_db()
    assert one.state == state


def test_more_time_is_asked_for_on_the_phone_and_given_by_the_secretary(people, cycle, at):
    todo = _one_action(people, cycle)
    an = at("an", f"/remediation/actions/{todo.public_id}/", viewport=PHONE)
    _unfold(an, "Đề nghị gia hạn")
    an.locator("[name=until]").fill("30/04/2023")
    an.locator("details[open] [name=reason]").fill("Mưa lũ kéo dài")
    press(an, "Đề nghị gia hạn")

    binh = at("binh", f"/remediation/actions/{todo.public_id}/")
    expect(binh.locator("main")).to_contain_text("Mưa lũ kéo dài")
    _unfold(binh, "Cho gia hạn")
    press(binh, "Cho gia hạn")

    todo.refresh_from_db()
    assert f"{todo.due_on:%d/%m/%Y}" == "30/04/2023"


def test_two_people_edit_one_plan_and_lose_nothing(people, cycle, at):
    todo = _one_action(people, cycle)
    address = f"/remediation/actions/{todo.public_id}/edit/"
    binh, cuc = at("binh", address), at("cuc", address)
    binh.locator("main [name=text]").fill("Bản của anh Bình")
    cuc.locator("main [name=text]").fill("Bản của chị Cúc")
    press(cuc, "Lưu")
    press(binh, "Lưu")

    expect(binh.locator("main")).to_contain_text("Bản của chị Cúc")
    assert binh.locator("main [name=text]").input_value() == "Bản của anh Bình"
    todo.refresh_from_db()
    assert todo.text == "Bản của chị Cúc"
    binh.goto(f"/remediation/actions/{todo.public_id}/")
    expect(binh.locator("main")).to_contain_text("Bản của anh Bình")
    press(binh, "Giữ bản hiện tại")
    expect(binh.locator("main")).not_to_contain_text("Bản của anh Bình")
    todo.refresh_from_db()
    assert todo.text == "Bản của chị Cúc"


def _one_action(people, cycle):
    (one,) = told(cycle, people.cell, "Thu Quỹ đạt 74%", topic=Topic.FINANCE)
    drafted = plan(cycle, people.cell)
    analyzed(one)
    made = action(drafted, one, owner_person_id=people.an_person.pk)
    operations.note_progress(action_id=made.pk, text="Đã họp dân", actor=people.an, at=PLANNED)
    assert FollowedShortcoming.objects.get().state == ShortcomingState.IN_HAND
    return made
