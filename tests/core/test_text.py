"""Names and titles as Vietnamese readers expect them."""

import itertools
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tusoi.core.text import (
    accented_key,
    display_name,
    name_sort_key,
    nfc,
    search_key,
    text_sort_key,
)


VIETNAMESE = st.text(
    alphabet="aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmn"
    "oòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ ÐĐ'",
    max_size=30,
)


def arranged(texts, key):
    """Sort from the opposite order, so that a key that says nothing is found out."""
    backwards = list(reversed(texts))
    return sorted(backwards, key=key)


def nfd(text: str) -> str:
    return unicodedata.normalize("NFD", text)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Đảng bộ  quận\u00a0Bình Thủy", "dang bo quan binh thuy"),
        (nfd("Đảng bộ quận Bình Thủy"), "dang bo quan binh thuy"),
        ("Ðảng bộ", "dang bo"),
        ("ð", "d"),
        ("H'Hen Niê", "hhen nie"),
        ("H’Hen Niê", "hhen nie"),
        ("H\u02bcHen Nie", "hhen nie"),
        ("Y-Ban Niê Kđăm", "y ban nie kdam"),
        ("K`sor Ƀlơ", "ksor blo"),
        ("Lò Thị Ơi", "lo thi oi"),
        ("ĐƯỜNG 3/2", "duong 3 2"),
        ("  ", ""),
        ("--", ""),
    ],
)
def test_search_key_forgets_accents_case_and_punctuation(text, key):
    assert search_key(text) == key


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hòa", "hoà"),
        ("khỏe", "khoẻ"),
        ("thúy", "thuý"),
        ("Ủy ban", "Uỷ ban"),
        ("Thủy", "Thuỷ"),
        ("qúy", "quý"),
        ("gìa", "già"),
        ("mùa", "muà"),
        ("Nguyễn Hòa Thúy", nfd("nguyễn HOÀ thuý")),
        ("đường", "ðường"),
        ("kế", "ke\u0301\u0302"),
        ("H'Hen", "H’hen"),
    ],
)
def test_accented_key_has_one_tone_placement(old, new):
    assert accented_key(old) == accented_key(new)


@pytest.mark.parametrize(
    ("one", "other"), [("hoa", "hòa"), ("Lan", "Lân"), ("Dung", "Dũng"), ("Đông", "Dông")]
)
def test_accented_key_keeps_different_words_apart(one, other):
    assert accented_key(one) != accented_key(other)


def test_accented_key_finds_the_beginning_of_a_longer_syllable():
    assert accented_key("hòa") in accented_key("Hoàng")
    assert accented_key("khuỷu ngoài giếng gìn José") == "khuỷu ngoài giếng gìn josé"


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("  Nguyễn   Văn\tAn\n", "Nguyễn Văn An"),
        (nfd("Trần Thị Bưởi"), "Trần Thị Bưởi"),
        ("Ðỗ Văn Ðông", "Đỗ Văn Đông"),
        ("H’Hen Niê", "H'Hen Niê"),
        ("Le\u0301\u0302", "Lế"),
        ("An\u200b\ufeff Bình\u00ad", "An Bình"),
        ("LÊ THỊ HOÀ", "LÊ THỊ HOÀ"),
    ],
)
def test_display_name_tidies_without_rewording(typed, shown):
    assert display_name(typed) == shown


def test_people_sort_by_given_name_in_the_vietnamese_alphabet():
    in_order = [
        "Trần Văn An",
        "Nguyễn Thị Ánh",
        "Lê Văn Ăn",
        "Lê Thị Ân",
        "Lê Văn Bình",
        "Nguyễn Văn Bình",
        "Nguyễn Thị Dung",
        "Nguyễn Văn Dũng",
        "Nguyễn Văn Đông",
        "Lê Văn Giang",
        "Bùi Thị Hoa",
        "An Thị Hòa",
        "Bùi Thị Hoà",
        "Bùi Văn Hỏa",
        "Bùi Văn Hoàng",
        "Y Ban",
    ]
    in_order = [*in_order[:4], in_order[-1], *in_order[4:-1]]

    assert arranged(in_order, name_sort_key) == in_order


def test_tones_follow_the_dictionary():
    words = ["ma", "mà", "mả", "mã", "má", "mạ", "mac", "măn", "mân"]

    assert arranged(words, text_sort_key) == words


def test_titles_sort_their_numbers_naturally():
    titles = ["Chi bộ 1", "Chi bộ 2", "Chi bộ 2A", "Chi bộ 10", "Chi bộ An Thới", "Đảng bộ 1"]

    assert arranged(titles, text_sort_key) == titles
    assert text_sort_key("Chi bộ 02") == text_sort_key("chi bộ 2")


@given(st.text(max_size=40))
def test_keys_are_ascii_and_stable_for_any_text(text):
    assert search_key(search_key(text)) == search_key(text)
    assert accented_key(nfc(text)) == accented_key(nfd(text))
    assert search_key(nfc(text)) == search_key(nfd(text))
    assert name_sort_key(nfc(text)) == name_sort_key(nfd(text))
    assert re.fullmatch("[0-9]*", name_sort_key(text))
    assert re.fullmatch("[0-9]*", text_sort_key(text))
    assert display_name(display_name(text)) == display_name(text)


@given(VIETNAMESE)
def test_vietnamese_keys_are_plain_ascii(text):
    assert search_key(text).isascii()
    assert search_key(display_name(text)) == search_key(text)
    assert accented_key(accented_key(text)) == accented_key(text)
    assert name_sort_key(display_name(text)) == name_sort_key(text)


@given(st.lists(VIETNAMESE, min_size=2, max_size=5))
def test_order_of_words_decides_before_what_follows(names):
    for one, other in itertools.pairwise(names):
        if text_sort_key(one) < text_sort_key(other) and not text_sort_key(other).startswith(
            text_sort_key(one)
        ):
            assert text_sort_key(f"{one} z") < text_sort_key(f"{other} a")
