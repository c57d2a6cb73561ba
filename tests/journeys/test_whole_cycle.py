"""The whole cycle through the pages: directive, writing, meeting, ballot, rating, remedy.

Seven accounts in five roles: the organisation board opens, the cell's secretary and a second
member of its committee run it, An writes, the ward's officer and deciding authority finish.
"""

import pytest
from playwright.sync_api import expect

from tests.factories import access, cast, units
from tests.factories import people as persons
from tests.journeys.conftest import follow, press
from tusoi.access.enums import RoleKey
from tusoi.cycles.enums import SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.operations import rebuild_progress
from tusoi.cycles.queries import progress_of
from tusoi.remediation.models import RemediationAction
from tusoi.units.enums import Position


LONG = "Đã học tập đủ các nghị quyết, vận động gia đình và nhân dân trong khu vực chấp hành. " * 4


@pytest.fixture(autouse=True)
def _in_november(settings):
    settings.TUSOI_CLOCK = "2022-11-10"


@pytest.fixture
def people(transactional_db):
    made = cast.make()
    teller = persons.make_person("Đỗ Thị Em")
    units.membership(persons.member(teller), made.cell)
    units.post(teller, made.cell, Position.COMMITTEE_MEMBER)
    access.grant(persons.account(teller, username="teller"), RoleKey.CELL_COMMITTEE, made.cell)
    return made


@pytest.fixture
def at(open_browser, sign_in):
    """Return a function that gives each account a browser of its own, once."""
    pages = {}

    def page_of(username, path=None):
        if username not in pages:
            # Without scripts: what the cycle needs must not depend on them.
            browser = open_browser(java_script_enabled=False)
            pages[username] = sign_in(browser, username)
        page = pages[username]
        if path is not None:
            page.goto(path)
        return page

    return page_of


def _send(page):
    follow(page, page.locator("main form button[type=submit]").last)


def _done(unit, kind, step):
    cycle = ReviewCycle.objects.get()
    return progress_of(cycle, unit.pk).node.of(kind).done(step)


def _at_every_level(people, kind, step):
    return [_done(unit, kind, step) for unit in (people.cell, people.ward, people.district)]


def _fill_form(page, rows, level="good"):
    """Answer what the form requires: rows, texts, grades of every criterion, the level."""
    for row in rows:
        if not page.locator(f"main [name*='{row}-']").count():
            follow(page, page.locator(f"main button[value='add:{row}']").first)
    for name, text in (("name", "Kết nạp đảng viên"), ("planned", "5"), ("actual", "7")):
        for field in page.locator(f"main input[name*='target-'][name$='-{name}']").all():
            field.fill(text)
    for area in page.locator("main textarea").all():
        if area.is_visible() and not area.input_value():
            area.fill(LONG)
    _choose(page, "topic", "finance")
    _choose(page, "cause_kind", "subjective")
    for radio in page.locator(f"main input[type=radio][value='{level}']").all():
        radio.check()


def _choose(page, end, choice):
    for field in page.locator(f"main select[name*='shortcoming-'][name$='-{end}']").all():
        field.select_option(choice)


def _write_and_hand_in(page, rows=("shortcoming", "remedy")):
    _fill_form(page, rows)
    for action in ("complete", "submit"):
        follow(page, page.locator(f"main button[name=action][value={action}]").first)


def _count(page, good):
    page.locator("input[name=issued]").fill(str(good))
    page.locator("input[name=returned]").fill(str(good))
    for box in page.locator("fieldset[data-question] input").all():
        box.fill(str(good) if box.get_attribute("name").endswith("-good") else "0")
    press(page, "Ghi kết quả tôi đếm")


def test_a_cycle_runs_from_the_directive_to_the_remedy(people, at):
    cycle = _open(people, at)
    _acknowledge(people, at, cycle)
    own = _write_return_and_write_again(people, at)
    cell = _write_for_the_cell(people, at)
    _meet(people, at, cycle, [cell, own])
    _rate(people, at, own)
    _plan_the_remedy(people, at, cell)

    assert rebuild_progress(cycle_id=cycle.pk, check_only=True) == []
    board = at("board", f"/reports/dashboard/{cycle.public_id}/?step=decided")
    expect(board.locator("main")).to_contain_text("1/5")


