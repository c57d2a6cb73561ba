"""A meeting as it is held: one laptop, a second person who counts, and a member with a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.factories import ballots, meetings
from tests.journeys.conftest import follow, press


pytestmark = pytest.mark.once


PHONE = {"viewport": {"width": 360, "height": 740}}


@pytest.fixture
def scene(transactional_db, settings):
    settings.TUSOI_CLOCK = "2022-11-25"
    return meetings.scene(more_members=4)


def _count(page, **votes):
    total = sum(votes.values())
    levels = ("excellent", "good", "satisfactory", "unsatisfactory", "blank", "invalid")
    page.locator("input[name=issued]").fill(str(total))
    page.locator("input[name=returned]").fill(str(total))
    for one in levels:
        page.locator(f"input[name$='-{one}']").fill(str(votes.get(one, 0)))


@pytest.mark.parametrize("scripts", [True, False])
def test_a_meeting_from_the_summons_to_the_minutes(
    open_browser, sign_in, axe, fits, scene, scripts
):
    def look(page):
        fits(page)
        if scripts:
            axe(page)

    laptop = sign_in(open_browser(java_script_enabled=scripts), "binh")
    second = sign_in(open_browser(java_script_enabled=scripts, **PHONE), "teller")
    member = sign_in(open_browser(java_script_enabled=scripts, **PHONE), "an")

    meeting = _plan(laptop, scene, look)
    _mark(laptop, look)
    item = _discuss(laptop, look)
    _vote(laptop, second, look)
    _finish(laptop, item, meeting.items.count(), look)

    meeting.refresh_from_db()
    assert meeting.state == "closed"
    member.goto("/meetings/")
    look(member)
    follow(member, member.get_by_role("link", name="Chi bộ Khu vực 1"))
    look(member)
    assert member.get_by_role("button", name="Mở lại hội nghị").count() == 0


def _plan(laptop, scene, look):
    laptop.goto("/meetings/plan/")
    look(laptop)
    follow(laptop, laptop.get_by_role("link", name="Lập hội nghị").first)
    look(laptop)
    press(laptop, "Lập hội nghị và triệu tập")
    meeting = scene.cycle.meetings.get()
    meetings.submit(meeting)
    return meeting


def _mark(laptop, look):
    press(laptop, "Khai mạc hội nghị")
    follow(laptop, laptop.get_by_role("link", name="Điểm danh", exact=True).first)
    laptop.locator("label", has_text="Vắng có lý do").nth(2).click()
    laptop.locator(".roll-reason:visible").fill("Đi công tác")
    look(laptop)
    press(laptop, "Lưu, số còn lại có mặt")
    assert "Có mặt 5/6" in laptop.locator(".quorum").inner_text()
    laptop.locator("#id_chair").select_option(index=1)
    laptop.locator("#id_secretary").select_option(index=2)
    press(laptop, "Lưu")
    look(laptop)


def _discuss(laptop, look):
    follow(laptop, laptop.get_by_role("link", name="Thảo luận và kết luận"))
    item = laptop.url
    laptop.locator("#id_text").fill("Đề nghị làm rõ nguyên nhân.")
    # Swapped in place where there are scripts.
    laptop.get_by_role("button", name="Ghi ý kiến", exact=True).click()
    laptop.locator("#remarks .prose", has_text="Đề nghị làm rõ nguyên nhân.").wait_for()
    look(laptop)
    laptop.locator("#id_conclusion").fill("Nhất trí với bản kiểm điểm.")
    press(laptop, "Kết luận")
    return item


def _vote(laptop, second, look):
    follow(laptop, laptop.get_by_role("link", name="Bỏ phiếu kín"))
    look(laptop)
    laptop.get_by_label("phiếu giấy").check()
    press(laptop, "Lập phiếu")
    look(laptop)
    for teller in laptop.locator("input[name=people]").all()[:2]:
        teller.check()
    press(laptop, "Mở bỏ phiếu")
    look(laptop)
    laptop.locator("summary", has_text="Đóng bỏ phiếu").click()
    press(laptop, "Đóng bỏ phiếu")
    look(laptop)
    _count(laptop, excellent=1, good=4)
    press(laptop, "Ghi kết quả tôi đếm")
    second.goto(laptop.url)
    look(second)
    assert second.locator("input[name$='-good']").input_value() == ""
    _count(second, excellent=2, good=3)
    press(second, "Ghi kết quả tôi đếm")
    second.get_by_text("Hai người nhập khác nhau").wait_for()
    look(second)
    _count(second, excellent=1, good=4)
    press(second, "Ghi kết quả tôi đếm")
    second.get_by_text("Mức được đề nghị: Hoàn thành tốt nhiệm vụ.").wait_for()
    look(second)
    _sign_the_count(laptop, look)


def _sign_the_count(laptop, look):
    laptop.reload()
    follow(laptop, laptop.get_by_role("link", name="Mở biên bản để in"))
    look(laptop)
    laptop.go_back()
    for signer in laptop.locator("input[name=people]").all():
        signer.check()
    press(laptop, "Ghi nhận đã ký")
    laptop.get_by_text("Đã ký:").wait_for()
    look(laptop)


def _finish(laptop, item, item_count, look):
    laptop.goto(item)
    for _rest in range(item_count - 1):
        follow(laptop, laptop.get_by_role("link", name="Sang nội dung tiếp theo"))
        laptop.locator("#id_conclusion").fill("Nhất trí.")
        press(laptop, "Kết luận")
    laptop.goto(re.sub(r"items/.*", "", item))
    press(laptop, "Kết thúc hội nghị")
    follow(laptop, laptop.get_by_role("link", name="Biên bản").first)
    assert "Mức được đề nghị: Hoàn thành tốt nhiệm vụ." in laptop.content()
    look(laptop)


def test_the_sheet_says_while_typing_what_adds_up(open_browser, sign_in, scene):
    item = meetings.concluded(scene)
    page = sign_in(open_browser(), "binh")
    page.goto(f"/ballots/{ballots.closed(scene, item).pk}/")

    _count(page, excellent=1, good=4)
    expect(page.locator(".equations .holds")).to_have_count(1)
    page.locator("input[name$='-good']").fill("5")
    expect(page.locator(".equations .fails")).to_have_count(1)
    expect(page.locator("[data-sum]")).to_have_text("6")


@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_a_meeting_in_the_dark(open_browser, sign_in, axe, fits, scene, width):
    meeting = meetings.under_way(scene)
    size = {"width": width, "height": 800}
    page = sign_in(open_browser(color_scheme="dark", viewport=size), "binh")

    for address in ("", "attendance/", f"items/{meeting.items.first().pk}/", "summons/"):
        page.goto(f"/meetings/{meeting.public_id}/{address}")
        fits(page)
        axe(page)
