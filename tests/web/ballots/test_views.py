"""A vote through its pages: what each state offers, what is shown once, what nobody sees."""

import re

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories import ballots, meetings
from tests.factories.ballots import CODES, choose, coded, figures, yes_no
from tusoi.audit.models import AuditEvent
from tusoi.ballots.enums import PollMode, PollState, QuestionKind
from tusoi.ballots.models import Poll, PollQuestion, PollRoster, Tally, Urn
from tusoi.ballots.queries import QuestionCounts, TallyFigures


pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture(autouse=True)
def _on_the_day_of_the_meeting(settings):
    settings.TUSOI_CLOCK = "2022-11-25"


@pytest.fixture
def scene():
    return meetings.scene(more_members=4)


def text(response):
    return re.sub(r">\s+<", "><", re.sub(r"\s+", " ", response.content.decode()))


def see(client, poll, actor):
    client.force_login(actor)
    answer = client.get(reverse("ballots:poll", args=[poll.pk]))
    assert answer.status_code == 200
    return text(answer)


def post(client, name, poll, actor, *more, **data):
    client.force_login(actor)
    return client.post(reverse(f"ballots:{name}", args=[poll.pk, *more]), data)


def sheet(poll, sheet_figures):
    rows = sheet_figures.rows()
    sent = {key.replace(":", "-"): count for key, count in rows.items()}
    if not poll.has_papers:
        sent.pop("returned")
    return sent


# Preparing


def test_a_poll_is_prepared_with_the_subjects_that_wait(client, scene):
    item = meetings.concluded(scene)
    address = reverse("ballots:prepare", args=[item.meeting.public_id])
    client.force_login(scene.binh)
    shown = client.get(f"{address}?subject={item.obligation_id}")
    assert item.obligation.name in text(shown)
    assert "không lưu ai bỏ phiếu gì" in text(shown)
    assert client.get(f"{address}?subject=nonsense").status_code == 200

    assert client.post(address, {}).status_code == 422
    answer = client.post(address, {"mode": "drawn_code", "subjects": [item.obligation_id]})

    poll = Poll.objects.get()
    assert answer.url == reverse("ballots:poll", args=[poll.pk])
    assert (poll.mode, poll.questions.count()) == (CODES, 1)
    assert "Bỏ phiếu số 1: đang chuẩn bị" in text(client.get(address))


def test_a_refusal_to_prepare_is_told(client, scene):
    item = meetings.concluded(scene)
    meeting = item.meeting
    meeting.state = "planned"
    meeting.opened_at = meeting.opened_by = None
    meeting.save()
    client.force_login(scene.binh)

    answer = client.post(reverse("ballots:prepare", args=[meeting.public_id]), {"mode": "paper"})

    assert answer.status_code == 422
    assert "Chỉ bỏ phiếu khi hội nghị đang họp." in text(answer)


def test_questions_are_added_and_taken_off(client, scene):
    meeting = meetings.under_way(scene)
    meetings.submit(meeting)
    first, second = (meetings.conclude(scene, one) for one in list(meeting.items.all())[:2])
    poll = ballots.prepared(scene, first)
    binh = scene.binh

    post(client, "subject", poll, binh, subject=second.obligation_id)
    post(client, "yes_no", poll, binh, **{"yes-no-text": "Đồng ý?"})
    post(
        client,
        "choose",
        poll,
        binh,
        **{"choose-text": "Ai?", "choose-options": "Lan\nHòa\n", "choose-most": "2"},
    )

    kinds = list(poll.questions.order_by("position").values_list("kind", flat=True))
    assert kinds == ["level", "level", "yes_no", "choose"]
    shown = see(client, poll, binh)
    assert "Chọn nhiều nhất 2 trong:" in shown
    assert post(client, "yes_no", poll, binh).status_code == 422
    refused = post(
        client,
        "choose",
        poll,
        binh,
        **{"choose-text": "Ai?", "choose-options": "Lan", "choose-most": "1"},
    )
    assert refused.status_code == 422
    assert "mỗi dòng một phương án" in text(refused)
    last = poll.questions.get(kind=QuestionKind.CHOOSE)
    assert post(client, "remove", poll, binh, last.pk).status_code == 302
    assert poll.questions.count() == 3
    assert post(client, "remove", poll, binh, last.pk).status_code == 404
    assert post(client, "mode", poll, binh, mode="drawn_code").status_code == 302
    assert post(client, "mode", poll, binh, mode="by-hand").status_code == 422
    assert Poll.objects.get().mode == CODES
    answer = post(client, "discard", poll, binh)
    assert answer.url == reverse("meetings:detail", args=[meeting.public_id])
    assert not Poll.objects.exists()


