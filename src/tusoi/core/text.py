"""Vietnamese names and titles: tidy them, find them without accents, sort them as readers expect.

Neither Python nor a database sorts or compares Vietnamese as a reader does, so every row that
people look for keeps keys made here. The keys hold ASCII only, and sort keys digits only: they
compare the same in Python, in SQLite and under every collation of PostgreSQL.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final


# One letter of Vietnamese is a base letter, at most one shape mark, at most one tone mark.
_SHAPES: Final = frozenset("\u0302\u0306\u031b")  # circumflex, breve, horn
_TONES: Final = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: dictionary order
_VOWELS: Final = frozenset("aăâeêioôơuưy")
_SHAPED: Final = frozenset("ăâêôơư")
_RISING: Final = frozenset({"oa", "oe", "uy"})  # hoà or hòa: the two schools differ here

_ALPHABET: Final = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_WORD_END: Final = "00"
_NUMBER: Final = "10"
_FIRST_LETTER: Final = 20
_OTHER: Final = "99"
_LETTER_CODES: Final = {
    letter: f"{code:02}" for code, letter in enumerate(_ALPHABET, start=_FIRST_LETTER)
}

_APOSTROPHES: Final = "'`´ʹʻʼʽˈˊˋ‘’‛′＇\u0374\uff40"
# Letters that look alike on paper, or that Unicode does not decompose.
_ALIKE: Final = str.maketrans({"Ð": "Đ", "ð": "đ", "Ɖ": "Đ", "ɖ": "đ"})
_PLAIN: Final = str.maketrans(
    {"đ": "d", "ƀ": "b", "ł": "l", "ø": "o", "æ": "ae", "œ": "oe", "ı": "i", "ŧ": "t", "ħ": "h"},
)
_TO_APOSTROPHE: Final = str.maketrans(dict.fromkeys(_APOSTROPHES, "'"))
_INVISIBLE: Final = frozenset({"Cf", "Cc", "Cs", "Co", "Cn"})
_RUNS: Final = re.compile(r"[0-9]+|[^0-9]+")


def nfc(text: str) -> str:
    """Return the composed form: "Đảng" is then five code points whatever the keyboard sent."""
    return unicodedata.normalize("NFC", text)


def display_name(text: str) -> str:
    """Tidy a name or title as it will be shown, leaving its wording and capitals alone.

    Composes letters, turns the Icelandic "Ð" into "Đ", makes every apostrophe the same and
    removes invisible characters and spare spaces.
    """
    return _each_word(_tidy_word, text)


def search_key(text: str) -> str:
    """Return what an accent-free search compares: "Đảng bộ  Hoà" becomes "dang bo hoa".

    Punctuation parts words, except the apostrophe, which is dropped: "H'Hen" is "hhen".
    """
    return _each_word(_plain_word, text)


def accented_key(text: str) -> str:
    """Return what a search with accents compares: accents kept, their placement made one.

    The tone sits where the newer school puts it, so that "hoà" is found inside "hoàng".
    """
    return _each_word(_accented_word, text)


def text_sort_key(text: str) -> str:
    """Return a key that orders titles: Vietnamese alphabet, and "Chi bộ 2" before "Chi bộ 10"."""
    return "".join(_sortable_word(word) for word in text.split())


def name_sort_key(full_name: str) -> str:
    """Return a key that orders people: given name first, then family and middle names.

    The given name is the last word, as offices sort their lists, also for names of peoples
    who put the family name last.
    """
    words = [key for word in full_name.split() if (key := _sortable_word(word))]
    return "".join([*words[-1:], *words[:-1]])


def _each_word(key: Callable[[str], str], text: str) -> str:
    return " ".join(found for word in text.split() if (found := key(word)))


# The same few hundred words make up most names, and folding one costs far more than finding it.
_remembered = functools.lru_cache(maxsize=16_384)


@_remembered
def _tidy_word(word: str) -> str:
    alike = word.translate(_ALIKE).translate(_TO_APOSTROPHE)
    visible = "".join(c for c in alike if unicodedata.category(c) not in _INVISIBLE)
    composed = "".join(_compose(base, marks) for base, marks in _letters(visible))
    return " ".join(nfc(composed).split())


@_remembered
def _plain_word(word: str) -> str:
    unmarked = "".join(c for c in _fold(word) if not unicodedata.combining(c))
    return " ".join(_words(unmarked.translate(_PLAIN)))


@_remembered
def _accented_word(word: str) -> str:
    return " ".join(_retoned(part) for part in _words(_fold(word)))


@_remembered
def _sortable_word(word: str) -> str:
    runs = itertools.chain.from_iterable(_RUNS.findall(part) for part in _words(_fold(word)))
    return "".join(
        _number_sort_key(run) if run[0] in "0123456789" else _letters_sort_key(run) for run in runs
    )


def _letters_sort_key(run: str) -> str:
    letters, tone = _split_tone(run)
    codes = "".join(_code(letter) for letter in letters if letter)
    return f"{codes}{_WORD_END}{tone}"


def _fold(text: str) -> str:
    """Lower the case and remove what never tells two words apart."""
    bare = text.translate(_ALIKE).translate(_TO_APOSTROPHE).replace("'", "")
    lowered = unicodedata.normalize("NFKD", bare).casefold()
    decomposed = unicodedata.normalize("NFKD", lowered).translate(_ALIKE)
    return decomposed.translate(_TO_APOSTROPHE).replace("'", "")


def _words(folded: str) -> list[str]:
    """Part a text at everything that is no letter, digit or mark of a letter."""
    kept = (c if c.isalnum() or unicodedata.combining(c) else " " for c in folded)
    words = "".join(kept).split()
    return [word for word in words if any(c.isalnum() for c in word)]


def _letters(text: str) -> Iterator[tuple[str, str]]:
    """Yield each base character with its marks."""
    base, marks = "", ""
    for char in unicodedata.normalize("NFD", text):
        if unicodedata.combining(char):
            marks += char
            continue
        if base or marks:
            yield base, marks
        base, marks = char, ""
    if base or marks:
        yield base, marks


def _compose(base: str, marks: str) -> str:
    # The shape must come before the tone, or Unicode will not compose them: some keyboards
    # send "e", acute, circumflex for "ế".
    shape = "".join(mark for mark in marks if mark in _SHAPES)
    rest = "".join(mark for mark in marks if mark not in _SHAPES)
    return nfc(base + shape + rest)


def _split_tone(word: str) -> tuple[list[str], int]:
    """Part a word into its letters without tones and the number of its first tone (0: none)."""
    letters, tone = [], 0
    for base, marks in _letters(word):
        tones = [_TONES.index(mark) + 1 for mark in marks if mark in _TONES]
        tone = tone or (tones[0] if tones else 0)
        letters.append(_compose(base, "".join(m for m in marks if m not in _TONES)))
    return letters, tone


def _retoned(word: str) -> str:
    """Move the tone of a syllable to its one place; leave what is no Vietnamese syllable."""
    letters, tone = _split_tone(word)
    tone_count = sum(mark in _TONES for _, marks in _letters(word) for mark in marks)
    place = _tone_place(letters) if tone_count == 1 else None
    if place is None:
        return "".join(_compose(base, marks) for base, marks in _letters(word))
    letters[place] = nfc(letters[place] + _TONES[tone - 1])
    return "".join(letters)


def _tone_place(letters: list[str]) -> int | None:
    """Return where the tone of a syllable stands, or None when the vowels are not together."""
    start = _onset(letters)
    vowels = [i for i, letter in enumerate(letters) if letter in _VOWELS and i >= start]
    if not vowels or vowels[-1] - vowels[0] != len(vowels) - 1:
        return None
    shaped = [i for i in vowels if letters[i] in _SHAPED]
    if shaped:
        return shaped[-1]
    is_closed = vowels[-1] < len(letters) - 1
    nucleus = "".join(letters[i] for i in vowels)
    if is_closed or nucleus in _RISING:
        return vowels[-1]
    return vowels[1] if len(vowels) > len("oa") else vowels[0]


def _onset(letters: list[str]) -> int:
    """Return 2 when the syllable starts with "qu" or "gi" before another vowel, else 0."""
    head, after = "".join(letters[:2]), letters[2:3]
    return 2 if head in {"qu", "gi"} and after and after[0] in _VOWELS else 0


def _code(letter: str) -> str:
    known = _LETTER_CODES.get(letter)
    if known is None:
        known = _LETTER_CODES.get(letter[:1].translate(_PLAIN)) or _LETTER_CODES.get(
            unicodedata.normalize("NFD", letter)[:1]
        )
    return known or f"{_OTHER}{ord(letter[0]):07}"


def _number_sort_key(digits: str) -> str:
    significant = digits.lstrip("0")[-99:] or "0"
    return f"{_NUMBER}{len(significant):02}{significant}{_WORD_END}0"
