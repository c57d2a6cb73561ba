"""Slips with codes, made in the answer to the POST that opened the vote, and never again."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from qrcode import QRCode
from qrcode.constants import ERROR_CORRECT_M

from tusoi.ballots.models import Poll
from tusoi.ballots.operations import PollOpened


_QUIET: Final = 4
_ON_A_SHEET: Final = 8


@dataclass(frozen=True, repr=False)
class Slip:
    """One slip; like every other but for its code and the picture of it."""

    code: str
    picture: SafeString


def booth_refusal(poll: Poll) -> str:
    """Say why codes cannot be used here; empty where they can."""
    if not poll.has_codes or settings.TUSOI_BOOTH_ORIGIN:
        return ""
    return _(
        "Máy chủ này chưa có trang bỏ phiếu bằng mã. Hãy chọn phiếu giấy, hoặc nhờ người quản trị "
        "mở trang bỏ phiếu (tusoi serve --booth-port)."
    )


def opened_context(opened: PollOpened) -> dict[str, Any]:
    """Return what slips_print.html shows; the caller sends it at once and keeps nothing."""
    poll = opened.poll
    return {
        "sheets": sheets_of(slips_for(poll, opened.codes)),
        "spare_sheets": sheets_of(slips_for(poll, opened.spares)),
        "words": opened.words,
        "questions": poll.questions.order_by("position"),
        "papers": range(len(opened.codes)),
        "origin": settings.TUSOI_BOOTH_ORIGIN,
    }


def slips_for(poll: Poll, codes: Sequence[str]) -> list[Slip]:
    # Behind the # nothing is sent to a server: no log on the way sees the code.
    address = shared_screen_address(poll)
    return [Slip(f"{one[:5]} {one[5:]}", picture_of(address + one)) for one in codes]


def shared_screen_address(poll: Poll) -> str:
    """Return where a screen for the whole room is opened; codes typed there name this poll."""
    return f"{settings.TUSOI_BOOTH_ORIGIN}/#{poll.public_id}."


def sheets_of(slips: list[Slip]) -> list[list[Slip]]:
    """Lay slips on sheets, so that no row is cut by the end of one."""
    return [slips[start : start + _ON_A_SHEET] for start in range(0, len(slips), _ON_A_SHEET)]


def picture_of(text: str) -> SafeString:
    """Draw a QR code as part of the page: one path, one run of dark squares after another."""
    code = QRCode(border=_QUIET, error_correction=ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(
        f"M{start} {y}h{end - start}v1H{start}z"
        for y, row in enumerate(rows)
        for start, end in _runs(row)
    )
    return format_html(
        '<svg class="slip-picture" viewBox="0 0 {size} {size}" aria-hidden="true">'
        '<path d="{path}"></path></svg>',
        size=len(rows),
        path=path,
    )


def _runs(row: Sequence[bool | None]) -> list[tuple[int, int]]:
    """Return where each run of dark squares starts and where it has ended."""
    edges = [
        x
        for x, (left, right) in enumerate(zip([False, *row], [*row, False], strict=True))
        if bool(left) != bool(right)
    ]
    return list(zip(edges[::2], edges[1::2], strict=True))
