"""The result of a vote as every page shows it: only reconciled totals, and of very few none."""

from dataclasses import dataclass

from django.utils.translation import get_language

from tusoi.ballots.enums import QuestionKind
from tusoi.ballots.queries import QuestionResult
from tusoi.cycles.models import ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.rulebooks.rulebook import localized


@dataclass(frozen=True)
class VoteLine:
    title: str
    count: int
    is_leading: bool


@dataclass(frozen=True)
class VoteSummary:
    counts: QuestionResult
    lines: tuple[VoteLine, ...]
    shows_counts: bool

    @property
    def leading_title(self) -> str:
        return ", ".join(one.title for one in self.lines if one.is_leading)


def level_titles(cycle: ReviewCycle) -> dict[str, str]:
    """Return the official wording of each level in the language of the screen, best first."""
    language = get_language() or "vi"
    return {one.id: localized(one.title, language) for one in rulebook_of(cycle).levels}


def vote_summary(
    counts: QuestionResult | None, cycle: ReviewCycle, *, on_paper: bool = False
) -> VoteSummary | None:
    """Return what may be shown of a vote; counts of fewer than five only on the signed paper."""
    if counts is None:
        return None
    titles = level_titles(cycle) if counts.kind is QuestionKind.LEVEL else {}
    chosen = counts.chosen_ids
    return VoteSummary(
        counts=counts,
        lines=tuple(
            VoteLine(titles.get(one.option_id, one.title), one.count, one.option_id in chosen)
            for one in counts.votes
        ),
        shows_counts=on_paper or not counts.is_small,
    )
