"""Two people edited one thing: what is stored now beside what the other one wrote, field by field.

A form knows how its fields are called and what its choices mean, so it says both texts.
"""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django_stubs_ext import StrOrPromise


# Fields that only look for something say nothing about the thing itself.
_SEARCHES: Final = "_search"


@dataclass(frozen=True)
class Compared:
    """One field in two texts."""

    label: StrOrPromise
    stored: str
    arrived: str


@dataclass(frozen=True)
class Clash:
    """All fields of two texts: those that read differently, and those that do not."""

    differing: list[Compared]
    same: list[Compared]


def clash_of(stored: forms.Form, arrived: forms.Form) -> Clash:
    """Compare what a form without input shows with what was sent, or was kept to be sent."""
    rows = [
        Compared(bound.label, words(stored, bound.name), words(arrived, bound.name))
        for bound in arrived.visible_fields()
        if bound.name in stored.fields and not bound.name.endswith(_SEARCHES)
    ]
    return Clash(
        [one for one in rows if one.stored != one.arrived],
        [one for one in rows if one.stored == one.arrived],
    )


def words(form: forms.Form, name: str) -> str:
    """Return a field's value as its page shows it."""
    field = form.fields[name]
    value = (
        form.cleaned_data.get(name) if form.is_bound else form.get_initial_for_field(field, name)
    )
    if isinstance(field, forms.ChoiceField):
        labels = {str(key): str(label) for key, label in field.widget.choices}
        chosen = value if isinstance(value, list) else [value]
        return "; ".join(labels.get(str(one), "") for one in chosen if one not in {None, ""})
    return _plain(field, value)


def _plain(field: forms.Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("có") if value else _("không")
    if isinstance(value, dt.date):
        return f"{value:%d/%m/%Y}"
    if isinstance(value, Decimal):
        value = field.widget.format_value(value)
    return "" if value is None else str(value).replace("\r\n", "\n").strip()


def show_again(form: forms.Form, name: str, value: str) -> None:
    """Let a form come back with something else in a field than what was sent."""
    shown = QueryDict(mutable=True)
    shown.update(form.data)
    shown[name] = value
    form.data = shown
