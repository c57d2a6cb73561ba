"""What the whole body said, and what follows from it by the rules: in whole numbers only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tusoi.ballots.enums import (
    COUNTED_STATES,
    BaseRule,
    PassRule,
    PollState,
    QuestionKind,
    TieRule,
)
from tusoi.ballots.models import Poll, PollQuestion
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of


PASS_SETTING: Final = "ballot-pass"  # noqa: S105 -- a setting of the rulebook, no password
BASE_SETTING: Final = "ballot-denominator"
TIE_SETTING: Final = "ballot-tie"
TELLER_SETTING: Final = "ballot-tellers"
# Below this many ballots arithmetic alone tells who chose what.
SMALL_BODY: Final = 5
YES: Final = "yes"
NO: Final = "no"


@dataclass(frozen=True)
class OptionVotes:
    option_id: str
    title: str
    count: int

    @property
    def level_id(self) -> str:
        return self.option_id


@dataclass(frozen=True)
class QuestionResult:
    """The totals of one question as they were counted and joined. Only this may be shown."""

    question_id: int
    obligation_id: int | None
    poll_id: int
    number: int
    kind: QuestionKind
    text: str
    most_choices: int
    is_signed: bool
    entitled_count: int
    voter_count: int
    issued_count: int
    returned_count: int
    blank_count: int
    invalid_count: int
    votes: tuple[OptionVotes, ...]
    pass_rule: PassRule
    base_rule: BaseRule
    tie_rule: TieRule
    needs_checking: bool = False

    @property
    def valid_count(self) -> int:
        return self.returned_count - self.blank_count - self.invalid_count

    @property
    def base_count(self) -> int:
        """Return the number that the share is taken of."""
        return {
            BaseRule.MEMBERS: self.entitled_count,
            BaseRule.PRESENT: self.voter_count,
            BaseRule.RETURNED: self.returned_count,
        }[self.base_rule]

    @property
    def is_small(self) -> bool:
        """Say whether so few ballots came back that the totals give voters away."""
        return self.returned_count < SMALL_BODY

    @property
    def is_unanimous(self) -> bool:
        return any(one.count == self.valid_count > 0 for one in self.votes)

    @property
    def chosen_ids(self) -> tuple[str, ...]:
        """Return the options that the body chose by the rules; of levels and yes or no, one."""
        passed = [one for one in self.votes if passes(self.pass_rule, one.count, self.base_count)]
        if self.kind is QuestionKind.CHOOSE:
            return _first_places(passed, self.most_choices)
        if passed:
            return (passed[0].option_id,)
        if self.kind is QuestionKind.LEVEL and self.tie_rule is TieRule.LOWER:
            return self._lower_of_a_tie()
        return ()

    @property
    def leading_level_id(self) -> str:
        """Return the level that the body proposes; empty when none has enough votes."""
        return next(iter(self.chosen_ids), "") if self.kind is QuestionKind.LEVEL else ""

    @property
    def is_passed(self) -> bool:
        """Say whether a yes or no question was agreed to."""
        return self.chosen_ids == (YES,)

    def _lower_of_a_tie(self) -> tuple[str, ...]:
        """Return the lower of the levels that lead alike, if together they have the share."""
        most = max((one.count for one in self.votes), default=0)
        tied = [one for one in self.votes if one.count == most]
        if len(tied) > 1 and passes(self.pass_rule, most * len(tied), self.base_count):
            return (tied[-1].option_id,)
        return ()


def passes(rule: PassRule, count: int, base: int) -> bool:
    """Compare in whole numbers; at the exact boundary a fraction would lie."""
    if rule is PassRule.TWO_THIRDS:
        return base > 0 and 3 * count >= 2 * base
    return base > 0 and 2 * count > base


def _first_places(passed: Sequence[OptionVotes], most: int) -> tuple[str, ...]:
    """Return the most-voted; where the last places tie with one too many, none of these."""
    if len(passed) <= most:
        return tuple(one.option_id for one in passed)
    counts = sorted((one.count for one in passed), reverse=True)
    first_left_out = counts[most]
    return tuple(one.option_id for one in passed if one.count > first_left_out)


@dataclass(frozen=True)
class PollRules:
    """What the cycle's rulebook says of a vote; frozen on the poll when it is opened."""

    pass_rule: PassRule
    base_rule: BaseRule
    tie_rule: TieRule
    tellers_not_rated: bool
    needs_checking: bool


