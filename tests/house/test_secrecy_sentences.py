"""Every sentence of "Phiếu này kín đến đâu?" names tests, and each of them is there."""

import ast
from collections import Counter

import pytest

from tests.house.source import ROOT
from tusoi.ballots.enums import PollMode
from tusoi.web.secrecy import ODDS_SENTENCE, SENTENCES


EVERY = (*SENTENCES, ODDS_SENTENCE)


def _tests_in(path):
    """Return the functions of a file that pytest collects; what is skipped proves nothing."""
    found = set()
    for node in ast.parse((ROOT / path).read_text("utf-8")).body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            marks = {ast.unparse(one) for one in node.decorator_list}
            if not any("skip" in one or "xfail" in one for one in marks):
                found.add(node.name)
    return found


@pytest.mark.parametrize("sentence", EVERY, ids=lambda one: one.id)
def test_a_sentence_names_tests_that_are_there(sentence):
    assert sentence.tests
    for named in sentence.tests:
        path, _, name = named.partition("::")
        assert (ROOT / path).is_file(), named
        assert name in _tests_in(path), named


def test_a_test_that_is_gone_is_noticed():
    assert "test_a_test_that_is_gone_is_noticed" in _tests_in(
        "tests/house/test_secrecy_sentences.py"
    )
    assert "test_that_never_was" not in _tests_in("tests/house/test_secrecy_sentences.py")


def test_every_way_of_voting_says_what_it_does_not_protect():
    for mode in (None, *PollMode):
        sides = {one.is_protected for one in SENTENCES if one.mode == mode}
        assert sides == {True, False}, mode
    assert [one for one, count in Counter(one.id for one in EVERY).items() if count > 1] == []
