"""Shapes that models of several rooms share; no domain noun here."""

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import models
from django_stubs_ext import StrOrPromise


# No vowels and no look-alikes: an id spelled out on the telephone, and never a word.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxz"
_LENGTH = 12
_COUNT = len(_ALPHABET) ** _LENGTH


def new_public_id() -> str:
    # One draw for all letters: lists bring thousands of people at once.
    rest, letters = secrets.randbelow(_COUNT), []
    for _ in range(_LENGTH):
        rest, letter = divmod(rest, len(_ALPHABET))
        letters.append(_ALPHABET[letter])
    return "".join(letters)


class PublicIdModel(models.Model):
    """A thing whose address must stay the same for years and reveal nothing."""

    public_id = models.CharField(
        "mã công khai", max_length=_LENGTH, unique=True, default=new_public_id, editable=False
    )

    class Meta:
        abstract = True


@dataclass(frozen=True)
class Privacy:
    """Says of every field of a model how far it may travel; a test finds fields left out.

    Each argument is a list of field names separated by spaces. `public` may appear in exports
    to anybody who may see the object; `personal` only to those with the right over that person;
    `secret` never leaves the database.
    """

    public: str = ""
    personal: str = ""
    secret: str = ""

    def names(self) -> frozenset[str]:
        return frozenset(f"{self.public} {self.personal} {self.secret}".split())


def all_or_none(*names: str) -> models.Q:
    """Return the condition "all set or all empty" for a check constraint."""
    filled = models.Q(**{f"{name}__isnull": False for name in names})
    empty = models.Q(**{f"{name}__isnull": True for name in names})
    return filled | empty


def account_field(label: StrOrPromise, **options: Any) -> "models.ForeignKey[Any, Any]":
    """Return a "who did it" field; pair it with its `*_at` in a check constraint."""
    return models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=label, **options
    )
