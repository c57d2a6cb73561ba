import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.ballots.enums import PassRule, RoundState
from tusoi.ballots.models import BallotRound, Tally
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.meetings.models import ReviewMeeting
from tusoi.people.models import Account


PASS_SETTING = "ballot-pass"  # noqa: S105 -- a setting of the rulebook, no password
# Below this many papers arithmetic alone tells who chose what.
SMALL_BODY = 5


@dataclass(frozen=True)
class TallyFigures:
    """The totals on a teller's sheet."""

    issued_count: int
    returned_count: int
    valid_count: int
    invalid_count: int
    votes: Mapping[str, int]

    def rows(self) -> dict[str, int]:
        """Return every line of the sheet by its key; levels as `level:<id>`."""
        return {
            "issued": self.issued_count,
            "returned": self.returned_count,
            "valid": self.valid_count,
            "invalid": self.invalid_count,
            **{f"level:{level}": count for level, count in self.votes.items()},
        }


@dataclass(frozen=True)
class LevelVotes:
    level_id: str
    count: int


@dataclass(frozen=True)
class ReconciledCounts:
    """What two people counted alike. Only this may be shown, to anybody."""

    round_id: int
    number: int
    voter_count: int
    issued_count: int
    returned_count: int
    valid_count: int
    invalid_count: int
    votes: tuple[LevelVotes, ...]
    pass_rule: PassRule
    pass_needs_checking: bool

    @property
    def is_small(self) -> bool:
        """Say whether so few papers came back that the totals give voters away."""
        return self.returned_count < SMALL_BODY

    @property
    def is_unanimous(self) -> bool:
        return any(one.count == self.valid_count > 0 for one in self.votes)

    @property
    def leading_level_id(self) -> str:
        """Return the level that one majority chose, by the rule; empty when none did."""
        for one in self.votes:
            if _passes(self.pass_rule, one.count, self.returned_count):
                return one.level_id
        return ""


@dataclass(frozen=True)
class DifferingRow:
    """A line on which two people disagree, shown to each beside what they entered themselves.

    Never the other's figure: one could enter anything, look, and copy it as the second count.
    """

    key: str
    own_count: int


def rounds_for(actor: Account, *, on: dt.date) -> QuerySet[BallotRound]:
    """Return the rounds whose totals the account may enter."""
    return BallotRound.objects.filter(
        meeting__unit__in=units_for(actor, Permission.BALLOT_ENTER, on=on)
    )


def rounds_of(meeting: ReviewMeeting) -> QuerySet[BallotRound]:
    return meeting.rounds.order_by("obligation_id", "number")


def reconciled_counts(obligation: Obligation) -> ReconciledCounts | None:
    """Return the totals of the vote in force on a subject; nothing before both entries agree."""
    return counts_by_obligation([obligation.pk], cycle=obligation.cycle).get(obligation.pk)


def counts_by_obligation(
    obligation_ids: Sequence[int], *, cycle: ReviewCycle
) -> dict[int, ReconciledCounts]:
    """Return the same for many subjects of a cycle, in two statements."""
    tallies = (
        Tally.objects.filter(
            entry=1,
            round__state=RoundState.RECONCILED,
            round__obligation__in=obligation_ids,
            round__obligation__cycle=cycle,
        )
        .select_related("round")
        .prefetch_related("counts")
        .order_by("round__reconciled_at", "round_id")
    )
    rule, needs_checking = pass_rule(cycle)
    levels = level_ids(cycle)
    return {
        tally.round.obligation_id: _reconciled(tally, levels, rule, needs_checking)
        for tally in tallies
    }


def own_tally(ballot_round: BallotRound, actor: Account) -> Tally | None:
    return ballot_round.tallies.filter(entered_by=actor).prefetch_related("counts").first()


def entry_count(ballot_round: BallotRound) -> int:
    """Say how many of the two have entered; the only interim fact there is."""
    return ballot_round.tallies.count()


