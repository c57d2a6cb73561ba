import datetime as dt
from fractions import Fraction

import pytest

from tusoi.engine import NOT_APPLICABLE, FactInvalid, Facts, Missing


def test_a_fact_nobody_told_is_missing_and_no_default():
    assert Facts().get("sick-leave-months") == Missing("sick-leave-months")


def test_facts_keep_what_they_were_told():
    values = {"a": True, "b": 3, "c": Fraction(1, 3), "d": "good", "e": dt.date(2022, 11, 30)}

    facts = Facts(values)
    values["a"] = False

    assert facts.get("a") is True
    assert list(facts) == ["a", "b", "c", "d", "e"]
    assert "e" in facts
    assert "f" not in facts


def test_also_leaves_the_first_facts_as_they_were():
    facts = Facts({"a": 1})

    more = facts.also({"a": 2, "b": NOT_APPLICABLE})

    assert (facts.get("a"), more.get("a"), more.get("b")) == (1, 2, NOT_APPLICABLE)


def test_facts_refuse_a_float_by_name():
    with pytest.raises(FactInvalid, match=r"'ratio' is 0\.5"):
        Facts({"ratio": 0.5})


def test_facts_can_not_be_changed():
    with pytest.raises(TypeError):
        Facts({"a": 1}).values["a"] = 2
