"""A vote with drawn codes as officers see it: practice, slips, a spoiled one, the urn, void."""

import os
import re
from pathlib import Path

import pytest

from tests.factories import ballots, meetings
from tests.journeys.conftest import press


pytestmark = pytest.mark.once


PHONE = {"viewport": {"width": 390, "height": 844}}


@pytest.fixture
def scene(transactional_db, settings):
    settings.TUSOI_CLOCK = "2022-11-25"
    return meetings.scene(more_members=5)


@pytest.fixture
def look(axe, fits):
    """Check every page on the way."""
    places = iter(range(100))
    folder = os.environ.get("SHOTS")

    def check(page):
        fits(page)
        axe(page)
        if folder:
            page.screenshot(path=Path(folder) / f"{next(places):02}.png", full_page=True)

    return check


@pytest.mark.parametrize(
    "how", [{"color_scheme": "light"}, {"color_scheme": "dark", **PHONE}], ids=["laptop", "phone"]
)
def test_a_vote_with_codes_from_practice_to_the_signature(open_browser, sign_in, scene, look, how):
    item = meetings.concluded(scene)
    ballots.tellers_for(item.meeting)
    laptop = sign_in(open_browser(**how), "binh")
    second = sign_in(open_browser(), "teller")

    home = _prepare(laptop, item.meeting, look)
    _practise(laptop, home, look)
    codes, words = _open(laptop, look)
    _hold(laptop, second, home, codes, item.meeting)
    look(laptop)
    _close_and_count(laptop, second, home, look)
    _open_the_urn(laptop, words, look)
    _sign(laptop, home, look)
    _void(laptop, second, home, look)


def _prepare(laptop, meeting, look):
    laptop.goto(f"/ballots/{meeting.public_id}/prepare/")
    look(laptop)
    laptop.get_by_label("phiếu bốc mã").check()
    press(laptop, "Lập phiếu")
    home = laptop.url
    laptop.locator("summary", has_text="chọn trong danh sách").click()
    laptop.locator("#id_choose-text").fill("Giới thiệu khen thưởng")
    laptop.locator("#id_choose-options").fill("Nguyễn Lan\nTrần Hòa\nLê Tú")
    laptop.locator("form[action$='/choose/'] button").click()
    laptop.get_by_text("Chọn nhiều nhất").first.wait_for()
    look(laptop)
    return home


def _practise(laptop, home, look):
    press(laptop, "Bỏ phiếu thử")
    look(laptop)
    laptop.goto(home)
    look(laptop)
    press(laptop, "Kết thúc bỏ phiếu thử")


def _open(laptop, look):
    boxes = laptop.locator("form[action$='/open/'] input[name=people]")
    for number in range(2):
        boxes.nth(number).check()
    press(laptop, "Mở bỏ phiếu")
    look(laptop)
    codes = [re.sub(r"\s", "", one) for one in laptop.locator(".slip-code").all_inner_texts()]
    words = laptop.locator(".slip-words").all_inner_texts()
    assert (len(codes), len(words)) == (9, 4)
    return codes, words


def _hold(laptop, second, home, codes, meeting):
    laptop.goto(home)
    press(laptop, "Tất cả đã nhận")
    laptop.locator("#spoiled-code").fill(codes[6])
    press(laptop, "Hủy mã này")
    press(laptop, "Đề nghị dùng phiếu dự phòng")
    second.goto(home)
    press(second, "Đồng ý dùng phiếu dự phòng")
    _cast(meeting, [*codes[:6], codes[7]])
    laptop.reload()
    laptop.get_by_text("Cả phòng:").wait_for()


def _close_and_count(laptop, second, home, look):
    laptop.locator("summary", has_text="Đóng bỏ phiếu").click()
    press(laptop, "Đóng bỏ phiếu")
    for page in (laptop, second):
        page.goto(home)
        for name, count in (("issued", 7), ("slips", 7), ("unused", 0)):
            page.locator(f"input[name={name}]").fill(str(count))
        look(page)
        press(page, "Ghi kết quả tôi đếm")


def _open_the_urn(laptop, words, look):
    laptop.reload()
    laptop.locator("#id_words_1").fill("sai hết cả")
    laptop.locator("#id_words_2").fill(words[1])
    press(laptop, "Mở hòm và kiểm phiếu")
    laptop.get_by_text("Còn 4 lần thử").first.wait_for()
    look(laptop)
    laptop.locator("#id_words_1").fill(words[0].upper())
    press(laptop, "Mở hòm và kiểm phiếu")
    laptop.get_by_text("Mức được đề nghị: Hoàn thành tốt nhiệm vụ.").first.wait_for()
    look(laptop)


def _sign(laptop, home, look):
    laptop.goto(f"{home}minutes/")
    look(laptop)
    laptop.goto(home)
    for signer in laptop.locator("input[name=people]").all():
        signer.check()
    press(laptop, "Ghi nhận đã ký")
    laptop.get_by_text("Đã ký:").wait_for()


def _void(laptop, second, home, look):
    laptop.locator("summary", has_text="Đề nghị hủy").click()
    laptop.locator("#void-reason").fill("Một người nói mã đã bị dùng trước.")
    press(laptop, "Đề nghị hủy, bỏ phiếu lại")
    second.goto(home)
    look(second)
    press(second, "Đồng ý hủy")
    look(second)
    press(second, "Chuẩn bị bỏ phiếu lại")
    second.get_by_text("Bỏ phiếu số 2").first.wait_for()


def _cast(meeting, codes):
    from tusoi.ballots import operations

    *levels, many = meeting.polls.get().questions.order_by("position")
    marks = {**{level.pk: ["good"] for level in levels}, many.pk: ["1"]}
    for code in codes:
        operations.cast_ballot(code=code, marks=marks)
