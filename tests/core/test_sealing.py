"""Any two of the holders open, one never does; codes are even, readable and kept as hashes."""

import math
from collections import Counter
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tusoi.core import sealing
from tusoi.core.words import WORDS


def test_what_is_sealed_is_opened_by_its_key_only():
    pair = sealing.new_key_pair()
    sealed = sealing.seal(pair.public, b"mot")

    assert sealing.unseal(pair.secret, sealed) == b"mot"
    assert len(sealed) == 3 + sealing.SEAL_SIZE
    assert sealing.seal(pair.public, b"mot") != sealed
    with pytest.raises(sealing.NotOpened):
        sealing.unseal(sealing.new_key_pair().secret, sealed)
    with pytest.raises(sealing.NotOpened):
        sealing.unseal(pair.secret, sealed[:-1] + bytes([sealed[-1] ^ 1]))
    assert pair.secret.hex() not in repr(pair)
    assert str(pair.secret) not in repr(pair)


def test_any_two_of_four_holders_open_and_one_never_does():
    words = [sealing.new_words() for _ in range(4)]
    secret = sealing.new_key_pair().secret
    wrapped = sealing.wrap(secret, words)

    for one, two in permutations(range(4), 2):
        assert sealing.unwrap(wrapped, (one, words[one]), (two, words[two])) == secret
    for wrong in (
        ((0, words[0]), (0, words[0])),
        ((0, words[0]), (1, words[0])),
        ((0, words[1]), (1, words[0])),
        ((0, words[0]), (9, words[1])),
        ((0, ""), (1, words[1])),
    ):
        with pytest.raises(sealing.NotOpened):
            sealing.unwrap(wrapped, *wrong)
    assert not any(one in wrapped for one in words)


@given(st.sampled_from(WORDS), st.sampled_from(["", "  ", ",", "\n", "-"]))
def test_words_are_read_however_they_are_typed(word, gap):
    accented = word.replace("a", "à").replace("d", "Đ", 1).replace("o", "ợ").upper()

    assert sealing.read_words(f"{gap}{accented}{gap} LÀNH ") == f"{word} lanh"


def test_words_are_enough_and_plain():
    assert sealing.WORD_COUNT * math.log2(len(WORDS)) >= 50
    assert all(one.isascii() and one.isalpha() and one.islower() for one in WORDS)
    assert len(set(WORDS)) == len(WORDS)
    drawn = sealing.new_words().split()
    assert len(drawn) == sealing.WORD_COUNT
    assert set(drawn) <= set(WORDS)


def test_codes_are_fifty_bits_in_signs_nobody_confuses():
    assert sealing.CODE_LENGTH * math.log2(len(set(sealing.CODE_SIGNS))) >= 50
    assert not set("OILU") & set(sealing.CODE_SIGNS)
    drawn = [sealing.new_code() for _ in range(3000)]
    assert len(set(drawn)) == len(drawn)
    assert {len(one) for one in drawn} == {sealing.CODE_LENGTH}
    # 30,000 signs over 32: about 937 each, with a spread of about 30.
    counts = Counter("".join(drawn))
    assert set(counts) == set(sealing.CODE_SIGNS)
    assert all(750 < one < 1130 for one in counts.values())


@pytest.mark.slow
def test_a_code_is_read_however_it_is_typed():
    assert sealing.read_code(" o1l2-3abc\td5 ") == "01123ABCD5"
    assert sealing.read_code("01123ABCD5") == "01123ABCD5"


def test_a_hash_needs_the_polls_secret_and_the_installations_key(settings):
    one = sealing.hash_code("01123ABCD5", secret=b"a" * 32)

    assert one == sealing.hash_code("o1i23-abcd5", secret=b"a" * 32)
    assert len(one) == sealing.HASH_SIZE
    assert one != sealing.hash_code("01123ABCD5", secret=b"b" * 32)
    settings.SECRET_KEY = "another installation"
    assert one != sealing.hash_code("01123ABCD5", secret=b"a" * 32)


def test_a_digest_knows_where_one_part_ends():
    assert sealing.digest(b"ab", b"c") != sealing.digest(b"a", b"bc")
    assert sealing.digest(b"ab") == sealing.digest(b"ab")
    assert len(sealing.digest()) == 40
