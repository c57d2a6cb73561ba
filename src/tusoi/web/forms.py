"""Fields that several rooms' forms use."""

import datetime as dt
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _


FIRST_YEAR: Final = 1900
LAST_YEAR: Final = 2100


def plausible_year(day: dt.date) -> None:
    """Refuse a slip of the keyboard such as the year 22 or 20222.

    Raises:
        ValidationError: the year is before 1900 or after 2100.
    """
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValidationError(
            _("Ghi năm từ %(first)s đến %(last)s.") % {"first": FIRST_YEAR, "last": LAST_YEAR},
            code="year",
        )


class DayField(forms.DateField):
    """A day as people here write it: 30/11/2022, 30-11-22; a date picker's spelling too.

    Not the browser's own date field: one that was set up in English asks for the month first.
    """

    default_validators = [plausible_year]
    default_error_messages = {"invalid": _("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 30/11/2022.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "input_formats",
            ["%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y", "%Y-%m-%d"],
        )
        options.setdefault("widget", DayInput())
        super().__init__(**options)


class DayInput(forms.DateInput):
    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        usual = {"placeholder": "dd/mm/yyyy", "inputmode": "numeric", "autocomplete": "off"}
        super().__init__(usual | (attrs or {}), format="%d/%m/%Y")

    def format_value(self, value: Any) -> Any:
        """Show a day that came with an address the way it is written here."""
        try:
            return super().format_value(dt.date.fromisoformat(value))
        except (TypeError, ValueError):
            return super().format_value(value)
