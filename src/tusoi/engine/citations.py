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
                (words["heading"], self.heading),
            )
            if value
        ]
        dated = f"{self.number} {words['of']} {self.issued_on:%d/%m/%Y}" if self.issued_on else ""
        return ", ".join([*parts, dated or self.number])

    def __str__(self) -> str:
        return self.in_language("vi")


_VIETNAMESE = {
    "form": "mẫu",
    "point": "điểm",
    "clause": "khoản",
    "article": "Điều",
    "heading": "mục",
    "of": "ngày",
}
_ENGLISH = {
    "form": "form",
    "point": "point",
    "clause": "clause",
    "article": "Article",
    "heading": "section",
    "of": "of",
}