def _open(people, at):
    board = at("board", "/cycles/new/")
    choice = board.locator("#rulebook-choice")
    choice.select_option(choice.locator("[value^='132-2018@']").get_attribute("value"))
    follow(board, board.locator("form", has=choice).locator("[type=submit]"))
    board.locator("main [name=name]").fill("Kiểm điểm năm 2022")
    board.locator("main [name=directive_number]").fill("01-HD/QU")
    board.locator("main [name=directive_requirements]").fill("Nghiêm túc, thực chất.")
    _send(board)
    cycle = ReviewCycle.objects.get()
    board.goto(f"/cycles/{cycle.public_id}/opening/")
    _send(board)
    cycle.refresh_from_db()
    assert cycle.opened_at is not None
    assert _at_every_level(people, SubjectKind.MEMBER, "submitted") == [0, 0, 0]
    return cycle


def _acknowledge(people, at, cycle):
    binh = at("binh", f"/cycles/{cycle.public_id}/units/{people.cell.public_id}/")
    press(binh, "Đã quán triệt")

    assert cycle.cycle_units.get(unit=people.cell).acknowledged_at is not None


def _write_return_and_write_again(people, at):
    an = at("an", "/reviews/mine/")
    press(an, "Bắt đầu viết")
    _write_and_hand_in(an)
    own = Obligation.objects.get(person=people.an_person)
    assert own.submitted_at is not None
    assert _at_every_level(people, SubjectKind.MEMBER, "submitted") == [1, 1, 1]

    review = own.review.public_id
    binh = at("binh", f"/reviews/{review}/")
    form = binh.locator(f"form[action$='/reviews/{review}/return/']")
    binh.locator("details", has=form).locator("summary").click()
    form.locator("textarea").fill("Nêu rõ kết quả so với chỉ tiêu.")
    follow(binh, form.locator("button[type=submit]"))
    assert _at_every_level(people, SubjectKind.MEMBER, "returned") == [1, 1, 1]

    an.goto(f"/reviews/{review}/write/")
    expect(an.locator("main")).to_contain_text("Nêu rõ kết quả so với chỉ tiêu.")
    an.locator("#a-personal-duties").fill("Vận động 12/12 hộ được giao. " * 10)
    _write_and_hand_in(an)
    assert _at_every_level(people, SubjectKind.MEMBER, "returned") == [0, 0, 0]
    binh.goto(f"/reviews/{review}/")
    press(binh, "Tiếp nhận")
    assert _at_every_level(people, SubjectKind.MEMBER, "accepted") == [1, 1, 1]
    return own


def _write_for_the_cell(people, at):
    binh = at("binh", "/reviews/mine/")
    cell = Obligation.objects.get(unit=people.cell, subject_kind=SubjectKind.CELL)
    follow(binh, binh.locator(f"form[action$='/dossiers/{cell.pk}/start/'] button"))
    _write_and_hand_in(binh, ("target", "shortcoming", "remedy"))
    cuc = at("cuc", f"/reviews/{cell.review.public_id}/")
    press(cuc, "Tiếp nhận")

    assert _at_every_level(people, SubjectKind.CELL, "accepted") == [1, 1, 1]
    return cell


