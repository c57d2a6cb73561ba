"""A form sent twice by an impatient hand, or by two windows at once, is one act."""

import datetime as dt
from typing import Final, TypeVar

from django.db.models import Model


R = TypeVar("R", bound=Model)

# Longer than a double click and a slow answer, shorter than typing the same words again.
SAME_CLICK: Final = dt.timedelta(seconds=15)


def added_already(row: R, *, when: str, at: dt.datetime) -> R | None:
    """Return the stored row that says the same as `row` and was added a moment ago.

    `when` names the field with the moment. The caller has locked what the row belongs to, so
    whoever sent the same at the same time has either stored it already or waits.
    """
    said = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if not field.unique and field.name != when
    }
    moment = {f"{when}__range": (at - SAME_CLICK, at + SAME_CLICK)}
    found: R | None = type(row)._default_manager.filter(**said, **moment).order_by("pk").first()
    return found
