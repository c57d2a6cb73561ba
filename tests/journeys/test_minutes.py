"""A meeting without votes: from the invitation to minutes that everybody has signed."""

import pytest
from playwright.sync_api import expect

from tests.factories import meetings
from tests.journeys.conftest import follow, press
from tusoi.meetings.queries import current_minutes, verify


pytestmark = pytest.mark.once


PHONE = {"viewport": {"width": 390, "height": 800}}


@pytest.fixture
def scene(transactional_db, settings):
    settings.TUSOI_CLOCK = "2022-11-25"
    return meetings.scene(more_members=2)


def test_from_the_invitation_to_signed_minutes(open_browser, sign_in, axe, fits, scene):
    def look(page):
        fits(page)
        axe(page)

    meeting = meetings.plan(scene)
    meetings.submit(meeting)
    home = f"/meetings/{meeting.public_id}/"
    laptop = sign_in(open_browser(), "binh")
    member = sign_in(open_browser(**PHONE), "an")

    _answer(member, home, look)
    _invite(laptop, home, look)
    _begin(laptop, home, look)
    _conduct(laptop, meeting, home, look)
    _end(laptop, home, look)
    _sign(laptop, member, home, look)

    minutes = current_minutes(meeting)
    assert minutes.state == "locked"
    assert verify(minutes).is_intact
    laptop.goto(f"{home}minutes/1/verify/")
    laptop.get_by_text("đúng là nội dung đã ký").wait_for()
    look(laptop)


def _answer(member, home, look):
    member.goto(home)
    look(member)
    press(member, "Tôi sẽ dự")
    member.get_by_text("Đồng chí đã trả lời: sẽ dự").wait_for()


def _invite(laptop, home, look):
    laptop.goto(f"{home}invitations/")
    look(laptop)
    laptop.locator("#id_note").fill("Báo cáo kiểm điểm, gửi bản giấy")
    press(laptop, "Ghi đã gửi")
    laptop.goto(f"{home}invitations/print/")
    look(laptop)


def _begin(laptop, home, look):
    laptop.goto(f"{home}attendance/")
    press(laptop, "Lưu, số còn lại có mặt")
    laptop.locator("#id_chair").select_option(label="Lê Thị An")
    laptop.locator("#id_secretary").select_option(label="Trần Văn Bình")
    press(laptop, "Lưu")
    press(laptop, "Khai mạc hội nghị")
    laptop.goto(f"{home}attendance/")
    look(laptop)


def _conduct(laptop, meeting, home, look):
    laptop.goto(f"{home}conduct/")
    look(laptop)
    press(laptop, "Bắt đầu nội dung này")
    laptop.locator("[data-clock][data-running]").wait_for()
    first = laptop.locator(".conduct-title").inner_text()
    # The keys turn the agenda.
    laptop.keyboard.press("ArrowRight")
    expect(laptop.locator(".conduct-title")).not_to_have_text(first)
    laptop.keyboard.press("ArrowLeft")
    expect(laptop.locator(".conduct-title")).to_have_text(first)
    laptop.goto(f"{home}projector/")
    look(laptop)
    expect(laptop.locator(".projector-now h2")).to_have_text(first)
    for item in meeting.items.order_by("position"):
        laptop.goto(f"{home}items/{item.pk}/")
        laptop.locator("#correction-text").fill("Bổ sung nguyên nhân.")
        press(laptop, "Ghi đề nghị sửa")
        laptop.locator("#id_conclusion").fill("Nhất trí.")
        look(laptop)
        press(laptop, "Kết luận")


def _end(laptop, home, look):
    laptop.goto(f"{home}minutes/write/")
    look(laptop)
    laptop.locator("#t-opening").fill("Chi bộ chào cờ. Đồng chí {chủ trì} khai mạc.")
    expect(laptop.locator("#state")).to_contain_text("Đã lưu lúc", timeout=15_000)
    laptop.goto(home)
    press(laptop, "Kết thúc hội nghị")


def _sign(laptop, member, home, look):
    member.goto(f"{home}minutes/")
    member.get_by_text("Chi bộ chào cờ. Đồng chí Lê Thị An khai mạc.").wait_for()
    look(member)
    press(member, "Chủ trì thông qua biên bản")
    press(member, "Tôi ký biên bản này")
    laptop.goto(f"{home}minutes/")
    follow(laptop, laptop.get_by_role("link", name="Hội nghị kiểm điểm năm 2022").first)
    laptop.goto(f"{home}minutes/")
    press(laptop, "Tôi ký biên bản này")
    look(laptop)
