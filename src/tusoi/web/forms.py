"""Fields that several rooms' forms use."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class DayField(forms.DateField):
    """A day as people here write it: 30/11/2022, 30-11-22; a date picker's spelling too.

    Not the browser's own date field: one that was set up in English asks for the month first.
    """

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
