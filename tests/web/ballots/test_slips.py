"""Slips come once, alike but for their code, with the code where no server sees it."""

import re

import pytest
from django.test import override_settings
from django.urls import reverse
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES
from tusoi.ballots.models import Poll
from tusoi.web.ballots.slips import picture_of, slips_for


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def scene():
    return meetings.scene(more_members=4)


def open_on_page(client, scene, poll):
    client.force_login(scene.binh)
    tellers = ballots.tellers_for(poll.meeting)
    fields = {"people": tellers, "understood": "on"}
    return client.post(reverse("ballots:open", args=[poll.pk]), fields)


def slips_in(answer):
    page = answer.content.decode()
    return re.findall(r'<section class="slip" lang="vi">.*?</section>', page, re.DOTALL)


def code_of(slip):
    return re.search(r'class="slip-code">([0-9A-Z]{5} [0-9A-Z]{5})<', slip)[1]


def test_slips_are_alike_but_for_the_code(client, scene):
    poll = ballots.prepared(scene, mode=CODES)
    slips = slips_in(open_on_page(client, scene, poll))

    poll.refresh_from_db()
    assert len(slips) == poll.voter_count + poll.spare_count
    codes = [code_of(one) for one in slips]
    assert len(set(codes)) == len(slips)
    alike = set()
    for slip, code in zip(slips, codes, strict=True):
        assert str(slips_for(poll, [code.replace(" ", "")])[0].picture) in slip
        alike.add(re.sub(r'<path d="[^"]*">', "", slip).replace(code, ""))
    assert len(alike) == 1


def test_slips_are_shown_once_and_kept_nowhere(client, scene):
    poll = ballots.prepared(scene, mode=CODES)
    answer = open_on_page(client, scene, poll)
    codes = [code_of(one) for one in slips_in(answer)]

    assert "no-store" in answer["Cache-Control"]
    again = open_on_page(client, scene, poll)
    assert again.status_code in {302, 422}
    page = client.get(reverse("ballots:poll", args=[poll.pk])).content.decode()
    for code in codes:
        for shown in (again.content.decode(), page):
            assert code not in shown
            assert code.replace(" ", "") not in shown


def test_the_sheet_has_words_for_each_holder_and_papers_in_case(client, scene):
    poll = ballots.prepared(scene, mode=CODES)
    page = open_on_page(client, scene, poll).content.decode()

    poll = Poll.objects.get(pk=poll.pk)
    assert page.count('class="slip-words"') == len(poll.key.holders)
    assert page.count('class="paper-ballot"') == poll.voter_count


def test_the_picture_holds_the_code_behind_the_fragment(scene, monkeypatch):
    drawn = []
    monkeypatch.setattr("tusoi.web.ballots.slips.picture_of", drawn.append)
    poll = ballots.prepared(scene, mode=CODES)
    slips_for(poll, ["ABCDE12345"])

    assert drawn == [f"https://phieu.example/#{poll.public_id}.ABCDE12345"]


def test_the_picture_is_the_matrix_of_the_code():
    """Drawn back square by square, it is what the library makes of the text."""
    text = "https://phieu.example/#abcdefgh2345.ABCDE12345"
    path = re.search(r'd="([^"]+)"', picture_of(text))[1]
    dark = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)h(\d+)v1H\d+z", path):
        dark |= {(int(x) + step, int(y)) for step in range(int(length))}
    code = QRCode(border=4, error_correction=ERROR_CORRECT_M)
    code.add_data(text)

    expected = {
        (x, y) for y, row in enumerate(code.get_matrix()) for x, cell in enumerate(row) if cell
    }
    assert dark == expected


def test_practice_slips_say_so(client, scene):
    poll = ballots.prepared(scene, mode=CODES)
    client.force_login(scene.binh)
    page = client.post(reverse("ballots:rehearse", args=[poll.pk])).content.decode()

    slips = re.findall(
        r'<section class="slip slip-rehearsal" lang="vi">.*?</section>', page, re.DOTALL
    )
    assert len(slips) == 3
    for slip in slips:
        assert "PHIẾU THỬ – KHÔNG TÍNH" in slip
        assert "Bỏ phiếu vào hòm" not in slip


@pytest.mark.parametrize("verb", ["open", "rehearse"])
def test_without_a_booth_no_codes_are_given_out(client, scene, verb):
    poll = ballots.prepared(scene, mode=CODES)
    client.force_login(scene.binh)
    with override_settings(TUSOI_BOOTH_ORIGIN=""):
        told = client.get(reverse("ballots:poll", args=[poll.pk])).content.decode()
        answer = client.post(reverse(f"ballots:{verb}", args=[poll.pk]))

    assert "chưa có trang bỏ phiếu bằng mã" in told
    assert answer.status_code == 422
    assert "chưa có trang bỏ phiếu bằng mã" in answer.content.decode()
    assert Poll.objects.get(pk=poll.pk).state == "prepared"


def test_papers_need_no_booth(client, scene):
    poll = ballots.prepared(scene)
    with override_settings(TUSOI_BOOTH_ORIGIN=""):
        assert open_on_page(client, scene, poll).status_code == 302
