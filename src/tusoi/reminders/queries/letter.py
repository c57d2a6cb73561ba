"""The words of a reminder by e-mail: plain text, and the same as simple HTML."""

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tusoi.reminders.enums import Place
from tusoi.reminders.queries.digest import BOUND, Digest, SummaryLine
from tusoi.reminders.queries.duties import Duty


# Gives the full address of a page: its name, what stands in the address, what it is narrowed to.
Addresses = Callable[[Place, tuple[str, ...], str], str]


@dataclass(frozen=True)
class Letter:
    subject: str
    plain: str
    html: str


@dataclass(frozen=True)
class _Line:
    text: str
    more: str
    address: str


def letter_of(digest: Digest, addresses: Addresses) -> Letter:
    """Write the letter. The subject is read on locked screens and names nothing but a number."""
    subject = ngettext(
        "Tự Soi: %(count)d việc cần chú ý, ngày %(day)s",
        "Tự Soi: %(count)d việc cần chú ý, ngày %(day)s",
        digest.count,
    ) % {"count": digest.count, "day": _day(digest.on)}
    parts = [
        (title, lines)
        for title, lines in (
            (_("Quá hạn"), [_duty(one, digest.on, addresses) for one in digest.late]),
            (_("Sắp đến hạn"), [_duty(one, digest.on, addresses) for one in digest.coming]),
            (_("Các đơn vị theo dõi"), [_summary(one, addresses) for one in digest.summary]),
        )
        if lines
    ]
    choices = addresses(Place.CHOICES, (), "")
    return Letter(subject, _plain(parts, choices), _html(parts, choices))


def _duty(duty: Duty, on: dt.date, addresses: Addresses) -> _Line:
    count = f" ({duty.count})" if duty.count is not None else ""
    return _Line(
        f"{duty.title}{count}: {duty.text}",
        f"{_day(duty.due_on)}, {_distance(duty.due_on, on)}",
        addresses(duty.place, duty.keys, duty.narrowed),
    )


def _summary(line: SummaryLine, addresses: Addresses) -> _Line:
    count = _("hơn %(bound)d") % {"bound": BOUND} if line.is_beyond_bound else str(line.count)
    return _Line(f"{line.title}: {count}", "", addresses(line.place, (), line.narrowed))


def _day(day: dt.date) -> str:
    return f"{day:%d/%m/%Y}"


def _distance(due_on: dt.date, on: dt.date) -> str:
    days = (due_on - on).days
    if days == 0:
        return _("hôm nay")
    if days > 0:
        return ngettext("còn %(days)d ngày", "còn %(days)d ngày", days) % {"days": days}
    return ngettext("quá hạn %(days)d ngày", "quá hạn %(days)d ngày", -days) % {"days": -days}


def _why() -> str:
    return _("Thư này do phần mềm gửi tự động, xin đừng trả lời. Chọn hoặc tắt nhắc việc tại:")


def _plain(parts: Iterable[tuple[str, list[_Line]]], choices: str) -> str:
    text = []
    for title, lines in parts:
        text.append(title.upper())
        for line in lines:
            text.append(f"- {line.text}")
            text += [f"  {more}" for more in (line.more, line.address) if more]
        text.append("")
    return "\n".join([*text, _why(), choices, ""])


def _html(parts: Iterable[tuple[str, list[_Line]]], choices: str) -> str:
    body = SafeString("")
    for title, lines in parts:
        items = format_html_join(
            "",
            '<li><a href="{}">{}</a>{}</li>',
            (
                (line.address, line.text, format_html("<br>{}", line.more) if line.more else "")
                for line in lines
            ),
        )
        body += format_html("<h2>{}</h2><ul>{}</ul>", title, items)
    return format_html(
        '<!doctype html><html><body>{}<p>{} <a href="{}">{}</a></p></body></html>',
        body,
        _why(),
        choices,
        choices,
    )