def test_what_is_opened_is_not_changed(client, scene):
    poll = ballots.opened(scene).poll

    for name, data in (("yes_no", {"yes-no-text": "Muộn?"}), ("discard", {}), ("rehearse", {})):
        answer = post(client, name, poll, scene.binh, **data)
        assert answer.status_code == 422
        assert "đang bỏ phiếu nên không làm được" in text(answer)
    refused = post(client, "repeat", poll, scene.binh)
    assert refused.status_code == 422


def test_very_few_are_told_with_figures_first(client):
    scene = meetings.scene(more_members=1)
    poll = ballots.prepared(scene)
    tellers = ballots.tellers_for(poll.meeting)
    shown = see(client, poll, scene.binh)
    assert "khoảng 35 lần mọi người chọn giống nhau, và 54 lần" in shown

    refused = post(client, "open", poll, scene.binh, people=tellers)

    assert refused.status_code == 422
    assert Poll.objects.get().state == PollState.PREPARED


# Practice, opening, handing out


def test_practice_codes_are_seen_once(client, scene):
    poll = ballots.prepared(scene, mode=CODES)
    answer = post(client, "rehearse", poll, scene.binh)

    codes = re.findall(r"[0-9A-Z]{5} [0-9A-Z]{5}", text(answer))
    assert len(codes) == 3
    assert "no-store" in answer["Cache-Control"]
    shown = see(client, poll, scene.binh)
    assert "Đang bỏ phiếu thử" in shown
    assert not any(one in shown for one in codes)
    assert post(client, "end_rehearsal", poll, scene.binh).status_code == 302
    assert Poll.objects.get().state == PollState.PREPARED
    assert not Urn.objects.exists()


def test_slips_and_words_are_seen_once(client, scene):
    poll = ballots.prepared(scene, mode=CODES)
    tellers = ballots.tellers_for(poll.meeting)
    refused = post(client, "open", poll, scene.binh, people=tellers[:1])
    assert refused.status_code == 422
    assert "ít nhất hai người kiểm phiếu" in text(refused)

    answer = post(client, "open", poll, scene.binh, people=tellers)

    page = text(answer)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert len(re.findall(r"[0-9A-Z]{5} [0-9A-Z]{5}", page)) == 8
    words = re.findall(r'slip-words">([a-z ]+)<', page)
    assert len(words) == 4
    again = post(client, "open", poll, scene.binh, people=tellers)
    assert again.status_code == 422
    everything = see(client, poll, scene.binh) + text(again)
    assert not any(one in everything for one in words)
    client.force_login(scene.binh)
    assert client.get(reverse("ballots:open", args=[poll.pk])).status_code == 302


def test_ticks_are_set_and_taken_back(client, scene):
    poll = ballots.opened(scene, mode=CODES).poll
    roster = PollRoster.objects.get()
    one, two = roster.present[:2]

    assert post(client, "issue", poll, scene.binh, people=[one, two]).status_code == 302
    assert (
        post(client, "issue", poll, scene.binh, people=[two], before=[one, two]).status_code == 302
    )
    roster.refresh_from_db()
    assert roster.issued == [two]
    assert post(client, "issue", poll, scene.binh, before=[two]).status_code == 302
    roster.refresh_from_db()
    assert roster.issued == []
    post(client, "issue", poll, scene.binh, everybody="1")
    roster.refresh_from_db()
    assert roster.issued == roster.present
    assert post(client, "issue", poll, scene.binh, people=["999999"]).status_code == 422
    assert "6 phiếu đã phát" not in see(client, poll, scene.binh)
    ballots.close(scene, poll)
    assert post(client, "issue", poll, scene.binh, people=[one]).status_code == 422


def test_two_who_hand_slips_out_at_once_lose_no_tick_of_each_other(client, scene):
    poll = ballots.opened(scene, mode=CODES).poll
    roster = PollRoster.objects.get()
    one, two, three = roster.present[:3]
    post(client, "issue", poll, scene.binh, people=[one])
    page = see(client, poll, scene.teller)
    assert f'name="before" value="{one}"' in page
    assert f'name="before" value="{two}"' not in page

    post(client, "issue", poll, scene.binh, people=[two], before=[one])
    post(client, "issue", poll, scene.teller, people=[one, three], before=[one, "x", "999999"])

    roster.refresh_from_db()
    assert roster.issued == [two, three]


