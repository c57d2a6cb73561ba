"""Template filters and tags that every page may use; they are built in, no `{% load %}`."""

import datetime as dt
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect, Select
from django.forms.widgets import Widget
from django.templatetags.static import static
from django.utils import formats, numberformat, timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tusoi.core import clock
from tusoi.engine import Citation, Text
from tusoi.units.enums import UnitKind
from tusoi.units.models import Unit
from tusoi.web.history import action_label, state_label


register = template.Library()
Number = int | float | Decimal
NOTHING = "–"
_CELLS = frozenset({UnitKind.GRASSROOTS_CELL, UnitKind.CELL, UnitKind.CELL_GROUP})
THOUSAND_MILLION = 1_000_000_000
MILLION = 1_000_000
THOUSAND = 1_000


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of tools/icons.txt: decoration unless it is given a label."""
    address = f"{static('vendor/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>',
            label,
            address,
        )
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}"></use></svg>',
        address,
    )


@register.filter
def said(text: Text | Citation | None) -> str:
    """Write a text of a rulebook, or a place in a regulation, in the page's language."""
    return text.in_language(get_language() or "vi") if text else ""


@register.filter
def percent(done: int | None, expected: int | None) -> str:
    """Return the whole percentage, rounded down: 99.9 % is not yet done."""
    if not expected:
        return NOTHING
    return f"{(done or 0) * 100 // expected} %"


@register.filter
def ratio(done: int | None, expected: int | None) -> int:
    """Return 0 to 100 for a progress bar."""
    if not expected:
        return 0
    return min(100, (done or 0) * 100 // expected)


@register.filter
def number(value: Number | None, places: int = 2) -> str:
    """Write a number as readers of the page's language do: 1.234,5; no idle zeros."""
    if value is None or value == "":
        return NOTHING
    if type(value) is int and abs(value) < THOUSAND:
        return str(value)
    exact = Decimal(str(value))
    rounded = exact.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    plain = format(rounded, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return numberformat.format(
        plain,
        formats.get_format("DECIMAL_SEPARATOR"),
        grouping=3,
        thousand_sep=formats.get_format("THOUSAND_SEPARATOR"),
        force_grouping=True,
        use_l10n=False,
    )


@register.filter
def money(value: Number | None) -> str:
    """Write an amount in đồng the way reports do: 1,5 tỷ đồng, 250 triệu đồng."""
    if value is None or value == "":
        return NOTHING
    amount = Decimal(str(value))
    if abs(amount) >= THOUSAND_MILLION:
        return _("%(amount)s tỷ đồng") % {"amount": number(amount / THOUSAND_MILLION)}
    if abs(amount) >= MILLION:
        return _("%(amount)s triệu đồng") % {"amount": number(amount / MILLION)}
    return _("%(amount)s đồng") % {"amount": number(amount, 0)}


@register.filter
def day(value: dt.date | None) -> str:
    """Write a date as dd/mm/yyyy, whatever the language."""
    if not value:
        return NOTHING
    if isinstance(value, dt.datetime):
        value = clock.local_day(value)
    return f"{value:%d/%m/%Y}"


@register.filter
def figure(value: str) -> str:
    """Write a figure that is kept as text; what is no figure stays as it was typed."""
    try:
        return number(Decimal(value), 3)
    except InvalidOperation:
        return value


@register.filter
def letter_month(value: dt.date) -> str:
    """Write a month as letters do: a zero before the first two, where a figure could be added."""
    if isinstance(value, dt.datetime):
        value = clock.local_day(value)
    return f"{value.month:02d}" if value.month < 3 else str(value.month)  # noqa: PLR2004


@register.filter
def on_behalf(unit: Unit) -> str:
    """Return the line above a signature: for whom the secretary signs."""
    return _("T/M CHI BỘ") if unit.kind in _CELLS else _("T/M ĐẢNG ỦY")


@register.filter
def iso_day(value: str) -> str:
    """Write a date that is kept as text; what is no date stays as it was typed."""
    try:
        return day(dt.date.fromisoformat(value))
    except ValueError:
        return value


@register.filter
def moment(value: dt.datetime | None) -> str:
    """Write a moment as hh:mm dd/mm/yyyy in the installation's time zone."""
    if not value:
        return NOTHING
    return f"{timezone.localtime(value):%H:%M %d/%m/%Y}"


@register.filter
def due(value: dt.date | None) -> str:
    """Say how far a deadline is: "còn 3 ngày", "hôm nay là hạn cuối", "quá hạn 5 ngày"."""
    if not value:
        return _("chưa có hạn")
    left = days_left(value)
    if left == 0:
        return _("hôm nay là hạn cuối")
    if left > 0:
        return ngettext("còn %(count)s ngày", "còn %(count)s ngày", left) % {"count": number(left)}
    return ngettext("quá hạn %(count)s ngày", "quá hạn %(count)s ngày", -left) % {
        "count": number(-left)
    }


@register.filter
def days_left(value: dt.date) -> int:
    return (value - clock.today()).days


@register.filter
def due_badge(value: dt.date | None) -> SafeString:
    """Show a deadline with its distance, coloured and in words: colour alone tells nobody."""
    soon = 7
    if not value:
        return format_html('<span class="badge">{}</span>', due(value))
    left = days_left(value)
    tone = "bg-red-lt" if left < 0 else "bg-yellow-lt" if left <= soon else "bg-green-lt"
    return format_html('<span class="badge {}">{}</span>', tone, due(value))


@register.filter
def page_numbers(page: Page[Any]) -> Iterable[int | str]:
    return page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)


def _widget(field: BoundField) -> Widget:
    widget: Widget = field.field.widget
    return widget


@register.filter
def widget_kind(field: BoundField) -> str:
    """Say which of the three shapes of components/field.html a field takes."""
    widget = _widget(field)
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    return "check" if isinstance(widget, CheckboxInput) else "line"


@register.filter
def styled(field: BoundField) -> SafeString:
    """Draw a field's control with the classes of the style sheet added to its own."""
    widget = _widget(field)
    if isinstance(widget, CheckboxInput):
        css = "form-check-input"
    else:
        css = "form-select" if isinstance(widget, Select) else "form-control"
    own = widget.attrs.get("class", "")
    wrong = "is-invalid" if field.errors else ""
    classes = " ".join(part for part in (css, own, wrong) if part)
    return field.as_widget(attrs={"class": classes})


@register.filter
def with_class(control: str, css: str) -> SafeString:
    """Add a class to the control of one choice among several."""
    return mark_safe(str(control).replace("<input ", f'<input class="{css}" ', 1))  # noqa: S308 -- Django drew it


@register.filter
def action_words(action: str) -> str:
    """Say what a line of the log did."""
    return action_label(action)


@register.filter
def state_words(state: str, action: str) -> str:
    """Say in words from or to which state a line of the log went."""
    return state_label(state, action)
