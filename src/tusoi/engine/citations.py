"""Where a rule comes from, and text in the two languages of the screen."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    """A sentence of the rulebook. Vietnamese is the text; English is its translation."""

    vi: str
    en: str = ""

    def in_language(self, code: str) -> str:
        return self.en if code.startswith("en") and self.en else self.vi

    def __str__(self) -> str:
        return self.vi


@dataclass(frozen=True)
class Citation:
    """A place in a regulation, named by number and date because numbers are used again."""

    key: str
    number: str
    issued_on: dt.date | None = None
    heading: str = ""
    article: str = ""
    clause: str = ""
    point: str = ""
    form: str = ""
    note: Text | None = None

    def in_language(self, code: str) -> str:
        english = code.startswith("en")
        words = _ENGLISH if english else _VIETNAMESE
        parts = [
            f"{word} {value}"
            for word, value in (
                (words["form"], self.form),
                (words["point"], self.point),
                (words["clause"], self.clause),
                (words["article"], self.article),
                (words["heading"], "" if self._is_annex else self.heading),
            )
            if value
        ]
        if self._is_annex:
            parts.append(f"{words['annex']}{self.heading.removeprefix(_ANNEX)}")
        dated = f"{self.number} {words['of']} {self.issued_on:%d/%m/%Y}" if self.issued_on else ""
        return ", ".join([*parts, dated or self.number])

    @property
    def _is_annex(self) -> bool:
        """Say whether the heading is an annex, which is called so and not a section."""
        return self.heading.startswith(_ANNEX)

    def __str__(self) -> str:
        return self.in_language("vi")


_ANNEX = "Phụ lục"
_VIETNAMESE = {
    "annex": _ANNEX,
    "form": "mẫu",
    "point": "điểm",
    "clause": "khoản",
    "article": "Điều",
    "heading": "mục",
    "of": "ngày",
}
_ENGLISH = {
    "annex": "Annex",
    "form": "form",
    "point": "point",
    "clause": "clause",
    "article": "Article",
    "heading": "section",
    "of": "of",
}