def test_progress_is_one_number_for_the_room(client, scene):
    made = ballots.opened(scene, mode=CODES)
    ballots.issue_all(scene, made.poll)
    for code in made.codes[:2]:
        ballots.cast(made, code, "good")
    assert "hiện khi đã có từ ba phiếu" in see(client, made.poll, scene.binh)
    ballots.cast(made, made.codes[2], "good")

    assert "<b>3</b> phiếu đã vào hòm, 6 phiếu đã phát" in see(client, made.poll, scene.binh)


def test_spoiled_slips_and_spares(client, scene):
    made = ballots.opened(scene, mode=CODES)
    poll = made.poll

    assert post(client, "spoil", poll, scene.binh, code=made.codes[0]).status_code == 302
    assert "Đã hủy 1 phiếu hỏng" in see(client, poll, scene.binh)
    assert post(client, "spoil", poll, scene.binh, code=made.codes[0]).status_code == 422
    post(client, "ask_spares", poll, scene.binh)
    assert "Đang chờ người thứ hai" in see(client, poll, scene.binh)
    assert "Đồng ý dùng phiếu dự phòng" in see(client, poll, scene.teller)
    assert post(client, "use_spares", poll, scene.binh).status_code == 422
    post(client, "use_spares", poll, scene.teller)
    assert "Phiếu dự phòng đang được dùng" in see(client, poll, scene.binh)


# Counting


def test_two_people_enter_papers_and_the_minutes_are_signed(client, scene):
    poll = ballots.opened(scene).poll
    assert post(client, "close", poll, scene.binh).status_code == 302
    poll.refresh_from_db()
    data = sheet(poll, figures(poll, 1, 4, invalid=1))
    assert post(client, "tally", poll, scene.binh, **data).status_code == 302
    assert "Đang chờ người thứ hai" in see(client, poll, scene.binh)
    minutes = reverse("ballots:minutes", args=[poll.pk])
    assert "Chưa kiểm phiếu xong" in text(client.get(minutes))
    post(client, "tally", poll, scene.teller, **data)

    shown = see(client, poll, scene.binh)
    assert "In và ký biên bản kiểm phiếu" in shown
    assert "Mức được đề nghị: Hoàn thành tốt nhiệm vụ." in shown
    page = text(client.get(minutes))
    assert "BIÊN BẢN KIỂM PHIẾU" in page
    assert "phiếu trắng 0, không hợp lệ 1" in page
    roster = PollRoster.objects.get()
    some = post(client, "sign", poll, scene.binh, people=[roster.chair])
    assert some.status_code == 422
    assert "tất cả người kiểm phiếu" in text(some)
    assert post(client, "sign", poll, scene.binh, people=["x"]).status_code == 422
    everybody = [roster.chair, *roster.tellers]
    assert post(client, "sign", poll, scene.binh, people=everybody).status_code == 302
    assert "Đã ký: " in see(client, poll, scene.binh)


def test_nobody_sees_the_figures_of_the_other_before_entering(client):
    """The marks are numbers that appear nowhere else on the page."""
    scene = meetings.scene(more_members=75)
    poll = ballots.closed(scene)
    ballots.enter(poll, scene.binh, figures(poll, 31, 37, 2, 1, invalid=3))
    secret = [f'value="{n}"' for n in (31, 37, 71, 74)] + [f">{n}<" for n in (31, 37, 71, 74)]

    for actor in (scene.teller, scene.people.cuc):
        shown = see(client, poll, actor)
        assert not any(one in shown for one in secret)
    item = poll.meeting.items.get(obligation=poll.questions.get().obligation)
    for actor in (scene.people.an, scene.people.inspector, scene.people.authority):
        client.force_login(actor)
        for address in (
            reverse("meetings:minutes", args=[poll.meeting.public_id]),
            reverse("meetings:item", args=[poll.meeting.public_id, item.pk]),
        ):
            shown = text(client.get(address))
            assert not any(one in shown for one in secret)
    assert 'value="37"' in see(client, poll, scene.binh)
    notes = AuditEvent.objects.filter(action__startswith="ballots.").values_list("note", flat=True)
    assert set(notes) == {""}