def rules_of(cycle: ReviewCycle) -> PollRules:
    """Return the choices of the cycle; what a rulebook leaves unsaid follows custom.

    Whatever stands on no text compared with the original is to be checked.
    """
    chosen, unchecked = _choices(cycle)
    return PollRules(
        pass_rule=PassRule(chosen.get(PASS_SETTING, PassRule.MORE_THAN_HALF)),
        base_rule=BaseRule(chosen.get(BASE_SETTING, BaseRule.RETURNED)),
        tie_rule=TieRule(chosen.get(TIE_SETTING, TieRule.NONE)),
        tellers_not_rated=chosen.get(TELLER_SETTING) == "not-rated",
        needs_checking=unchecked or PASS_SETTING not in chosen,
    )


def pass_rule(cycle: ReviewCycle) -> tuple[PassRule, bool]:
    """Return the share that proposes a level, and whether it is still to be checked."""
    rules = rules_of(cycle)
    return rules.pass_rule, rules.needs_checking


def _choices(cycle: ReviewCycle) -> tuple[dict[str, str], bool]:
    rulebook = rulebook_of(cycle)
    asked = {PASS_SETTING, BASE_SETTING, TIE_SETTING, TELLER_SETTING}
    found = [one for one in rulebook.settings if one.id in asked]
    chosen = {one.id: str(rulebook.setting(one.id, cycle.rulebook_settings)) for one in found}
    return chosen, any(one.needs_checking for one in found)


def level_ids(cycle: ReviewCycle) -> list[str]:
    """Return the levels of the pinned rulebook, best first."""
    return [level.id for level in rulebook_of(cycle).levels]


def reconciled_counts(obligation: Obligation) -> QuestionResult | None:
    """Return the totals of the vote in force on a subject; nothing before they are counted."""
    return counts_by_obligation([obligation.pk], cycle=obligation.cycle).get(obligation.pk)


def counts_by_obligation(
    obligation_ids: Sequence[int], *, cycle: ReviewCycle
) -> dict[int, QuestionResult]:
    """Return the same for many subjects of a cycle, in one statement."""
    questions = (
        PollQuestion.objects.filter(
            obligation__in=obligation_ids,
            obligation__cycle=cycle,
            poll__state__in=COUNTED_STATES,
            result__isnull=False,
        )
        .select_related("poll")
        .order_by("poll__counted_at", "pk")
    )
    needs_checking = rules_of(cycle).needs_checking
    return {
        one.obligation_id: result_of(one, needs_checking=needs_checking)
        for one in questions
        if one.obligation_id is not None
    }


def results_of(poll: Poll) -> tuple[QuestionResult, ...]:
    """Return the totals of every question; none before the count, nor once the poll is void."""
    if poll.state not in COUNTED_STATES:
        return ()
    needs_checking = rules_of(poll.meeting.cycle).needs_checking
    return tuple(
        result_of(one, needs_checking=needs_checking)
        for one in poll.questions.select_related("poll").order_by("position")
    )


def result_of(question: PollQuestion, *, needs_checking: bool) -> QuestionResult:
    poll = question.poll
    result: Mapping[str, Any] = question.result or {"options": {}, "blank": 0, "invalid": 0}
    return QuestionResult(
        question_id=question.pk,
        obligation_id=question.obligation_id,
        poll_id=question.poll_id,
        number=poll.number,
        kind=QuestionKind(question.kind),
        text=question.text,
        most_choices=question.most_choices,
        is_signed=poll.state == PollState.SIGNED,
        entitled_count=poll.entitled_count,
        voter_count=poll.voter_count,
        issued_count=poll.issued_count or 0,
        returned_count=poll.returned_count or 0,
        blank_count=result["blank"],
        invalid_count=result["invalid"],
        votes=tuple(
            OptionVotes(one["id"], one["title"], result["options"].get(one["id"], 0))
            for one in question.options
        ),
        pass_rule=PassRule(poll.pass_rule),
        base_rule=BaseRule(poll.base_rule),
        tie_rule=TieRule(poll.tie_rule),
        needs_checking=needs_checking,
    )
