"""Fields that several rooms' forms use."""

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day as people write it (30/11/2022, 30-11-22) or as a browser's date picker sends it."""

    default_error_messages = {"invalid": _("Ghi ngày theo dạng ngày/tháng/năm, ví dụ 30/11/2022.")}

    def __init__(self, **options: Any) -> None:
        options.setdefault(
            "input_formats",
            ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y", "%d-%m-%y"],
        )
        options.setdefault("widget", DayInput())
        super().__init__(**options)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        # The only spelling that a date picker accepts, whatever the page's language.
        super().__init__(attrs, format="%Y-%m-%d")

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, dt.date) else super().format_value(value)
