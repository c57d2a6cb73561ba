"""A rehearsal: one meeting of nine from summons to signed minutes, in both modes, with faults.

It is held in a branch of the loaded sample, by the accounts that the sample comes with.

Chair, secretary, two tellers without an office, nine who vote. Planted are: a wrong sheet of
papers, a slip that was used before its holder came, a torn slip, a server killed between two
votes, a phone that loses its connection after voting, a wrong count of the box.
"""

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.test import override_settings
from playwright.sync_api import expect

from tests.factories import access, meetings, people, units
from tests.factories.served_booth import Booth
from tests.journeys.conftest import follow, forward, mark, press, put_in, scan
from tusoi.access.enums import RoleKey
from tusoi.ballots.models import Tally, Urn
from tusoi.ballots.queries import results_of
from tusoi.cycles.models import ReviewCycle
from tusoi.meetings.queries import current_minutes, verify
from tusoi.people.models import Account, PartyMember, Person
from tusoi.sample.load import load_sample
from tusoi.units.models import Unit


MEMBERS, VOTERS = 600, 9
PHONE = {"viewport": {"width": 390, "height": 844}}
GOOD = "Hoàn thành tốt nhiệm vụ"
EXCELLENT = "Hoàn thành xuất sắc nhiệm vụ"
LEVELS = ("excellent", "good", "satisfactory", "unsatisfactory", "blank", "invalid")


@pytest.fixture
def server(tmp_path, transactional_db):
    booth = Booth(tmp_path)
    booth.start()
    yield booth
    booth.stop()


@pytest.fixture
def booth(server):
    with override_settings(TUSOI_BOOTH_ORIGIN=server.origin):
        yield server.origin


@dataclass(frozen=True)
class Scene:
    cycle: ReviewCycle
    chair: Person
    secretary: Person
    tellers: tuple[Person, ...]


@pytest.fixture
def scene(transactional_db, settings):
    """Nine of a branch of the sample: two of them hold its offices, two others count.

    A district so small gives the branch fewer members: some come from elsewhere.
    """
    settings.TUSOI_CLOCK = "2022-12-05"
    cycle = load_sample(members=MEMBERS).cycle
    cell = Unit.objects.get(code="BT-NV")
    full = PartyMember.objects.filter(memberships__unit=cell, memberships__kind="official")
    for number in range(VOTERS - full.count()):
        units.membership(people.member(people.make_person(f"Người đến {number + 1}")), cell)
    chair, secretary = (
        Account.objects.get(username=name).person for name in ("bithu.noivu", "chiuy.noivu")
    )
    here = Person.objects.filter(party_member__memberships__unit=cell, account=None)
    tellers = tuple(here.order_by("pk")[:2])
    for number, one in enumerate(tellers, start=1):
        access.grant(people.account(one, username=f"teller{number}"), RoleKey.MEMBER, cell)
    return Scene(cycle, chair, secretary, tellers)


@pytest.fixture
def shoot():
    """Keep a picture of a page, where somebody asked for that."""
    folder, places = os.environ.get("SHOTS"), iter(range(100))

    def run(page):
        if folder:
            page.screenshot(path=Path(folder) / f"r{next(places):02}.png", full_page=True)

    return run


class Room:
    """Who sits there with which machine."""

    def __init__(self, open_browser, sign_in, open_phone, shoot):
        self.secretary = sign_in(open_browser(), "chiuy.noivu")
        self.chair = sign_in(open_browser(**PHONE), "bithu.noivu")
        self.tellers = [sign_in(open_browser(**PHONE), f"teller{one}") for one in (1, 2)]
        self.open_phone = open_phone
        self.shoot = shoot


@pytest.fixture
def room(open_browser, sign_in, open_phone, shoot, scene):
    return Room(open_browser, sign_in, open_phone, shoot)


def test_a_meeting_in_both_modes_with_planted_faults(room, server, scene, axe, fits):
    meeting = _summon(room, scene)
    _gather(room, scene, meeting)
    first, second = meeting.items.order_by("position")[:2]
    _discuss(room, meeting, first)
    _vote_on_paper(room, scene, meeting, first)
    _discuss(room, meeting, second)
    void = _find_a_stolen_slip(room, scene, meeting, second)
    poll = _vote_by_code(room, server, scene, void)
    _write_and_sign(room, meeting)

    assert [one.count for one in results_of(poll)[0].votes] == [1, 7, 0, 0]
    for page in (room.secretary, room.chair):
        fits(page)
        axe(page)
    minutes = current_minutes(meeting)
    assert verify(minutes).is_intact
    assert {one.role for one in minutes.signatures.all()} == {"chair", "secretary", "teller"}
    # What comes out of a printer: the record from the top of the first sheet, nothing around it.
    room.secretary.emulate_media(media="print")
    assert room.secretary.locator("article.paper").bounding_box()["y"] < 50
    assert not room.secretary.locator(".page-header").is_visible()
    printed = room.secretary.pdf(format="A4")
    assert printed.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 2


