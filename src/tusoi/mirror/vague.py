"""Says of a sentence about what fell short why it says too little; advice, never a judgement."""

import re
import unicodedata
from enum import StrEnum
from typing import Final


class Vagueness(StrEnum):
    """What a reader looks for in vain."""

    STOCK_PHRASE = "stock_phrase"
    NOTHING_COUNTED = "nothing_counted"
    TOO_SHORT = "too_short"


_DIGIT: Final = re.compile(r"\d")
_WORD: Final = re.compile(r"\w+")
_FEWEST_WORDS: Final = 4
# Phrases that fit any unit in any year; compared in lower case, with accents.
STOCK_PHRASES: Final = (
    "có mặt còn hạn chế",
    "còn có mặt hạn chế",
    "một số mặt",
    "một số lĩnh vực",
    "có lúc, có nơi",
    "có lúc có nơi",
    "có việc, có lúc",
    "chưa thật sự",
    "chưa thực sự",
    "chưa cao",
    "chưa sâu",
    "chưa sát",
    "chưa nhiều",
    "chưa mạnh dạn",
    "chưa thường xuyên",
    "chưa kịp thời",
    "chưa quyết liệt",
    "chưa đáp ứng yêu cầu",
    "còn hạn chế",
    "còn yếu",
    "còn chậm",
    "đôi lúc",
    "đôi khi",
    "phần nào",
)


def vagueness(nature: str, extent: str = "") -> frozenset[Vagueness]:
    """Return why a shortcoming is told too vaguely to be put right; empty when it is not.

    A figure or a day anywhere makes it checkable. A stock phrase is only pointed out where
    nothing else can be checked.
    """
    text = unicodedata.normalize("NFC", f"{nature} {extent}").casefold()
    if _DIGIT.search(text):
        return frozenset()
    found = {Vagueness.NOTHING_COUNTED}
    if any(phrase in text for phrase in STOCK_PHRASES):
        found.add(Vagueness.STOCK_PHRASE)
    if len(_WORD.findall(text)) < _FEWEST_WORDS:
        found.add(Vagueness.TOO_SHORT)
    return frozenset(found)


def is_vague(nature: str, extent: str = "") -> bool:
    """Say whether to advise the author: nothing to count, and a stock phrase or hardly a word."""
    return len(vagueness(nature, extent)) > 1
