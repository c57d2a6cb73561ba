"""How secret a ballot is: every sentence shown, with the tests that hold it to its word.

tests/house/test_secrecy_sentences.py fails when a sentence names no test, or one that is gone.
"""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext_lazy as _
from django_stubs_ext import StrOrPromise

from tusoi.ballots.enums import PollMode
from tusoi.ballots.queries import small_body_odds


_BOOTH: Final = "tests/web/booth/test_booth.py::"
_JOURNEY: Final = "tests/journeys/test_booth.py::"
_CASTING: Final = "tests/ballots/test_casting.py::"
_COUNTING: Final = "tests/ballots/test_counting.py::"
_OPENING: Final = "tests/ballots/test_opening.py::"
_VOIDING: Final = "tests/ballots/test_voiding.py::"
_DISCLOSURE: Final = "tests/ballots/test_disclosure.py::"
_SCHEMA: Final = "tests/house/test_secrecy.py::"
_ATTACK: Final = "tests/attacks/test_attack.py::"
_TOTALS: Final = "tests/attacks/test_disclosure.py::"
_MUTANTS: Final = "tests/attacks/test_mutants.py::"
_ONCE: Final = "tests/attacks/test_once.py::"
_SLIPS: Final = "tests/web/ballots/test_slips.py::"


@dataclass(frozen=True)
class Sentence:
    """One promise, or one thing that is not promised."""

    id: str
    mode: PollMode | None
    is_protected: bool
    text: StrOrPromise
    tests: tuple[str, ...]