# Before the day, and the opening


def _summon(room, scene):
    page = room.secretary
    # The sample has called one; it is put off, and called anew for everybody who is here now.
    called = scene.cycle.meetings.get(unit__code="BT-NV")
    page.goto(f"/meetings/{called.public_id}/")
    page.locator("summary", has_text="Hủy triệu tập").click()
    page.locator("#cancel-reason").fill("Chuyển sang ngày khác.")
    press(page, "Hủy triệu tập")
    page.goto("/meetings/plan/")
    follow(page, page.get_by_role("link", name="Lập hội nghị").first)
    page.locator("#id_place").fill("Nhà văn hóa khu vực 1")
    for box in page.locator("input[name^='on-']").all()[2:]:
        box.uncheck()
    press(page, "Lập hội nghị và triệu tập")
    meeting = scene.cycle.meetings.get(unit__code="BT-NV", state="planned")
    meetings.submit(meeting)
    home = f"/meetings/{meeting.public_id}/"
    room.chair.goto("/")
    follow(room.chair, room.chair.get_by_role("link", name="chưa trả lời giấy mời"))
    press(room.chair, "Tôi sẽ dự")
    page.goto(f"{home}invitations/")
    page.locator("#id_note").fill("Báo cáo kiểm điểm, gửi bản giấy")
    if page.locator("#id_late_reason").count():
        page.locator("#id_late_reason").fill("Lập hội nghị trong ngày")
    press(page, "Ghi đã gửi")
    room.shoot(page)
    return meeting


def _gather(room, scene, meeting):
    page, home = room.secretary, f"/meetings/{meeting.public_id}/"
    page.goto(f"{home}attendance/")
    press(page, "Lưu, số còn lại có mặt")
    page.locator("#id_chair").select_option(label=scene.chair.full_name)
    page.locator("#id_secretary").select_option(label=scene.secretary.full_name)
    press(page, "Lưu")
    press(page, "Khai mạc hội nghị")
    room.shoot(page)


def _discuss(room, meeting, item):
    page = room.secretary
    page.goto(f"/meetings/{meeting.public_id}/items/{item.pk}/")
    page.locator("#id_text").fill("Đề nghị làm rõ nguyên nhân.")
    page.get_by_role("button", name="Ghi ý kiến", exact=True).click()
    page.locator("#remarks .prose", has_text="làm rõ nguyên nhân").wait_for()
    page.locator("#id_conclusion").fill("Nhất trí với bản kiểm điểm.")
    press(page, "Kết luận")


# Paper


def _vote_on_paper(room, scene, meeting, item):
    page = room.secretary
    _prepare(page, meeting, item, "phiếu giấy")
    _name_tellers(page, scene)
    press(page, "Mở bỏ phiếu")
    home = page.url
    _close(page)
    one, two = room.tellers
    # A sum that is not the number of papers is refused at once, and counts for nothing.
    _enter_papers(one, home, returned=9, excellent=1, good=7)
    one.get_by_role("alert").first.wait_for()
    assert not Tally.objects.filter(poll__meeting=meeting).exists()
    # A wrong total that adds up: two who differ, and nobody reads any result.
    _enter_papers(one, home, returned=9, excellent=2, good=7)
    _enter_papers(two, home, returned=9, excellent=1, good=7, blank=1)
    two.get_by_text("Hai người nhập khác nhau").wait_for()
    room.shoot(two)
    page.reload()
    assert "Mức được đề nghị" not in page.content()
    poll = meeting.polls.get()
    assert results_of(poll) == ()
    # The other's figure is not told either: only the lines on which they differ.
    assert two.locator("#differences ~ table tbody tr").count() == 2
    # Whoever miscounted mends it, and from then on it is the count.
    _enter_papers(one, home, returned=9, excellent=1, good=7, blank=1)
    one.get_by_text(f"Mức được đề nghị: {GOOD}.").wait_for()
    page.reload()
    _sign_the_count(room)