def differing_rows(ballot_round: BallotRound, actor: Account) -> list[DifferingRow]:
    """Return the lines that differ, to one of the two and only once both have entered."""
    tallies = list(ballot_round.tallies.prefetch_related("counts").order_by("entry"))
    own = [one for one in tallies if one.entered_by_id == actor.pk]
    others = [one for one in tallies if one.entered_by_id != actor.pk]
    if not own or not others:
        return []
    mine, theirs = figures_of(own[0]).rows(), figures_of(others[0]).rows()
    order = ["issued", "returned", "valid", "invalid"]
    order += [f"level:{one}" for one in level_ids(ballot_round.obligation.cycle)]
    return [DifferingRow(key, mine[key]) for key in order if mine[key] != theirs[key]]


def figures_of(tally: Tally) -> TallyFigures:
    return TallyFigures(
        issued_count=tally.issued_count,
        returned_count=tally.returned_count,
        valid_count=tally.valid_count,
        invalid_count=tally.invalid_count,
        votes={one.level_id: one.vote_count for one in tally.counts.all()},
    )


def level_ids(cycle: ReviewCycle) -> list[str]:
    """Return the levels of the pinned rulebook, best first."""
    return [level.id for level in rulebook_of(cycle).levels]


def pass_rule(cycle: ReviewCycle) -> tuple[PassRule, bool]:
    """Return the share that proposes a level, and whether it is still to be checked.

    A rulebook without the setting leaves more than half, by custom; that is to be checked.
    """
    rulebook = rulebook_of(cycle)
    for setting in rulebook.settings:
        if setting.id == PASS_SETTING:
            chosen = rulebook.setting(PASS_SETTING, cycle.rulebook_settings)
            return PassRule(chosen), setting.needs_checking
    return PassRule.MORE_THAN_HALF, True


def problems_with(figures: TallyFigures, *, voter_count: int, levels: Sequence[str]) -> list[str]:
    """Return a sentence for each equation of the teller's sheet that does not hold."""
    if set(figures.votes) != set(levels):
        return [_("Hãy ghi số phiếu của đúng các mức xếp loại; mức không có phiếu nào ghi 0.")]
    if min(figures.rows().values()) < 0:
        return [_("Số phiếu không thể là số âm.")]
    checks = {
        _("Chưa phát phiếu nào thì chưa có kết quả để nhập."): figures.issued_count > 0,
        _(
            "Số phiếu phát ra không được nhiều hơn số người có mặt được biểu quyết "
            "(%(voters)d người)."
        )
        % {"voters": voter_count}: figures.issued_count <= voter_count,
        _("Số phiếu thu về không được nhiều hơn số phiếu phát ra."): (
            figures.returned_count <= figures.issued_count
        ),
        _("Số phiếu thu về phải bằng số phiếu hợp lệ cộng số phiếu không hợp lệ."): (
            figures.returned_count == figures.valid_count + figures.invalid_count
        ),
        _("Tổng số phiếu của các mức phải bằng số phiếu hợp lệ."): (
            sum(figures.votes.values()) == figures.valid_count
        ),
    }
    return [sentence for sentence, holds in checks.items() if not holds]


def _reconciled(
    tally: Tally,
    levels: Sequence[str],
    rule: PassRule,
    needs_checking: bool,  # noqa: FBT001 -- passed on as it was read
) -> ReconciledCounts:
    votes = {one.level_id: one.vote_count for one in tally.counts.all()}
    return ReconciledCounts(
        round_id=tally.round_id,
        number=tally.round.number,
        voter_count=tally.round.voter_count,
        issued_count=tally.issued_count,
        returned_count=tally.returned_count,
        valid_count=tally.valid_count,
        invalid_count=tally.invalid_count,
        votes=tuple(LevelVotes(one, votes[one]) for one in levels),
        pass_rule=rule,
        pass_needs_checking=needs_checking,
    )


def _passes(rule: PassRule, count: int, base: int) -> bool:
    """Compare in whole numbers; at the exact boundary a fraction would lie."""
    if rule is PassRule.TWO_THIRDS:
        return base > 0 and 3 * count >= 2 * base
    return 2 * count > base