def test_differences_are_shown_to_the_two_and_typed_anew(client, scene):
    poll = ballots.closed(scene, more=[yes_no()])
    level, agreed = poll.questions.order_by("position")

    def counts(excellent):
        votes = dict.fromkeys(level.option_ids, 0) | {"excellent": excellent}
        votes["good"] = 6 - excellent
        return TallyFigures(
            6,
            6,
            counts={
                level.pk: QuestionCounts(votes),
                agreed.pk: QuestionCounts({"yes": 6, "no": 0}),
            },
        )

    post(client, "tally", poll, scene.binh, **sheet(poll, counts(1)))
    post(client, "tally", poll, scene.teller, **sheet(poll, counts(2)))

    for actor, own in ((scene.binh, 1), (scene.teller, 2)):
        shown = see(client, poll, actor)
        assert "Hai người nhập khác nhau" in shown
        assert (
            f'<td>Câu 1, Hoàn thành xuất sắc nhiệm vụ</td><td class="number">{own}</td>' in shown
        )
        assert "<td>Câu 2, Đồng ý</td>" not in shown
    third = see(client, poll, scene.people.cuc)
    assert "Hai người nhập khác nhau" not in third
    assert "đang đối chiếu" in third
    assert "Ghi kết quả tôi đếm" not in third
    post(client, "withdraw", poll, scene.binh)
    assert Tally.objects.count() == 1


def test_equations_are_told_in_words_and_what_was_typed_stays(client, scene):
    poll = ballots.closed(scene)

    wrong = post(client, "tally", poll, scene.binh, **sheet(poll, figures(poll, 4, returned=5)))
    missing = post(client, "tally", poll, scene.binh, issued="5")

    assert wrong.status_code == 422
    assert "tổng các dòng không khớp số phiếu giấy thu về" in text(wrong)
    assert 'value="4"' in text(wrong)
    assert missing.status_code == 422
    assert not Tally.objects.exists()


def test_the_urn_is_opened_by_two_and_checked_again(client, scene):
    made = coded(scene, more=[choose("a", "b")], answers=[("good", "1")] * 6)
    poll = made.poll
    assert "Mở hòm phiếu" in see(client, poll, scene.binh)

    def words(first, second, *, wrong=""):
        return {
            "holder_1": first,
            "words_1": wrong or made.words[first].words,
            "holder_2": second,
            "words_2": made.words[second].words,
        }

    assert post(client, "urn", poll, scene.binh).status_code == 422
    refused = post(client, "urn", poll, scene.binh, **words(0, 1, wrong="sen vang"))
    assert refused.status_code == 422
    assert "Còn 4 lần thử" in text(refused)
    assert post(client, "urn", poll, scene.binh, **words(0, 3)).status_code == 302
    shown = see(client, poll, scene.binh)
    assert "Mức được đề nghị: Hoàn thành tốt nhiệm vụ." in shown
    assert "Đủ số phiếu: a." in shown
    assert "thống nhất tuyệt đối" in shown
    assert post(client, "check", poll, scene.binh, **words(1, 2)).status_code == 302
    assert "Kiểm lại ra đúng kết quả" in see(client, poll, scene.binh)
    for _again in range(5):
        post(client, "check", poll, scene.binh, **words(0, 1, wrong="sai"))
    assert "Mở khóa để thử lại" in see(client, poll, scene.binh)
    assert post(client, "unlock", poll, scene.binh).status_code == 422
    assert post(client, "unlock", poll, scene.binh, reason="Đọc nhầm").status_code == 302
    assert "Mở hòm kiểm lại" in see(client, poll, scene.binh)


def test_five_wrong_tries_before_the_count(client, scene):
    made = coded(scene, answers=[("good",)] * 6)
    wrong = {"holder_1": 0, "words_1": "sai", "holder_2": 1, "words_2": "sai"}
    for _try in range(5):
        post(client, "urn", made.poll, scene.binh, **wrong)

    assert "hòm phiếu tạm khóa" in see(client, made.poll, scene.binh)


def test_papers_have_no_words(client, scene):
    poll = ballots.closed(scene)
    assert post(client, "urn", poll, scene.binh, words_1="x").status_code == 422


def test_counts_of_very_few_stay_on_paper(client):
    """K2: the page says the outcome; the counts are in the minutes that are signed."""
    scene = meetings.scene(more_members=1)
    poll = ballots.counted(scene, 0, 3)
    client.force_login(scene.binh)

    assert "thu về 3" not in see(client, poll, scene.binh)
    assert "Mức được đề nghị" in see(client, poll, scene.binh)
    assert "thu về 3" in text(client.get(reverse("ballots:minutes", args=[poll.pk])))


# Voiding