SENTENCES: Final = (
    Sentence(
        "no-link",
        None,
        True,
        _("Hệ thống không ghi ai chọn gì, ở bất cứ đâu; chỉ giữ tổng số phiếu của mỗi phương án."),
        (
            f"{_SCHEMA}test_nothing_in_the_schema_leads_from_a_voter_to_a_choice",
            f"{_COUNTING}test_the_urn_is_opened_by_any_two_and_only_totals_stay",
            f"{_ATTACK}test_copies_of_a_closed_poll_tell_nothing",
            f"{_TOTALS}test_after_the_count_there_is_one_total_for_the_whole_body",
        ),
    ),
    Sentence(
        "no-early-result",
        None,
        True,
        _("Trước khi đóng và kiểm phiếu xong, không ai xem được kết quả, kể cả người quản trị."),
        (
            _COUNTING + "test_nobody_not_even_the_administrator_reads_a_result_before_the_count",
            f"{_TOTALS}test_no_role_reads_a_result_before_the_count",
            f"{_TOTALS}test_totals_are_in_no_table_before_the_count",
        ),
    ),
    Sentence(
        "joined-channels",
        None,
        True,
        _("Nếu vừa có phiếu giấy vừa có phiếu mã, hai phần được cộng chung trước khi xem."),
        (f"{_COUNTING}test_papers_and_codes_are_joined_before_anybody_sees_either",),
    ),
    Sentence(
        "took-part",
        None,
        False,
        _(
            "Danh sách ghi ai có mặt và ai đã nhận phiếu, vì tổ kiểm phiếu phải đối chiếu; "
            "không ghi giờ, không ghi thứ tự nhận."
        ),
        (
            f"{_OPENING}test_ticks_are_a_sorted_set_without_a_trace",
            f"{_ATTACK}test_slips_given_out_together_leave_no_order_of_people",
        ),
    ),
    Sentence(
        "unanimous",
        None,
        False,
        _("Khi mọi người chọn giống nhau thì ai cũng biết ai chọn gì: không cách nào giấu được."),
        (f"{_DISCLOSURE}test_the_odds_are_exact",),
    ),
    Sentence(
        "paper-as-paper",
        PollMode.PAPER,
        True,
        _("Phiếu giấy kín như phiếu giấy xưa nay: hệ thống chỉ nhận tổng số do hai người đếm."),
        (
            f"{_COUNTING}test_two_equal_sheets_of_papers_are_the_count",
            f"{_SCHEMA}test_at_most_two_sheets_exist_for_a_vote",
        ),
    ),
    Sentence(
        "paper-people",
        PollMode.PAPER,
        False,
        _(
            "Phải tin tổ kiểm phiếu: nét chữ trên phiếu, chỗ ngồi viết phiếu và cách gấp phiếu là "
            "việc trong phòng họp, hệ thống không biết."
        ),
        (f"{_COUNTING}test_unequal_sheets_stay_and_tell_nothing_of_the_other",),
    ),
    Sentence(
        "slips-alike",
        PollMode.DRAWN_CODE,
        True,
        _(
            "Phiếu mã giống hệt nhau, in theo thứ tự ngẫu nhiên, gấp lại và bốc thăm; hệ thống "
            "không biết ai bốc được mã nào."
        ),
        (
            f"{_SLIPS}test_slips_are_alike_but_for_the_code",
            f"{_OPENING}test_codes_are_handed_out_once_and_kept_as_hashes_only",
            f"{_MUTANTS}test_codes_kept_in_clear_are_seen",
        ),
    ),
    Sentence(
        "nobody-asked",
        PollMode.DRAWN_CODE,
        True,
        _(
            "Trang bỏ phiếu không hỏi tên, không đăng nhập, không dùng cookie và không ghi nhật "
            "ký truy cập, kể cả khi người bỏ phiếu đang đăng nhập hệ thống trên cùng máy."
        ),
        (
            f"{_BOOTH}test_a_cookie_is_neither_read_nor_set",
            f"{_JOURNEY}test_a_vote_on_a_phone_leaves_nothing_in_the_browser",
            f"{_MUTANTS}test_a_log_of_requests_to_the_booth_is_seen",
        ),
    ),
    Sentence(
        "no-receipt",
        PollMode.DRAWN_CODE,
        True,
        _(
            "Bỏ phiếu xong không ai xem lại hay chứng minh được mình đã chọn gì; vì vậy cũng "
            "không ai đòi người khác đưa bằng chứng được."
        ),
        (f"{_BOOTH}test_after_casting_no_page_depends_on_code_or_choice",),
    ),
    Sentence(
        "same-length",
        PollMode.DRAWN_CODE,
        True,
        _("Chọn gì thì dữ liệu gửi đi và trả về cũng dài như nhau, nghe lén đường truyền vô ích."),
        (
            f"{_BOOTH}test_every_choice_sends_and_gets_the_same_length",
            f"{_CASTING}test_every_choice_makes_a_ballot_of_the_same_length",
        ),
    ),
    Sentence(
        "sealed-urn",
        PollMode.DRAWN_CODE,
        True,
        _(
            "Trong hòm, phiếu được niêm phong bằng mật mã và xếp không theo thứ tự bỏ vào. Phải "
            "có từ khóa của hai người mới mở được; một người thì không."
        ),
        (
            f"{_CASTING}test_ballots_and_codes_lie_in_an_order_that_says_nothing",
            f"{_COUNTING}test_one_holder_alone_never_opens",
            f"{_ATTACK}test_copies_of_a_poll_under_way_read_nothing",
            f"{_MUTANTS}test_an_urn_that_is_not_sorted_shows_the_order",
        ),
    ),
    Sentence(
        "no-trace",
        PollMode.DRAWN_CODE,
        True,
        _("Nhật ký của máy chủ không có mã và lựa chọn, kể cả khi máy chủ ghi chi tiết nhất."),
        (
            f"{_BOOTH}test_faults_are_told_without_what_was_sent",
            f"{_JOURNEY}test_codes_and_choices_are_in_no_log_and_no_table",
        ),
    ),
    Sentence(
        "key-destroyed",
        PollMode.DRAWN_CODE,
        True,
        _(
            "Hết thời hạn kiến nghị, khóa của hòm bị hủy: từ đó không ai mở được phiếu nữa, kể cả "
            "từ bản sao lưu làm sau đó."
        ),
        (
            f"{_VOIDING}test_the_key_is_destroyed_after_the_time_for_complaints",
            f"{_ATTACK}test_after_the_key_is_destroyed_nothing_opens",
            f"{_MUTANTS}test_a_key_that_was_not_destroyed_is_seen",
        ),
    ),
    Sentence(
        "lost-connection",
        PollMode.DRAWN_CODE,
        True,
        _("Mất mạng giữa chừng thì gửi lại bằng chính phiếu mã đó, không bị tính hai lần."),
        (
            f"{_JOURNEY}test_a_connection_lost_after_sending_is_no_second_vote",
            f"{_ONCE}test_the_same_code_fifty_times_at_once_is_one",
            f"{_ONCE}test_killed_at_every_step_a_vote_is_in_or_out",
        ),
    ),
    Sentence(
        "server-owner",
        PollMode.DRAWN_CODE,
        False,
        _(
            "Ai chiếm được toàn quyền máy chủ đúng lúc đang bỏ phiếu thì đọc được lựa chọn khi "
            "phiếu vừa đến, và có thể đối chiếu với địa chỉ mạng của điện thoại. Việc hệ trọng "
            "nhất nên bỏ phiếu giấy."
        ),
        (f"{_BOOTH}test_marks_reach_the_server_before_they_are_sealed",),
    ),
    Sentence(
        "two-holders",
        PollMode.DRAWN_CODE,
        False,
        _(
            "Hai người giữ từ khóa cùng thông đồng và có bản sao dữ liệu làm trước khi hủy khóa "
            "thì đọc được các phiếu; từ bản sao làm sau khi đóng thì không biết phiếu nào của "
            "ai. Hãy hủy tờ từ khóa khi hết thời hạn."
        ),
        (
            f"{_COUNTING}test_the_count_can_be_checked_until_the_key_is_gone",
            f"{_ATTACK}test_what_is_left_a_copy_from_the_vote_and_the_words_of_two",
        ),
    ),
    Sentence(
        "copies-during-the-vote",
        PollMode.DRAWN_CODE,
        False,
        _(
            "Ai sao chép dữ liệu liên tục ngay trong lúc bỏ phiếu, khi phát phiếu và bỏ phiếu "
            "từng người một, thì biết phiếu niêm phong nào của ai; tuy không đọc được nhưng nếu "
            "có thêm từ khóa của hai người thì đọc được. Hãy phát phiếu và đánh dấu đã nhận cho "
            "cả phòng rồi mới bỏ phiếu."
        ),
        (
            f"{_ATTACK}test_copies_of_a_poll_under_way_read_nothing",
            f"{_ATTACK}test_slips_given_out_together_leave_no_order_of_people",
        ),
    ),
    Sentence(
        "shoulder",
        PollMode.DRAWN_CODE,
        False,
        _(
            "Người ngồi cạnh có thể nhìn thấy màn hình trước khi bấm “Bỏ phiếu vào hòm”. Hãy che "
            "màn hình, hoặc dùng máy tính bảng chung sau tấm chắn."
        ),
        (f"{_JOURNEY}test_a_choice_can_be_changed_until_it_is_cast_and_is_gone_after",),
    ),
    Sentence(
        "own-slip",
        PollMode.DRAWN_CODE,
        False,
        _(
            "Ai thấy mã của người khác trước khi người đó bỏ phiếu thì bỏ thay được. Người cầm "
            "phiếu sẽ thấy ngay “Phiếu đã vào hòm” dù chưa chọn gì; khi đó phải báo tổ kiểm "
            "phiếu để hủy và bỏ phiếu lại."
        ),
        (f"{_CASTING}test_the_same_code_again_changes_nothing_whatever_is_marked",),
    ),
)
ODDS_SENTENCE: Final = Sentence(
    "small-body-odds",
    None,
    False,
    _(
        "Tập thể càng ít người, càng dễ đoán ra phiếu của nhau từ chính kết quả, dù bỏ phiếu giấy "
        "hay phiếu mã. Dưới năm người nên bỏ phiếu giấy."
    ),
    (f"{_DISCLOSURE}test_the_odds_of_small_bodies",),
)
BODIES: Final = (3, 4, 5, 7, 9, 15, 30)
_TITLES: Final = (
    ("any-mode", None, _("Dù bỏ phiếu cách nào")),
    ("drawn-code", PollMode.DRAWN_CODE, _("Phiếu bốc mã")),
    ("paper", PollMode.PAPER, _("Phiếu giấy")),
)


def secrecy_parts() -> dict[str, Any]:
    """Return what components/secrecy.html shows."""
    return {
        "secrecy_parts": [
            {
                "id": key,
                "title": title,
                "protected": _sentences(mode, is_protected=True),
                "residual": _sentences(mode, is_protected=False),
            }
            for key, mode, title in _TITLES
        ],
        "odds_sentence": ODDS_SENTENCE,
        "odds": [small_body_odds(count) for count in BODIES],
    }


def _sentences(mode: PollMode | None, *, is_protected: bool) -> list[Sentence]:
    return [one for one in SENTENCES if one.mode == mode and one.is_protected is is_protected]
