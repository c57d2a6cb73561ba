"""What arrives from the pages of this room: shapes and types only."""

import datetime as dt
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise

from tusoi.cycles.enums import SubjectKind
from tusoi.reviews.enums import CommentSource, ReviewState, RowKind
from tusoi.reviews.operations import Draft, RowEdit, TextEdit
from tusoi.reviews.queries.rows import FIELDS, MODELS, Base
from tusoi.web.forms import DayField, plausible_year
from tusoi.web.http import whole_number


ANSWER: Final = "a-"
RESPONSE: Final = "p-"
GRADE: Final = "g-"
ROW: Final = "r-"
BASE: Final = "b-"
LEVEL: Final = "level"
_THOUSANDS: Final = re.compile(r"\d{1,3}(\.\d{3})+(,\d+)?")
_PLAIN: Final = re.compile(r"-?\d{1,15}([.,]\d{1,6})?")
_ROW_NAME: Final = re.compile(r"r-([a-z]+)-(\d{1,18})-([a-z_]+)")


@dataclass(frozen=True)
class Column:
    """One field of a row on the screen."""

    name: str
    label: StrOrPromise
    shape: str
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    max_length: int | None = None
    # The digits that a number may have before the comma.
    most_digits: int | None = None
    # Nothing is chosen for whoever has not chosen.
    may_be_empty: bool = False

    @property
    def hint(self) -> str:
        if self.name == "stated_percent":
            return _("Chỉ ghi khi nguồn chỉ nêu tỷ lệ.")
        return ""

    @property
    def width(self) -> str:
        """Return the columns it takes on a wide screen; on a telephone most take the whole."""
        by_name = {
            "cause": "col-md-8",
            "name": "col-md-8",
            "cause_kind": "col-md-4",
            # Several names.
            "answerable": "col-12",
        }
        by_shape = {
            "number": "col-6 col-md-3",
            "count": "col-6 col-md-3",
            "date": "col-6 col-md-3",
            "choice": "col-12 col-sm-6 col-md-4",
            "line": "col-md-4",
            "reference": "col-md-8",
        }
        if self.name.endswith("_responsibility"):
            return "col-md-6"
        return by_name.get(self.name) or by_shape.get(self.shape, "col-12")


@dataclass
class Arrived:
    """A save as it came: what could be read, and what could not, by field name."""

    draft: Draft
    errors: dict[str, str] = field(default_factory=dict)
    typed: dict[str, str] = field(default_factory=dict)


def columns_of(kind: RowKind) -> tuple[Column, ...]:
    return tuple(_column(MODELS[kind], name) for name in FIELDS[kind])


def _column(model: type[models.Model], name: str) -> Column:
    stored = model._meta.get_field(name)
    assert isinstance(stored, models.Field)
    return Column(
        name=name,
        label=stored.verbose_name,
        shape=_shape(stored),
        choices=tuple(stored.choices or ()),  # type: ignore[arg-type]  # ours are flat
        max_length=stored.max_length,
        most_digits=_most_digits(stored),
        may_be_empty=stored.blank,
    )


def _most_digits(stored: "models.Field[Any, Any]") -> int | None:
    if not isinstance(stored, models.DecimalField):
        return None
    return int(stored.max_digits or 0) - int(stored.decimal_places or 0)


def _shape(stored: "models.Field[Any, Any]") -> str:
    shapes: tuple[tuple[type[Any], str], ...] = (
        (models.ForeignKey, "reference"),
        (models.DecimalField, "number"),
        (models.IntegerField, "count"),
        (models.DateField, "date"),
        (models.TextField, "text"),
    )
    if stored.choices:
        return "choice"
    return next((shape for kind, shape in shapes if isinstance(stored, kind)), "line")


SHAPES: Final[Mapping[RowKind, Mapping[str, Column]]] = {
    kind: {column.name: column for column in columns_of(kind)} for kind in MODELS
}


def read_draft(post: QueryDict, *, dates: Collection[str] = ()) -> Arrived:
    """Read the fields of the writing page, all of them or the few that were touched.

    Answers to the questions in `dates` are kept as days where they are days; a head may also
    say "1975".
    """
    arrived = Arrived(Draft())
    arrived.draft = Draft(
        answers=[
            TextEdit(one, _day(str(text)) if one in dates else str(text), _base(post, name))
            for name, text in post.items()
            if name.startswith(ANSWER) and (one := name.removeprefix(ANSWER))
        ],
        rows=[*_responses(post), *_rows(post, arrived)],
        grades={
            name.removeprefix(GRADE): str(grade)
            for name, grade in post.items()
            if name.startswith(GRADE)
        },
        level=str(post[LEVEL]) if LEVEL in post else None,
    )
    return arrived


def _day(text: str) -> str:
    try:
        return read_date(text.strip()).isoformat()
    except forms.ValidationError:
        return text


def _base(post: QueryDict, name: str) -> Base:
    return Base.parse(str(post.get(f"{BASE}{name}", "")))


def _responses(post: QueryDict) -> Iterator[RowEdit]:
    for name, text in post.items():
        prompt_id = whole_number(name.removeprefix(RESPONSE))
        if name.startswith(RESPONSE) and prompt_id is not None:
            values = {"text": str(text)}
            yield RowEdit(RowKind.RESPONSE, prompt_id, values, _base(post, name))


