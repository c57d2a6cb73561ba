"""Typing totals: what each of the two sees, and what nobody sees."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import ballots, meetings
from tests.factories.ballots import LEVELS, figures
from tusoi.audit.models import AuditEvent
from tusoi.ballots.enums import RoundState
from tusoi.ballots.models import BallotRound


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _on_the_day_of_the_meeting(settings):
    settings.TUSOI_CLOCK = "2022-11-25"


def sheet(sheet_figures):
    return {
        "issued": sheet_figures.issued_count,
        "returned": sheet_figures.returned_count,
        "valid": sheet_figures.valid_count,
        "invalid": sheet_figures.invalid_count,
        **{f"level-{one}": sheet_figures.votes[one] for one in LEVELS},
    }


def text(response):
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", response.content.decode()))


def page(client, made, actor):
    client.force_login(actor)
    return client.get(reverse("ballots:round", args=[made.pk]))


def enter(client, made, actor, data):
    client.force_login(actor)
    return client.post(reverse("ballots:round", args=[made.pk]), data)


def act(client, name, made, actor, **data):
    client.force_login(actor)
    return client.post(reverse(f"ballots:{name}", args=[made.pk]), data)


def test_calling_a_vote(client):
    scene = meetings.scene(more_members=3)
    item = meetings.concluded(scene)
    address = reverse("ballots:open", args=[item.meeting.public_id, item.obligation_id])
    client.force_login(scene.binh)
    shown = text(client.get(address))
    assert "không lưu ai bỏ phiếu gì" in shown
    assert "Dưới 5 người bỏ phiếu" not in shown

    answer = client.post(address)

    made = BallotRound.objects.get()
    assert answer.url == reverse("ballots:round", args=[made.pk])
    again = client.post(address)
    assert again.status_code == 422
    assert "đã có một lần bỏ phiếu" in text(again)


def test_a_vote_of_very_few_is_called_only_after_the_warning(client):
    scene = meetings.scene()
    item = meetings.concluded(scene)
    address = reverse("ballots:open", args=[item.meeting.public_id, item.obligation_id])
    client.force_login(scene.binh)

    refused = client.post(address)

    assert refused.status_code == 422
    assert "có thể suy ra từng người chọn gì" in text(refused)
    assert not BallotRound.objects.exists()
    assert client.post(address, {"understood": "on"}).status_code == 302
    assert BallotRound.objects.get().voter_count == 2


def test_two_people_enter_and_the_result_appears(client):
    scene = meetings.scene(more_members=4)
    made = ballots.open_round(scene)
    data = sheet(figures(1, 4, invalid=1))

    assert enter(client, made, scene.binh, data).status_code == 302
    first = text(page(client, made, scene.binh))
    assert "Đang chờ người thứ hai" in first
    waiting = text(page(client, made, scene.teller))
    assert "không hỏi người kia" in waiting
    enter(client, made, scene.teller, data)

    made.refresh_from_db()
    assert made.state == RoundState.RECONCILED
    shown = text(page(client, made, scene.teller))
    assert "Kết quả đã khớp" in shown
    assert "Mức được đề nghị: Hoàn thành tốt nhiệm vụ." in shown


def test_nobody_sees_the_figures_of_the_other_before_entering(client):
    """The marks are numbers that appear nowhere else on the page."""
    scene = meetings.scene(more_members=75)
    made = ballots.open_round(scene)
    marks = figures(31, 37, 2, 1, invalid=3)
    enter(client, made, scene.binh, sheet(marks))
    secret = [f'value="{n}"' for n in (31, 37, 71, 74)] + [f">{n}<" for n in (31, 37, 71, 74)]

    for actor in (scene.teller, scene.people.cuc):
        shown = text(page(client, made, actor))
        assert not any(one in shown for one in secret)
    for actor in (scene.people.an, scene.people.inspector, scene.people.authority):
        client.force_login(actor)
        for address in (
            reverse("meetings:minutes", args=[made.meeting.public_id]),
            reverse(
                "meetings:item",
                args=[
                    made.meeting.public_id,
                    made.meeting.items.get(obligation=made.obligation_id).pk,
                ],
            ),
        ):
            shown = text(client.get(address))
            assert not any(one in shown for one in secret)
    own = text(page(client, made, scene.binh))
    assert 'value="37"' in own
    notes = AuditEvent.objects.filter(action__startswith="ballots.").values_list("note", flat=True)
    assert set(notes) == {""}


def test_differences_are_shown_to_the_two_and_typed_anew(client):
    scene = meetings.scene(more_members=3)
    made = ballots.open_round(scene)
    enter(client, made, scene.binh, sheet(figures(1, 4)))
    enter(client, made, scene.teller, sheet(figures(2, 3)))

    for actor, own in ((scene.binh, 1), (scene.teller, 2)):
        shown = text(page(client, made, actor))
        assert "Hai người nhập khác nhau" in shown
        assert re.search(
            r"<td>Hoàn thành xuất sắc nhiệm vụ</td>"
            rf'\s*<td class="number">{own}</td>\s*</tr>',
            shown,
        )
        assert "<td>Phiếu phát ra</td>" not in shown
    third = text(page(client, made, scene.people.cuc))
    assert "Hai người nhập khác nhau" not in third
    assert "đang đối chiếu" in third
    assert "Ghi kết quả tôi đếm" not in third
    refused = enter(client, made, scene.people.cuc, sheet(figures(2, 3)))
    assert refused.status_code == 422

    enter(client, made, scene.binh, sheet(figures(2, 3)))
    made.refresh_from_db()
    assert made.state == RoundState.RECONCILED


def test_equations_are_told_in_words_and_what_was_typed_stays(client):
    scene = meetings.scene(more_members=3)
    made = ballots.open_round(scene)

    wrong = enter(client, made, scene.binh, sheet(figures(4, valid=5, returned=5)))
    missing = enter(client, made, scene.binh, {"issued": "5"})

    assert wrong.status_code == 422
    assert "Tổng số phiếu của các mức phải bằng số phiếu hợp lệ." in text(wrong)
    assert 'value="4"' in text(wrong)
    assert missing.status_code == 422
    assert not made.tallies.exists()


def test_voiding_takes_two_accounts(client):
    scene = meetings.scene(more_members=3)
    made = ballots.reconciled(scene, figures(5))

    assert act(client, "ask_void", made, scene.binh, reason="").status_code == 422
    assert act(client, "ask_void", made, scene.binh, reason="Đếm sót").status_code == 302
    assert "Đồng ý hủy" not in text(page(client, made, scene.binh))
    assert act(client, "void", made, scene.binh).status_code == 422
    assert "Đồng ý hủy" in text(page(client, made, scene.teller))
    assert act(client, "withdraw_void", made, scene.teller).status_code == 302
    act(client, "ask_void", made, scene.binh, reason="Đếm sót")
    assert act(client, "void", made, scene.teller).status_code == 302

    made.refresh_from_db()
    assert made.state == RoundState.VOID
    assert "Lần bỏ phiếu này đã hủy: Đếm sót" in text(page(client, made, scene.binh))


def test_withdrawing_gives_the_place_up(client):
    scene = meetings.scene(more_members=3)
    made = ballots.open_round(scene)
    ballots.enter(made, scene.binh, figures(5))

    client.force_login(scene.binh)
    assert client.get(reverse("ballots:withdraw", args=[made.pk])).status_code == 302
    assert made.tallies.count() == 1
    assert act(client, "withdraw", made, scene.binh).status_code == 302
    assert not made.tallies.exists()


def test_the_papers_are_as_many_as_the_voters(client):
    scene = meetings.scene(more_members=3)
    made = ballots.open_round(scene)
    client.force_login(scene.binh)

    shown = text(client.get(reverse("ballots:sheet", args=[made.pk])))

    assert shown.count("Đánh dấu một ô") == 5
    assert "Phiếu không hợp lệ" in shown


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("an", 403),
        ("binh", 200),
        ("cuc", 200),
        ("dung", 404),
        ("inspector", 403),
        ("authority", 403),
        ("administrator", 403),
        ("outsider", 403),
    ],
)
@pytest.mark.parametrize("name", ["round", "sheet", "open"])
def test_who_opens_the_pages(client, who, status, name):
    scene = meetings.scene()
    item = meetings.concluded(scene)
    args = [item.meeting.public_id, item.obligation_id]
    if name != "open":
        args = [ballots.open_round(scene, item).pk]
    client.force_login(getattr(scene.people, who))

    assert client.get(reverse(f"ballots:{name}", args=args)).status_code == status


@pytest.mark.parametrize("more", [1, 3])
def test_the_page_costs_the_same(client, more):
    scene = meetings.scene(more_members=more)
    made = ballots.open_round(scene)
    ballots.enter(made, scene.binh, figures(1))
    page(client, made, scene.binh)

    with CaptureQueriesContext(connection) as statements:
        page(client, made, scene.binh)

    assert len(statements) <= 20
