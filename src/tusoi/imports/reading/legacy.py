"""Vietnamese typed for fonts of the nineties: TCVN3 (ABC) and VNI, back to Unicode.

Such text is Latin letters that a special font drew as Vietnamese ("NguyÔn V¨n An",
"Nguyeãn Vaên An"). It is recognised by what it is not: read as it stands, its words are no
Vietnamese syllables; converted, they are.
"""

import functools
import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Final


class Encoding(StrEnum):
    UNICODE = "Unicode"
    TCVN3 = "TCVN3 (ABC)"
    VNI = "VNI"


_TCVN3: Final = dict(
    itertools.chain(
        zip("µ¶·¸¹", "àảãáạ", strict=True),
        zip("¨»¼½¾Æ", "ăằẳẵắặ", strict=True),
        zip("©ÇÈÉÊË", "âầẩẫấậ", strict=True),
        zip("®ÌÎÏÐÑ", "đèẻẽéẹ", strict=True),
        zip("ªÒÓÔÕÖ", "êềểễếệ", strict=True),
        zip("×ØÜÝÞ", "ìỉĩíị", strict=True),
        zip("ßáâãä", "òỏõóọ", strict=True),
        zip("«åæçèé", "ôồổỗốộ", strict=True),
        zip("¬êëìíî", "ơờởỡớợ", strict=True),
        zip("ïñòóô", "ùủũúụ", strict=True),
        zip("\u00adõö÷øù", "ưừửữứự", strict=True),
        zip("úûüýþ", "ỳỷỹýỵ", strict=True),
        zip("¡¢£¤¥¦§", "ĂÂÊÔƠƯĐ", strict=True),
    )
)
_TCVN3_TABLE: Final = str.maketrans(_TCVN3)

_VNI_TONES: Final = dict(zip("øùûõï", "\u0300\u0301\u0309\u0303\u0323", strict=True))
_VNI_CIRCUMFLEX: Final = dict(
    zip("âàáåãä", ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"), strict=True)
)
_VNI_BREVE: Final = dict(
    zip("êèéúüë", ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"), strict=True)
)
_VNI_SINGLES: Final = dict(zip("ìíæóòîñôö", "ìíỉĩịỵđơư", strict=True))


def _vni_table() -> Mapping[str, str]:
    table = dict(_VNI_SINGLES)
    for base, mark in itertools.product("aeouyôö", _VNI_TONES):
        shown = _VNI_SINGLES.get(base, base) + _VNI_TONES[mark]
        table[base + mark] = unicodedata.normalize("NFC", shown)
    for base, mark in itertools.product("aeo", _VNI_CIRCUMFLEX):
        shown = f"{base}\u0302{_VNI_CIRCUMFLEX[mark]}"
        table[base + mark] = unicodedata.normalize("NFC", shown)
    for mark, tone in _VNI_BREVE.items():
        table["a" + mark] = unicodedata.normalize("NFC", f"a\u0306{tone}")
    upper = {old.upper(): shown.upper() for old, shown in table.items()}
    mixed = {
        old[0].upper() + old[1]: shown.upper() for old, shown in table.items() if len(old) > 1
    }
    return {**mixed, **upper, **table}


_VNI: Final = _vni_table()
_VNI_PATTERN: Final = re.compile(
    "|".join(re.escape(old) for old in sorted(_VNI, key=len, reverse=True))
)

_TONE_MARKS: Final = re.compile("[\u0300\u0301\u0303\u0309\u0323]")
_ONSET: Final = "(?:b|ch?|d|đ|gh?|gi|h|kh?|l|m|ngh?|nh?|ph?|qu|r|s|th?|tr|v|x)?"
_RHYMES: Final = (
    "a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây "
    "e ec em en eng eo ep et ê êch êm ên ênh êp êt êu i ia ich iêc iêm iên iêng iêp iêt iêu "
    "im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng "
    "oăt oc oe oen oeo oet oi om on ong oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt "
    "u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up ut uơ uy "
    "uya uych uyên uyêt uynh uyt uyu ư ưa ưc ưi ưm ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu "
    "y yêm yên yêng yêt yêu ynh êc ac"
)
_SYLLABLE: Final = re.compile(f"{_ONSET}(?:{'|'.join(sorted(_RHYMES.split(), reverse=True))})")
_WORD: Final = re.compile(r"[^\s\d.,;:/()\-–\"'+&]+")


@functools.lru_cache(maxsize=16_384)
def is_syllable(word: str) -> bool:
    """Say whether a word could be one Vietnamese syllable, whatever it means."""
    decomposed = unicodedata.normalize("NFD", word.lower())
    toneless = unicodedata.normalize("NFC", _TONE_MARKS.sub("", decomposed))
    is_mixed = word[1:] != word[1:].lower() and word != word.upper()
    return not is_mixed and _SYLLABLE.fullmatch(toneless) is not None


def from_tcvn3(text: str) -> str:
    return "".join(
        _tcvn3_word(part) if not part.isspace() else part for part in re.split(r"(\s+)", text)
    )


def _tcvn3_word(word: str) -> str:
    converted = word.translate(_TCVN3_TABLE)
    plain = [c for c in word if c.isascii() and c.isalpha()]
    # TCVN3 has no capitals with tones; in a word of capitals they were drawn by the font.
    is_capitals = len(plain) > 1 and all(c.isupper() for c in plain)
    return converted.upper() if is_capitals else converted


def from_vni(text: str) -> str:
    return _VNI_PATTERN.sub(lambda found: _VNI[found.group()], text)


_CONVERTERS: Final[Mapping[Encoding, Callable[[str], str]]] = {
    Encoding.TCVN3: from_tcvn3,
    Encoding.VNI: from_vni,
}


def convert(text: str, encoding: Encoding) -> str:
    converter = _CONVERTERS.get(encoding)
    return converter(text) if converter else text


def _strangers(text: str) -> int:
    return sum(not is_syllable(word) for word in _WORD.findall(text))


def _is_unicode(text: str) -> bool:
    # A single-byte font can only ever have sent Latin-1.
    return max(unicodedata.normalize("NFC", text)) > "\u00ff"


def detect(text: str) -> Encoding:
    """Return the legacy encoding that a text proves by itself, or Unicode."""
    if text.isascii() or _is_unicode(text):
        return Encoding.UNICODE
    strangers = _strangers(text)
    if not strangers:
        return Encoding.UNICODE
    left = {encoding: _strangers(convert(text, encoding)) for encoding in _CONVERTERS}
    best = min(left, key=lambda encoding: left[encoding])
    is_better = left[best] < strangers and convert(text, best) != text
    return best if is_better else Encoding.UNICODE


def encoding_of(texts: Iterable[str]) -> Encoding:
    """Return the legacy encoding of a whole column, or Unicode when its texts disagree.

    One text is often not enough: "Vò" is a word in Unicode and the surname Vũ in TCVN3. It
    follows the others unless one of them can only be Unicode.
    """
    counts: dict[Encoding, int] = {}
    for text in texts:
        if text.isascii():
            continue
        if _is_unicode(text):
            return Encoding.UNICODE
        found = detect(text)
        if found is not Encoding.UNICODE:
            counts[found] = counts.get(found, 0) + 1
    return max(counts, key=lambda encoding: counts[encoding]) if counts else Encoding.UNICODE
