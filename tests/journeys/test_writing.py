"""Writing in a real browser: what is typed stays, on a broken line and in a second tab."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.factories import cast, cycles, reviews
from tests.journeys.conftest import follow
from tusoi.reviews import operations
from tusoi.reviews.enums import RowKind
from tusoi.reviews.models import SelfReview


pytestmark = pytest.mark.once


DUTIES = "#a-personal-duties"
DIRECTION = "#a-personal-direction"
PATIENCE = 15_000


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.TUSOI_CLOCK = "2022-11-10"


@pytest.fixture
def people(transactional_db):
    return cast.make()


@pytest.fixture
def review(people):
    cycle = cycles.cycle(people.district)
    return reviews.started(reviews.obligation_of(people, cycle), people.an)


@pytest.fixture
def writing(page, sign_in, review):
    sign_in(page, "an")
    page.goto(f"/reviews/{review.public_id}/write/")
    return page


def _saved(page):
    expect(page.locator("#state")).to_have_text(re.compile("Đã lưu lúc"), timeout=PATIENCE)


def _stored(review, question="personal-duties"):
    answer = review.answers.filter(question_id=question).first()
    return answer.text if answer else ""


def test_typing_is_saved_without_a_button(writing, review, axe):
    writing.locator(DUTIES).fill("Hoàn thành 15/15 chỉ tiêu.")
    expect(writing.locator("#state")).to_have_text("Đang viết…")
    writing.locator("#g-member-discipline-good").check()

    _saved(writing)

    assert _stored(review) == "Hoàn thành 15/15 chỉ tiêu."
    assert review.grades.get().grade_id == "good"
    expect(writing.locator('[data-words="a-personal-duties"]')).to_have_text("5 từ")
    axe(writing)


def test_control_s_and_leaving_save_at_once(writing, review):
    writing.locator(DUTIES).fill("Bằng phím")
    writing.keyboard.press("Control+s")
    expect(writing.locator("#state")).to_have_text(re.compile("Đã lưu lúc"), timeout=2000)
    assert _stored(review) == "Bằng phím"

    writing.locator(DUTIES).fill("Trước khi đi")
    writing.goto("/reviews/mine/")

    deadline = time.monotonic() + PATIENCE / 1000
    while _stored(review) != "Trước khi đi" and time.monotonic() < deadline:
        writing.wait_for_timeout(100)
    assert _stored(review) == "Trước khi đi"


def test_nothing_is_lost_on_a_broken_line(writing, review):
    address = f"**/reviews/{review.public_id}/write/"
    writing.route(address, lambda route: route.abort())
    writing.locator(DUTIES).fill("Viết khi mất mạng")
    expect(writing.locator("#state")).to_have_text(
        re.compile("đang giữ bản trên máy này"), timeout=PATIENCE
    )
    assert _stored(review) == ""
    writing.goto("/reviews/mine/")

    writing.unroute(address)
    writing.goto(f"/reviews/{review.public_id}/write/")

    expect(writing.locator(DUTIES)).to_have_value("Viết khi mất mạng")
    expect(writing.locator("#kept-here")).to_be_visible()
    _saved(writing)
    assert _stored(review) == "Viết khi mất mạng"
    writing.reload()
    expect(writing.locator("#kept-here")).to_be_hidden()
    # The line was broken on purpose.
    writing.faults.clear()


def test_two_tabs_show_both_texts_and_the_author_joins_them(writing, review):
    other = writing.context.new_page()
    other.faults = []
    other.goto(f"/reviews/{review.public_id}/write/")
    writing.locator(DUTIES).fill("Bản ở tab một")
    _saved(writing)

    other.locator(DUTIES).fill("Bản ở tab hai")

    panel = other.locator('[data-conflicts="a-personal-duties"]')
    expect(panel).to_contain_text("Bản ở tab một", timeout=PATIENCE)
    expect(panel).to_contain_text("Bản ở tab hai")
    expect(panel).to_contain_text("Lê Thị An")
    assert _stored(review) == "Bản ở tab một"
    other.locator(DUTIES).fill("Bản ở tab hai, viết thêm")
    panel.get_by_role("button", name="Ghép cả hai bản").click()

    expect(other.locator(DUTIES)).to_have_value(
        "Bản ở tab một\n\nBản ở tab hai, viết thêm", timeout=PATIENCE
    )
    expect(panel).to_be_empty()
    other.locator(DUTIES).fill("Bản cuối cùng")
    _saved(other)
    assert _stored(review) == "Bản cuối cùng"


def test_rows_are_added_filled_and_taken_back(writing, review):
    question = writing.locator("#q-personal-shortcomings")
    writing.locator(DIRECTION).fill("Chưa kịp lưu")
    question.get_by_role("button", name="Thêm hạn chế").click()
    expect(question.locator(".row-card")).to_have_count(1, timeout=PATIENCE)
    assert _stored(review, "personal-direction") == "Chưa kịp lưu"

    question.locator("textarea").first.fill("Thu Quỹ phòng, chống thiên tai đạt 74 %")
    _saved(writing)
    assert review.shortcomings.get().nature == "Thu Quỹ phòng, chống thiên tai đạt 74 %"
    question.get_by_role("button", name="Xóa dòng 1").click()
    expect(question.locator(".row-card")).to_have_count(0, timeout=PATIENCE)
    question.get_by_role("button", name=re.compile("Lấy lại dòng")).click()

    expect(question.locator("textarea").first).to_have_value(
        "Thu Quỹ phòng, chống thiên tai đạt 74 %", timeout=PATIENCE
    )


def test_a_percentage_appears_while_typing(page, sign_in, people, axe):
    cycle = cycles.cycle(people.district)
    review = reviews.started(cycles.obligation(cycle, people.cell), people.binh)
    row = operations.add_row(
        review_id=review.pk, kind=RowKind.TARGET, actor=people.binh, at=reviews.at(11)
    )
    sign_in(page, "binh")
    page.goto(f"/reviews/{review.public_id}/write/")
    name = f"r-target-{row.pk}"

    page.locator(f"#{name}-name").fill("Thu Quỹ")
    page.locator(f"#{name}-planned").fill("1.000")
    page.locator(f"#{name}-actual").fill("bảy trăm")
    error = page.locator(f'[data-error="{name}-actual"]')
    expect(error).to_contain_text("Hãy ghi bằng số", timeout=PATIENCE)
    page.locator(f"#{name}-actual").fill("740")

    expect(page.locator(f'[data-percent="{name}"]')).to_have_text("74 %", timeout=PATIENCE)
    expect(error).to_be_hidden()
    axe(page)


def test_a_telephone_is_wide_enough(open_browser, sign_in, review, axe, fits):
    page = open_browser(viewport={"width": 360, "height": 740}, has_touch=True)
    sign_in(page, "an")
    own = f"/reviews/{review.public_id}/"
    for address in ("/reviews/mine/", own, f"{own}history/", f"{own}write/"):
        page.goto(address)
        fits(page)
        axe(page)
    page.locator(DUTIES).fill("Viết trên điện thoại")
    _saved(page)
    assert _stored(review) == "Viết trên điện thoại"


def test_without_javascript_the_button_saves(open_browser, sign_in, review):
    page = sign_in(open_browser(java_script_enabled=False), "an")
    page.goto(f"/reviews/{review.public_id}/write/")
    page.locator(DUTIES).fill("Không cần JavaScript")

    follow(page, page.locator(".writing-bar").get_by_role("button", name="Lưu"))

    expect(page.locator(DUTIES)).to_have_value("Không cần JavaScript")
    assert _stored(review) == "Không cần JavaScript"


def test_written_handed_in_and_read(writing, review, people, axe):
    reviews.filled(review, people.an)
    writing.reload()
    writing.locator(DIRECTION).fill("Câu cuối trước khi nộp")

    writing.get_by_role("button", name="Nộp").click()

    expect(writing.locator(".printed")).to_contain_text("Câu cuối trước khi nộp", timeout=PATIENCE)
    assert SelfReview.objects.get().state == "submitted"
    axe(writing)
    writing.get_by_role("button", name="Rút lại để sửa").click()
    expect(writing.locator(DIRECTION)).to_have_value("Câu cuối trước khi nộp", timeout=PATIENCE)