def _meet(people, at, cycle, agenda):
    binh = at("binh", f"/meetings/plan/{cycle.public_id}/{people.cell.public_id}/")
    for box in binh.locator("main input[name^='on-']").all():
        box.set_checked(box.get_attribute("name") in {f"on-{one.pk}" for one in agenda})
    press(binh, "Lập hội nghị và triệu tập")
    meeting = cycle.meetings.get()
    home = f"/meetings/{meeting.public_id}/"
    press(binh, "Khai mạc hội nghị")
    binh.goto(f"{home}attendance/")
    press(binh, "Lưu, số còn lại có mặt")
    binh.locator("#id_chair").select_option(index=1)
    binh.locator("#id_secretary").select_option(index=2)
    follow(binh, binh.locator("form", has=binh.locator("#id_chair")).locator("[type=submit]"))
    for item in meeting.items.order_by("position"):
        binh.goto(f"{home}items/{item.pk}/")
        binh.locator("#id_conclusion").fill("Nhất trí với bản kiểm điểm.")
        press(binh, "Kết luận")
    _vote(at, binh, meeting)
    binh.goto(home)
    press(binh, "Kết thúc hội nghị")

    meeting.refresh_from_db()
    assert meeting.state == "closed"
    assert _at_every_level(people, SubjectKind.MEMBER, "reviewed") == [1, 1, 1]
    assert _at_every_level(people, SubjectKind.CELL, "reviewed") == [1, 1, 1]


def _vote(at, binh, meeting):
    """Vote on paper about everybody at once, and sign."""
    binh.goto(f"/ballots/{meeting.public_id}/prepare/")
    binh.get_by_label("phiếu giấy").check()
    press(binh, "Lập phiếu")
    for box in binh.locator("form[action$='/open/'] input[type=checkbox]").all():
        box.check()
    press(binh, "Mở bỏ phiếu")
    binh.locator("summary", has_text="Đóng bỏ phiếu").click()
    press(binh, "Đóng bỏ phiếu")
    _count(binh, 3)
    _count(at("teller", binh.url), 3)
    binh.reload()
    for signer in binh.locator("input[name=people]").all():
        signer.check()
    press(binh, "Ghi nhận đã ký")


def _rate(people, at, own):
    for username, button, step in (
        ("binh", "Đề xuất", "rated"),
        ("cuc", "Thẩm định", None),
        ("ward_authority", "Quyết định xếp loại", "decided"),
    ):
        page = at(username, f"/ratings/{own.pk}/")
        choice = page.locator("main form select[name$='level']").first
        choice.select_option("good")
        form = page.locator("main form", has=page.locator("select[name$='level']")).first
        follow(page, form.locator("button[type=submit]").last)
        assert page.locator(".alert-danger:visible").all_inner_texts() == [], button
        if step:
            assert _at_every_level(people, SubjectKind.MEMBER, step) == [1, 1, 1]
    an = at("an", f"/ratings/{own.pk}/")
    expect(an.locator("main")).to_contain_text("Hoàn thành tốt nhiệm vụ")


def _plan_the_remedy(people, at, cell):
    binh = at("binh", "/remediation/plans/start/")
    press(binh, "Lập kế hoạch")
    plan = cell.cycle.plans.get(unit=people.cell)
    action = plan.actions.get()
    binh.goto(f"/remediation/actions/{action.public_id}/edit/")
    binh.locator("main input[name=shortcomings]").check()
    binh.locator("main [name=owner][value^='unit:']").first.check()
    binh.locator("main [name=due_on]").fill("30/06/2023")
    binh.locator("main [name=measure]").fill("Thu đạt 100 % kế hoạch")
    press(binh, "Lưu")
    binh.goto(f"/remediation/plans/{plan.public_id}/")
    press(binh, "Ban hành")
    plan.refresh_from_db()
    assert plan.state == "approved"
    followed = [one.told for one in action.shortcomings.all()]
    assert followed == list(cell.review.shortcomings.all())

    form = f"form[action$='/remediation/actions/{action.public_id}/note/']"
    binh.goto(f"/remediation/actions/{action.public_id}/")
    binh.locator(f"{form} [name=text]").fill("Đã vận động được 12 hộ.")
    follow(binh, binh.locator(f"{form} [type=submit]").first)
    assert RemediationAction.objects.get(pk=action.pk).notes.count() == 1
    # The level above sees it.
    cuc = at("cuc", "/remediation/")
    expect(cuc.locator("main")).to_contain_text("Chi bộ Khu vực 1")