def test_voiding_takes_two_accounts_and_is_repeated(client, scene):
    poll = ballots.counted(scene, 5, issued=5)

    assert post(client, "ask_void", poll, scene.binh, reason="").status_code == 422
    assert post(client, "ask_void", poll, scene.binh, reason="Đếm sót").status_code == 302
    assert "Đồng ý hủy" not in see(client, poll, scene.binh)
    assert post(client, "void", poll, scene.binh).status_code == 422
    assert "Đồng ý hủy" in see(client, poll, scene.teller)
    assert post(client, "withdraw_void", poll, scene.teller).status_code == 302
    post(client, "ask_void", poll, scene.binh, reason="Đếm sót")
    assert post(client, "void", poll, scene.teller).status_code == 302

    assert "Lần bỏ phiếu này đã hủy: Đếm sót" in see(client, poll, scene.binh)
    again = post(client, "repeat", poll, scene.binh)
    assert again.url == reverse("ballots:poll", args=[Poll.objects.latest("pk").pk])
    assert "Sang lần bỏ phiếu lại" in see(client, poll, scene.binh)
    assert "Làm lại" in see(client, Poll.objects.latest("pk"), scene.binh)


# Paper


@pytest.mark.parametrize(
    ("mode", "papers", "expected"),
    [(PollMode.PAPER, 0, 12), (CODES, 5, 5), (CODES, 0, 0)],
)
def test_the_papers_are_as_many_as_those_who_vote_on_paper(client, mode, papers, expected):
    scene = meetings.scene(more_members=10)
    poll = ballots.opened(scene, mode=mode, paper_count=papers, more=[yes_no()]).poll
    client.force_login(scene.binh)

    shown = text(client.get(reverse("ballots:papers", args=[poll.pk])))

    assert shown.count("Không ký tên, không ghi gì khác.") == expected
    assert ("Phiếu mã đã dùng" in shown) is (mode == CODES)


def test_papers_can_be_printed_before_the_vote_is_opened(client, scene):
    poll = ballots.prepared(scene)
    client.force_login(scene.binh)
    shown = text(client.get(reverse("ballots:papers", args=[poll.pk])))
    assert shown.count("Không ký tên") == 6


def test_what_is_printed_is_in_vietnamese_whatever_the_screen_speaks(client, scene):
    poll = ballots.counted(scene, 5, issued=5)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    client.force_login(scene.binh)
    for name, heading in (("papers", "Phiếu biểu quyết"), ("minutes", "BIÊN BẢN KIỂM PHIẾU")):
        shown = text(client.get(reverse(f"ballots:{name}", args=[poll.pk])))
        assert "Print" in shown
        assert heading in shown
        assert "Hoàn thành xuất sắc nhiệm vụ" in shown
        assert "Duties fulfilled" not in shown


# Who


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("an", 404),
        ("binh", 200),
        ("cuc", 200),
        ("dung", 404),
        ("inspector", 404),
        ("authority", 404),
        ("administrator", 404),
        ("outsider", 404),
    ],
)
@pytest.mark.parametrize("name", ["poll", "papers", "minutes"])
def test_who_opens_the_pages(client, scene, who, status, name):
    """The superuser too is outside; whoever is a teller of the poll is inside."""
    poll = ballots.opened(scene).poll
    client.force_login(getattr(scene.people, who))

    assert client.get(reverse(f"ballots:{name}", args=[poll.pk])).status_code == status


WRITES = (
    *("subject", "yes_no", "choose", "mode", "discard", "rehearse", "end_rehearsal", "open"),
    *("issue", "spoil", "ask_spares", "use_spares", "close", "tally", "withdraw", "urn"),
    *("unlock", "check", "sign", "ask_void", "withdraw_void", "void", "repeat"),
)


def test_a_get_of_what_writes_leads_back(client, scene):
    poll = ballots.opened(scene, mode=CODES).poll
    client.force_login(scene.binh)
    for name in WRITES:
        answer = client.get(reverse(f"ballots:{name}", args=[poll.pk]))
        assert (name, answer.status_code) == (name, 302)
    question = PollQuestion.objects.get()
    assert client.get(reverse("ballots:remove", args=[poll.pk, question.pk])).status_code == 302
    poll.refresh_from_db()
    assert poll.state == PollState.OPEN


@pytest.mark.parametrize("more", [2, 8])
def test_the_page_costs_the_same(client, more):
    scene = meetings.scene(more_members=more)
    poll = ballots.closed(scene)
    ballots.enter(poll, scene.binh, figures(poll, 1))
    see(client, poll, scene.binh)

    with CaptureQueriesContext(connection) as statements:
        see(client, poll, scene.binh)

    assert len(statements) <= 30
