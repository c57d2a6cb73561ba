"""What was found, in words for whoever answers for the installation."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tusoi.jobs.attacking.evidence import Finding, Report, Told


def as_data(report: Report, *, is_shown: bool) -> dict[str, Any]:
    return {
        "polls": report.polls,
        "ballots": report.ballots,
        "methods": list(report.methods),
        "above_chance": len(report.alarms),
        "traces": len(report.traces),
        "not_looked_at": list(report.blind),
        "findings": [_finding(one, is_shown=is_shown) for one in report.findings if one.found],
    }


def _finding(one: Finding, *, is_shown: bool) -> dict[str, Any]:
    data: dict[str, Any] = {
        "poll": one.poll,
        "method": one.method,
        "where": one.where,
        "told": one.told.value,
        "found": one.found,
        "of": one.of,
        "luck": float(one.luck),
        "above_chance": one.is_above_chance,
        "residual": one.is_residual,
    }
    if is_shown:
        data["links"] = {str(person): _ballot(what) for person, what in one.links.items()}
        data["order"] = [_ballot(what) for what in one.order]
    return data


def _ballot(what: bytes | str) -> str:
    return what if isinstance(what, str) else what.hex()[:16]


def as_text(report: Report, *, is_shown: bool) -> str:
    return "\n".join(_lines(report, is_shown=is_shown))


def _lines(report: Report, *, is_shown: bool) -> Iterator[str]:
    yield _("Đã thử %(methods)d cách trên %(polls)d lần bỏ phiếu, %(ballots)d phiếu.") % {
        "methods": len(report.methods),
        "polls": report.polls,
        "ballots": report.ballots,
    }
    if report.alarms:
        yield ""
        yield _("LỘ nhiều hơn đoán mò:")
        for one in report.alarms:
            yield from _said(one, is_shown=is_shown)
    if report.traces:
        yield ""
        yield _(
            "Dấu vết không đọc được phiếu nào, còn trong bản ghi thay đổi hoặc các bản sao kế "
            "tiếp nhau; vô dụng khi không có khóa và mất hẳn giá trị khi khóa đã hủy:"
        )
        for one in report.traces:
            yield from _said(one, is_shown=is_shown)
    if report.blind:
        yield ""
        yield _("Chưa xem được: %(what)s.") % {"what": ", ".join(report.blind)}
    yield ""
    yield (
        _("Có điều lộ ra; hãy giữ nguyên các bản sao và báo cho người phụ trách.")
        if report.alarms
        else _("Không có gì cho biết ai bỏ phiếu thế nào nhiều hơn đoán mò.")
    )


def _said(one: Finding, *, is_shown: bool) -> Iterator[str]:
    yield "- " + _("%(poll)s: %(what)s, %(found)d trên %(of)d (%(method)s; %(where)s)") % {
        "poll": one.poll or _("cả bản sao"),
        "what": _what(one.told),
        "found": one.found,
        "of": one.of,
        "method": one.method,
        "where": one.where or "–",
    }
    if is_shown:
        for person, what in one.links.items():
            yield f"    {person} → {_ballot(what)}"


def _what(told: Told) -> str:
    return {
        Told.VOTE: _("biết người nào bỏ phiếu thế nào"),
        Told.OPENED: _("mở được phiếu"),
        Told.LINK: _("biết phiếu kín nào của ai, chưa đọc được"),
        Told.ORDER: _("biết thứ tự hoặc thời điểm bỏ phiếu"),
        Told.KEY: _("còn khóa hoặc mã lẽ ra đã hủy"),
        Told.PLAIN: _("có điều lẽ ra không được lưu"),
    }[told]