def _prepare(page, meeting, item, mode):
    page.goto(f"/meetings/{meeting.public_id}/items/{item.pk}/")
    follow(page, page.get_by_role("link", name="Bỏ phiếu kín"))
    page.get_by_label(mode).check()
    press(page, "Lập phiếu")


def _name_tellers(page, scene):
    for one in scene.tellers:
        page.get_by_label(one.full_name).check()


def _close(page):
    page.locator("summary", has_text="Đóng bỏ phiếu").click()
    press(page, "Đóng bỏ phiếu")


def _enter_papers(page, home, *, returned, **votes):
    page.goto(home)
    page.locator("input[name=issued]").fill("9")
    page.locator("input[name=returned]").fill(str(returned))
    for one in LEVELS:
        page.locator(f"input[name$='-{one}']").fill(str(votes.get(one, 0)))
    press(page, "Ghi kết quả tôi đếm")


def _sign_the_count(room):
    page = room.secretary
    room.shoot(page)
    for signer in page.locator("input[name=people]").all():
        signer.check()
    press(page, "Ghi nhận đã ký")
    page.get_by_text("Đã ký:").wait_for()


# Drawn codes


def _find_a_stolen_slip(room, scene, meeting, item):
    """Somebody read a code before its holder voted; the holder notices, and all vote again."""
    page = room.secretary
    _prepare(page, meeting, item, "phiếu bốc mã")
    codes, _words = _open(page, scene)
    poll = meeting.polls.get(number=2)
    stolen = codes[0]
    _cast(room.open_phone(), poll, stolen, "Không hoàn thành nhiệm vụ")

    holder = room.open_phone()
    scan(holder, poll, stolen)
    holder.get_by_role("heading", name="Phiếu đã vào hòm.").wait_for()
    holder.get_by_text("mã đã bị người khác dùng").wait_for()
    assert "Không hoàn thành" not in holder.content()
    room.shoot(holder)

    _void_together(room, poll, stolen)
    # A slip of the void vote is worth nothing any more.
    late = room.open_phone()
    scan(late, poll, codes[1])
    assert late.get_by_role("button", name="Bỏ phiếu vào hòm").count() == 0
    room.shoot(late)
    page.goto(f"/ballots/{poll.pk}/")
    press(page, "Chuẩn bị bỏ phiếu lại")
    return poll


def _void_together(room, poll, stolen):
    """Its ballot cannot be taken out, for nobody knows which it is: two people void the vote."""
    page = room.secretary
    home = f"/ballots/{poll.pk}/"
    page.goto(home)
    page.locator("#spoiled-code").fill(stolen)
    press(page, "Hủy mã này")
    page.get_by_text("hãy hủy, bỏ phiếu lại").first.wait_for()
    room.shoot(page)
    page.locator("summary", has_text="Đề nghị hủy").click()
    page.locator("#void-reason").fill("Một phiếu mã đã bị người khác dùng trước.")
    press(page, "Đề nghị hủy, bỏ phiếu lại")
    assert page.get_by_role("button", name="Đồng ý hủy").count() == 0
    teller = room.tellers[0]
    teller.goto(home)
    press(teller, "Đồng ý hủy")
    assert not Urn.objects.filter(poll=poll).exists()


def _open(page, scene):
    _name_tellers(page, scene)
    press(page, "Mở bỏ phiếu")
    codes = [re.sub(r"\s", "", one) for one in page.locator(".slip-code").all_inner_texts()]
    words = page.locator(".slip-words").all_inner_texts()
    follow(page, page.get_by_role("link", name="Đã in xong, phát phiếu"))
    press(page, "Tất cả đã nhận")
    return codes, words


def _cast(phone, poll, code, title=GOOD):
    scan(phone, poll, code)
    mark(phone, title)
    forward(phone)
    put_in(phone)


