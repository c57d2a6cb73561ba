"""No setting of a rulebook is chosen for nothing: it acts somewhere, or says that it does not."""

import pkgutil

import pytest

from tusoi.ballots.queries import BASE_SETTING, PASS_SETTING, TELLER_SETTING, TIE_SETTING
from tusoi.meetings.queries import QUORUM_SETTING
from tusoi.rulebooks.library import available, load
from tusoi.rulebooks.schema import SETTING_CHOICES, SettingId


IDS = [one.id for one in available()]
# Where the application reads a setting by its name. What a rulebook itself names (`when:`, the
# keys `…_setting`) needs no line here.
READ_BY_NAME = {
    QUORUM_SETTING: "tusoi.meetings.queries.QUORUM_SETTING",
    PASS_SETTING: "tusoi.ballots.queries.PASS_SETTING",
    BASE_SETTING: "tusoi.ballots.queries.rules_of",
    TIE_SETTING: "tusoi.ballots.queries.rules_of",
    TELLER_SETTING: "tusoi.ballots.queries.rules_of",
    SettingId.SCORE_STEP: "tusoi.rulebooks.rulebook.Rulebook.score_step",
    SettingId.SCORE_NOT_APPLICABLE: "tusoi.rulebooks.rulebook.Rulebook.compiler",
    SettingId.TASK_DENOMINATOR: "tusoi.reviews.queries.facts.count_duties",
    SettingId.VIOLATION_COUNTED_IN: "tusoi.ratings.queries.facts._told_disciplined",
}
# Followed by people; `effect` begins by saying so.
ONLY_RECORDED = {
    "ballot-kind",
    "publication-scope",
    "complaint-deadline",
}


def named_inside(rulebook):
    """The settings that the rulebook's own parts act by."""
    content = rulebook.content
    named = {content.no_match_setting}
    for part in (*content.rules, *content.participation, *content.authorities):
        named |= set(part.when)
    for quota in content.quotas:
        named |= {
            quota.base_setting,
            quota.rounding_setting,
            quota.group_setting,
            quota.head_setting,
            quota.enforcement_setting,
        }
    return named - {None}


def silent(rulebook):
    known = named_inside(rulebook) | set(READ_BY_NAME) | ONLY_RECORDED
    return sorted(one.id for one in rulebook.settings if one.id not in known)


@pytest.mark.parametrize("rulebook_id", IDS)
def test_every_setting_acts_or_is_known_to_be_only_recorded(rulebook_id):
    assert not silent(load(rulebook_id))


def test_a_setting_that_nothing_reads_is_found():
    rulebook = load("132-2018")
    (first, *rest) = rulebook.settings
    stray = first.model_copy(update={"id": "read-by-nobody"})
    content = rulebook.content.model_copy(update={"settings": (stray, *rest)})

    assert silent(type(rulebook)(content)) == ["read-by-nobody"]


@pytest.mark.parametrize("rulebook_id", IDS)
def test_every_setting_says_what_it_does_here(rulebook_id):
    settings = load(rulebook_id).settings

    assert [one.id for one in settings if one.effect is None] == []
    recorded = {one.id for one in settings if one.effect.vi.startswith("Chỉ ghi lại")}
    assert recorded == {one.id for one in settings} & ONLY_RECORDED


def test_nothing_is_listed_that_no_rulebook_has():
    every = {one.id for name in IDS for one in load(name).settings}

    assert set(READ_BY_NAME) | ONLY_RECORDED <= every
    assert set(SETTING_CHOICES) == set(SettingId)
    assert not set(READ_BY_NAME) & ONLY_RECORDED


@pytest.mark.parametrize("where", READ_BY_NAME.values())
def test_the_place_that_reads_a_setting_is_there(where):
    assert pkgutil.resolve_name(where)
