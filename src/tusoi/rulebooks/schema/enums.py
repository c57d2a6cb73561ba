"""The closed sets that the code depends on."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from tusoi.engine import AbsentScore


class SubjectClass(StrEnum):
    PARTY_ORGANIZATION = "party_organization"
    MEMBER = "member"
    OUTSIDE_MEMBER = "outside_member"
    """A member who does not work in the political system; only where the text tells them apart."""
    COLLECTIVE = "collective"
    LEADER = "leader"
    CENTRAL_LEADER = "central_leader"
    """A leader managed by the Centre; only where the text tells them apart."""


class QuestionKind(StrEnum):
    TEXT = "text"
    SHORT_TEXT = "short_text"
    DATE = "date"
    GRADE = "grade"
    SCORE = "score"
    LEVEL = "level"
    TARGETS = "targets"
    STRENGTHS = "strengths"
    SHORTCOMINGS = "shortcomings"
    PREVIOUS_SHORTCOMINGS = "previous_shortcomings"
    INITIATIVES = "initiatives"
    DISCIPLINE = "discipline"
    REMEDIES = "remedies"
    PROMPT_RESPONSES = "prompt_responses"


class FactKind(StrEnum):
    BOOLEAN = "boolean"
    COUNT = "count"
    MONTHS = "months"
    RATIO = "ratio"
    GRADE = "grade"
    LEVEL = "level"
    CHOICE = "choice"
    SCORE = "score"


class StageStep(StrEnum):
    ACKNOWLEDGE = "acknowledge"
    SELF_REVIEW = "self_review"
    SUBMIT = "submit"
    MEETING = "meeting"
    PROPOSE = "propose"
    APPRAISE = "appraise"
    DECIDE = "decide"
    REMEDY = "remedy"


class AuthorityLevel(StrEnum):
    """Whose committee decides, counted from the subject."""

    GRASSROOTS = "grassroots"
    """The committee of the grassroots organisation to which the subject belongs."""
    SUPERIOR = "superior"
    """The standing committee of the committee directly above the subject."""
    UPPER = "upper"
    """The standing committee of the committee directly above grassroots organisations."""
    PROVINCE = "province"
    """The standing committee of the province-level committee."""
    CENTRE = "centre"
    """The Politburo or the Secretariat."""


class ParticipationKind(StrEnum):
    DECIDES = "decides"
    """Says whether a subject is reviewed and rated; the first that holds has the last word."""
    NOTES = "notes"
    """Says how, and decides nothing; all that hold are told."""


class InputKind(StrEnum):
    COMMENT = "comment"
    DOCUMENT = "document"
    RATING = "rating"
    FACT = "fact"
    BALLOT = "ballot"


class OrderScope(StrEnum):
    """What two steps must have in common for one to wait for the other."""

    SAME_PERSON = "same_person"
    SAME_UNIT = "same_unit"
    SAME_COLLECTIVE = "same_collective"
    BELOW = "below"
    WHOLE = "whole"


class DutyKind(StrEnum):
    REMEDY_PLAN = "remedy_plan"
    NOTIFY = "notify"
    PUBLISH = "publish"
    FILE = "file"
    FOLLOW_UP = "follow_up"
    REWARD = "reward"
    PERSONNEL = "personnel"


class SettingId(StrEnum):
    """Settings that the application reads by name, where a rulebook has them.

    The others act through the parts of a rulebook that name them, or are only recorded: each
    says in its `effect` what it does.
    """

    SCORE_STEP = "score-step"
    SCORE_NOT_APPLICABLE = "score-not-applicable"
    TASK_DENOMINATOR = "task-denominator"
    VIOLATION_COUNTED_IN = "violation-counted-in"


# What each of them may be; a rulebook may leave choices out, and adds none.
SETTING_CHOICES: Final[Mapping[SettingId, frozenset[str]]] = {
    SettingId.SCORE_STEP: frozenset({"none", "half", "tenth"}),
    SettingId.SCORE_NOT_APPLICABLE: frozenset(one.value for one in AbsentScore),
    SettingId.TASK_DENOMINATOR: frozenset({"excluded", "included"}),
    SettingId.VIOLATION_COUNTED_IN: frozenset({"decision-year", "act-year"}),
}
