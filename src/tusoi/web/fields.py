"""Form fields that pages of several rooms share."""

import datetime as dt
import re
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from tusoi.core.text import nfc
from tusoi.files.enums import ACCEPTED_EXTENSIONS
from tusoi.units.models import Unit
from tusoi.units.queries import units_for_search
from tusoi.web.forms import DayField


# Beyond this many, choosing from a list helps nobody; the code or name is typed.
MOST_SUGGESTIONS: Final = 400
# Longer than any name with its code; SQLite compares no text of any length with a pattern.
MOST_LETTERS: Final = 400
_CODE_AT_END: Final = re.compile(r"\(([^()]+)\)\s*$")


class _Suggesting(forms.TextInput):
    """A text control with a list of suggestions; works like any other without JavaScript."""

    suggestions: QuerySet[Unit] | None = None

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: Any = None,
    ) -> SafeString:
        list_id = f"list-{name}"
        control = super().render(
            name, value, {**(attrs or {}), "list": list_id, "autocomplete": "off"}, renderer
        )
        rows = self.suggestions if self.suggestions is not None else Unit.objects.none()
        options = format_html_join(
            "", '<option value="{}">', ((written(unit),) for unit in rows[:MOST_SUGGESTIONS])
        )
        return format_html('{}<datalist id="{}">{}</datalist>', control, list_id, options)


def written(unit: Unit) -> str:
    return f"{unit.name} ({unit.code})"


class UnitField(forms.CharField):
    """An organisation, chosen by its code, or by a name that only one of them bears."""

    widget = _Suggesting
    default_error_messages = {
        "none": _("Không tìm thấy tổ chức đảng này trong phạm vi được giao. Hãy nhập mã đơn vị.")
    }

    def __init__(self, *, scope: QuerySet[Unit] | None = None, **options: Any) -> None:
        self.scope = Unit.objects.none()
        super().__init__(**options)
        if scope is not None:
            self.choose_from(scope)

    def choose_from(self, scope: QuerySet[Unit]) -> None:
        """Say among which organisations the person may choose; what lies outside is not found."""
        self.scope = scope
        self.widget.suggestions = scope.order_by("sort_key", "pk")

    def to_python(self, value: Any) -> Any:
        text = nfc(super().to_python(value) or "").strip()
        if not text:
            return None
        if len(text) > MOST_LETTERS:
            raise ValidationError(self.error_messages["none"], code="none")
        code = _CODE_AT_END.search(text)
        wanted = code[1].strip() if code else text
        found = list(self.scope.filter(code__iexact=wanted)[:2])
        found = found or list(units_for_search(text, self.scope)[:2])
        if len(found) == 1:
            return found[0]
        if found:
            raise ValidationError(
                _("Có nhiều tổ chức đảng khớp với tên này. Hãy nhập mã đơn vị."), code="many"
            )
        raise ValidationError(self.error_messages["none"], code="none")

    def prepare_value(self, value: Any) -> Any:
        return written(value) if isinstance(value, Unit) else value

    def validate(self, value: Any) -> None:
        if self.required and value is None:
            raise ValidationError(self.error_messages["required"], code="required")

    def run_validators(self, value: Any) -> None:
        """Do nothing: the validators of the base class read text, and this is a unit."""


def day_from(value: str | None, *, default: dt.date) -> dt.date:
    """Read a day out of an address; what is no day, or has not come, means the default."""
    try:
        day: dt.date = DayField().clean(value or "")
    except ValidationError:
        return default
    return min(day, default)


class FilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Any number of uploads in one control; a phone offers its camera."""

    widget = FilesInput
    default_error_messages = {
        "empty": _("Tệp được chọn trống. Hãy mở thử tệp, lưu lại rồi chọn lại."),
    }

    def __init__(self, **options: Any) -> None:
        kinds = ",".join(f".{one}" for one in ACCEPTED_EXTENSIONS)
        options.setdefault("widget", FilesInput(attrs={"accept": f"image/*,{kinds}"}))
        options.setdefault("required", False)
        super().__init__(**options)

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        several = data if isinstance(data, list | tuple) else [data]
        return [super(FilesField, self).clean(one, initial) for one in several if one]
