"""The words on the screen and the words in the code are joined in one place, and all of them."""

import re

import pytest

from tests.house.source import ROOT, our_models


GLOSSARY = ROOT / "docs/glossary.md"
ROW = re.compile(r"^\| (?P<term>.+?) \| (?P<code>.+?) \| (?P<meaning>.+) \|$")


def _rows():
    matches = (ROW.match(line) for line in GLOSSARY.read_text("utf-8").splitlines())
    return [
        (match["term"], match["code"], match["meaning"])
        for match in matches
        if match and not match["term"].startswith(("Vietnamese", "-"))
    ]


@pytest.mark.parametrize("model", our_models(), ids=lambda model: model._meta.label)
def test_every_model_is_in_the_glossary_under_the_name_it_shows(model):
    terms = [term for term, code, _ in _rows() if code == f"`{model.__name__}`"]

    assert terms == [str(model._meta.verbose_name)]


def test_every_term_has_one_row_and_says_what_it_means():
    rows = _rows()
    terms = [term for term, _, _ in rows]

    assert len(terms) == len(set(terms)) > len(our_models())
    assert all(code and meaning for _, code, meaning in rows)


def test_every_model_named_by_the_glossary_exists():
    names = {model.__name__ for model in our_models()} | {"Rulebook"}
    named = {
        code.strip("`") for _, code, _ in _rows() if re.fullmatch(r"`([A-Z][a-z]+){1,}`", code)
    }

    assert named <= names