def _rows(post: QueryDict, arrived: Arrived) -> list[RowEdit]:
    found: dict[tuple[RowKind, int], dict[str, Any]] = {}
    for name, raw in post.items():
        match = _ROW_NAME.fullmatch(name)
        if match is None or match[1] not in RowKind.values:
            continue
        kind = RowKind(match[1])
        column = SHAPES.get(kind, {}).get(match[3])
        if column is None:
            continue
        values = found.setdefault((kind, int(match[2])), {})
        try:
            values[column.name] = read_value(column, str(raw))
        except forms.ValidationError as error:
            arrived.errors[name], arrived.typed[name] = str(error.message), str(raw)
    return [
        RowEdit(kind, row_id, values, _base(post, f"{ROW}{kind.value}-{row_id}"))
        for (kind, row_id), values in found.items()
    ]


def read_value(column: Column, raw: str) -> Any:
    """Read one field of a row.

    Raises:
        ValidationError: it is not what the column holds; the message says what to write.
    """
    raw = raw.strip() if column.shape != "text" else raw
    if column.shape in {"number", "count", "date", "reference"}:
        value = _READERS[column.shape](raw) if raw else None
        return _within(value, column)
    if column.max_length is not None and len(raw) > column.max_length:
        raise forms.ValidationError(
            _("Ô này tối đa %(count)d ký tự.") % {"count": column.max_length}
        )
    return raw


def _within(value: Any, column: Column) -> Any:
    most = column.most_digits
    # What is rounded up when it is stored must still fit.
    if most is not None and value is not None and abs(value) >= 10**most - 1:
        raise forms.ValidationError(_("Số quá lớn. Hãy dùng đơn vị tính lớn hơn."))
    if column.name == "percent" and value is not None and value > 100:  # noqa: PLR2004 -- per cent
        raise forms.ValidationError(_("Mức độ hoàn thành là số từ 0 đến 100."))
    return value


def read_number(raw: str) -> Decimal:
    """Read "1.234,5" or "7,17" as a Vietnamese reader does, and the other way round in English."""
    bare = re.sub(r"[\s\u00a0%]", "", raw)
    if (get_language() or "vi").startswith("en"):
        bare = bare.translate(str.maketrans(",.", ".,"))
    if _THOUSANDS.fullmatch(bare):
        return Decimal(bare.replace(".", "").replace(",", "."))
    if not _PLAIN.fullmatch(bare):
        raise forms.ValidationError(_("Hãy ghi bằng số, ví dụ 1.250 hoặc 7,17."))
    return Decimal(bare.replace(",", "."))


def _read_count(raw: str) -> int:
    if not re.fullmatch(r"\d{1,6}", raw):
        raise forms.ValidationError(_("Hãy ghi một số nguyên, ví dụ 3."))
    return int(raw)


def read_date(raw: str) -> dt.date:
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y"):
        try:
            day = dt.datetime.strptime(raw, shape).date()  # noqa: DTZ007 -- a day, not a moment
        except ValueError:
            continue
        plausible_year(day)
        return day
    raise forms.ValidationError(_("Hãy ghi ngày dạng ngày/tháng/năm, ví dụ 31/03/2023."))


def _read_reference(raw: str) -> int | None:
    return whole_number(raw)


_READERS: Final = {
    "number": read_number,
    "count": _read_count,
    "date": read_date,
    "reference": _read_reference,
}


class FilterForm(forms.Form):
    """What a list of dossiers shows; unknown values show everything."""

    q = forms.CharField(required=False, max_length=100)
    cycle = forms.CharField(required=False, max_length=12)
    unit = forms.CharField(required=False, max_length=12)
    # Only what the reader returns or accepts, of every open cycle.
    charge = forms.BooleanField(required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("đối tượng"),
        required=False,
        choices=[("", gettext_lazy("Mọi đối tượng")), *SubjectKind.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("trạng thái"),
        required=False,
        choices=[
            ("", gettext_lazy("Mọi trạng thái")),
            ("none", gettext_lazy("chưa viết")),
            ("overdue", gettext_lazy("quá hạn chưa nộp")),
            ("unheard", gettext_lazy("đã nộp, chưa kiểm điểm")),
            *ReviewState.choices,
        ],
    )


class SuperiorForm(forms.Form):
    """By which document the body above answered; a return says why."""

    number = forms.CharField(label=gettext_lazy("Số, ký hiệu văn bản"), max_length=60)
    issued_on = DayField(label=gettext_lazy("Ngày ban hành"))
    issuer = forms.CharField(label=gettext_lazy("Cơ quan ban hành"), max_length=200)
    reason = forms.CharField(
        label=gettext_lazy("Nội dung cấp trên yêu cầu bổ sung"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Bắt buộc khi ghi nhận cấp trên trả lại."),
    )


class PromptForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Nội dung gợi ý"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("Mỗi gợi ý nêu một việc; bản kiểm điểm phải trả lời từng gợi ý."),
    )
    document = forms.CharField(
        label=gettext_lazy("Văn bản gợi ý (số, ngày)"), max_length=200, required=False
    )
    due_on = DayField(label=gettext_lazy("Thời hạn giải trình"), required=False)


class CommentForm(forms.Form):
    source = forms.ChoiceField(label=gettext_lazy("Nguồn"), choices=CommentSource.choices)
    body = forms.CharField(label=gettext_lazy("Tổ chức nhận xét"), max_length=200)
    commented_on = DayField(label=gettext_lazy("Ngày nhận xét"))
    text = forms.CharField(
        label=gettext_lazy("Nội dung"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    scan = forms.FileField(
        label=gettext_lazy("Bản chụp (PDF, ảnh, Word)"), required=False, allow_empty_file=True
    )