def _vote_by_code(room, server, scene, void):
    page = room.secretary
    codes, words = _open(page, scene)
    poll = void.repeated_by.get()
    home = page.url

    def count():
        return Urn.objects.get(poll=poll).ballot_count

    _replace_a_torn_slip(room, home, torn=codes[8])
    # Four on the tablet behind the screen, one after the other.
    tablet = room.open_phone(viewport={"width": 800, "height": 1100})
    tablet.goto("/")
    for code in codes[:4]:
        tablet.locator("#code").fill(code)
        follow(tablet, tablet.get_by_role("button", name="Mở phiếu"))
        mark(tablet, GOOD)
        forward(tablet)
        put_in(tablet)
        follow(tablet, tablet.get_by_role("link", name="Người tiếp theo"))
    _kill_the_server(room, server, poll, codes[4], count)
    _lose_the_answer(room, poll, codes[5], count)
    _cast(room.open_phone(), poll, codes[6])
    _cast(room.open_phone(), poll, codes[7], EXCELLENT)
    # The spare slip in place of the torn one; whose question is left blank.
    _cast(room.open_phone(), poll, codes[9], "Để trống câu này")
    assert count() == 9

    page.goto(home)
    _close(page)
    _count_the_box(room, home)
    page.goto(home)
    for number in (1, 2):
        page.locator(f"#id_words_{number}").fill(words[number - 1])
    press(page, "Mở hòm và kiểm phiếu")
    page.get_by_text(f"Mức được đề nghị: {GOOD}.").first.wait_for()
    _sign_the_count(room)
    poll.refresh_from_db()
    return poll


def _replace_a_torn_slip(room, home, *, torn):
    """Two people let a spare be drawn for a slip that nobody used."""
    page, teller = room.secretary, room.tellers[1]
    page.locator("#spoiled-code").fill(torn)
    press(page, "Hủy mã này")
    press(page, "Đề nghị dùng phiếu dự phòng")
    teller.goto(home)
    press(teller, "Đồng ý dùng phiếu dự phòng")


def _kill_the_server(room, server, poll, code, count):
    """A vote sent while nobody serves is not in; sent again it is in once."""
    phone = room.open_phone()
    scan(phone, poll, code)
    mark(phone, GOOD)
    forward(phone)
    server.kill()
    phone.get_by_role("button", name="Bỏ phiếu vào hòm").click()
    phone.get_by_text("Mất kết nối").wait_for()
    room.shoot(phone)
    assert count() == 4
    server.start()
    assert count() == 4
    put_in(phone)
    assert count() == 5


def _lose_the_answer(room, poll, code, count):
    """The vote arrives and its answer does not: the slip says on another phone that it is in."""
    phone = room.open_phone()
    scan(phone, poll, code)
    mark(phone, GOOD)
    forward(phone)

    def lose(route):
        route.fetch()
        route.abort("connectionreset")

    phone.route("**/cast/", lose)
    phone.get_by_role("button", name="Bỏ phiếu vào hòm").click()
    phone.get_by_text("Mất kết nối").wait_for()
    assert count() == 6
    other = room.open_phone()
    scan(other, poll, code)
    other.get_by_role("heading", name="Phiếu đã vào hòm.").wait_for()
    phone.unroute("**/cast/")
    put_in(phone)
    assert count() == 6


def _count_the_box(room, home):
    """One counts eight slips of nine: the urn stays shut until both say the same."""
    one, two = room.tellers
    for page, slips in ((one, 8), (two, 9), (one, 9)):
        page.goto(home)
        for name, number in (("issued", 9), ("slips", slips), ("unused", 0)):
            page.locator(f"input[name={name}]").fill(str(number))
        press(page, "Ghi kết quả tôi đếm")
        is_agreed = page is one and slips == 9
        expect(page.locator("#id_words_1")).to_have_count(int(is_agreed))


# The record


def _write_and_sign(room, meeting):
    page, home = room.secretary, f"/meetings/{meeting.public_id}/"
    page.goto(f"{home}minutes/write/")
    page.locator("#t-closing").fill("Hội nghị kết thúc, biên bản đã được đọc lại.")
    expect(page.locator("#state")).to_contain_text("Đã lưu lúc", timeout=15_000)
    page.goto(home)
    press(page, "Kết thúc hội nghị")
    chair = room.chair
    chair.goto(f"{home}minutes/")
    said = chair.locator("article.paper").inner_text()
    for words in (
        "phiếu giấy",
        "phiếu bốc mã",
        "đã hủy, không có giá trị",
        "Một phiếu mã đã bị người khác dùng trước.",
        "Hội nghị đã bỏ phiếu lại: lần 3.",
        "biên bản đã được đọc lại",
    ):
        assert words in said
    room.shoot(chair)
    press(chair, "Chủ trì thông qua biên bản")
    for signer in (chair, page, *room.tellers):
        signer.goto(f"{home}minutes/")
        press(signer, "Tôi ký biên bản này")
    page.goto(f"{home}minutes/")
    page.get_by_text("Mã kiểm tra SHA-256").first.wait_for()
    room.shoot(page)
