"""The teller's sheet: its lines, its equations, and on which lines two people differ."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tusoi.ballots.enums import QuestionKind
from tusoi.ballots.models import Poll, PollQuestion, PollRoster, Tally, Urn
from tusoi.people.models import Account


@dataclass(frozen=True)
class QuestionCounts:
    """Votes for each option of one question, and the ballots that chose none or too many."""

    options: Mapping[str, int]
    blank: int = 0
    invalid: int = 0

    def as_record(self) -> dict[str, Any]:
        return {"options": dict(self.options), "blank": self.blank, "invalid": self.invalid}

    def plus(self, other: "QuestionCounts") -> "QuestionCounts":
        keys = dict.fromkeys([*self.options, *other.options])
        return QuestionCounts(
            {one: self.options.get(one, 0) + other.options.get(one, 0) for one in keys},
            self.blank + other.blank,
            self.invalid + other.invalid,
        )


@dataclass(frozen=True)
class TallyFigures:
    """The totals on a teller's sheet; `counts` are of papers, by question."""

    issued_count: int
    returned_count: int = 0
    slip_count: int = 0
    unused_count: int = 0
    counts: Mapping[int, QuestionCounts] = field(default_factory=dict)

    def rows(self) -> dict[str, int]:
        """Return every line of the sheet by its key: `issued`, `12:good`, `12:blank`."""
        rows = {
            "issued": self.issued_count,
            "returned": self.returned_count,
            "slips": self.slip_count,
            "unused": self.unused_count,
        }
        for question_id, counts in self.counts.items():
            rows |= {f"{question_id}:option:{one}": n for one, n in counts.options.items()}
            rows[f"{question_id}:blank"] = counts.blank
            rows[f"{question_id}:invalid"] = counts.invalid
        return rows


@dataclass(frozen=True)
class SheetFacts:
    """What the figures of a sheet are held against."""

    voter_count: int
    ticked_count: int
    has_codes: bool
    has_papers: bool
    paper_count: int
    ballot_count: int
    questions: tuple[PollQuestion, ...]


def sheet_facts(poll: Poll) -> SheetFacts:
    roster = PollRoster.objects.get(poll=poll)
    urn = Urn.objects.filter(poll=poll).first()
    return SheetFacts(
        voter_count=poll.voter_count,
        ticked_count=len(roster.issued),
        has_codes=poll.has_codes,
        has_papers=poll.has_papers,
        paper_count=poll.paper_count,
        ballot_count=urn.ballot_count if urn else 0,
        questions=tuple(poll.questions.order_by("position")),
    )


def problems_with(figures: TallyFigures, facts: SheetFacts) -> list[str]:
    """Return a sentence for each equation of the teller's sheet that does not hold."""
    asked = {one.pk: set(one.option_ids) for one in facts.questions} if facts.has_papers else {}
    if {key: set(one.options) for key, one in figures.counts.items()} != asked:
        return [_("Hãy ghi số phiếu của mọi phương án; phương án không có phiếu nào ghi 0.")]
    if min(figures.rows().values()) < 0:
        return [_("Số phiếu không thể là số âm.")]
    checks = _equations(figures, facts)
    for number, question in enumerate(facts.questions, start=1):
        if facts.has_papers:
            sentence = _("Câu %(number)d: tổng các dòng không khớp số phiếu giấy thu về.") % {
                "number": number
            }
            checks[sentence] = question_adds_up(
                question, figures.counts[question.pk], figures.returned_count
            )
    return [sentence for sentence, holds in checks.items() if not holds]


def _equations(figures: TallyFigures, facts: SheetFacts) -> dict[str, bool]:
    out_of_box = figures.returned_count + figures.slip_count + figures.unused_count
    return {
        _("Chưa phát phiếu nào thì chưa có kết quả để nhập."): figures.issued_count > 0,
        _(
            "Số phiếu phát ra không được nhiều hơn số người có mặt được biểu quyết "
            "(%(voters)d người)."
        )
        % {"voters": facts.voter_count}: figures.issued_count <= facts.voter_count,
        _("Số phiếu phát ra phải bằng số người đã đánh dấu nhận phiếu (%(ticked)d người).")
        % {"ticked": facts.ticked_count}: (
            figures.issued_count == facts.ticked_count
            or (not facts.has_codes and not facts.ticked_count)
        ),
        _("Số phiếu thu về không được nhiều hơn số phiếu phát ra."): (
            out_of_box <= figures.issued_count
        ),
        _("Số phiếu mã trong hòm phải bằng số phiếu hệ thống đã nhận (%(count)d phiếu).")
        % {"count": facts.ballot_count}: figures.slip_count == facts.ballot_count,
        _("Lần bỏ phiếu này không dùng phiếu mã."): facts.has_codes or not figures.unused_count,
        _("Số phiếu giấy thu về không được nhiều hơn số phiếu giấy đã in (%(count)d phiếu).")
        % {"count": facts.paper_count}: (
            not facts.has_codes or figures.returned_count <= facts.paper_count
        ),
    }


def question_adds_up(question: PollQuestion, counts: QuestionCounts, returned: int) -> bool:
    """Say whether options, blank and invalid ballots make the ballots that came back.

    Where several may be chosen, the marks lie between one and the most for each valid ballot.
    """
    valid = returned - counts.blank - counts.invalid
    marks = sum(counts.options.values())
    if question.kind != QuestionKind.CHOOSE:
        return valid >= 0 and marks == valid
    most = max(counts.options.values(), default=0)
    return valid >= most and valid <= marks <= valid * question.most_choices


def figures_of(tally: Tally) -> TallyFigures:
    return TallyFigures(
        issued_count=tally.issued_count,
        returned_count=tally.returned_count,
        slip_count=tally.slip_count,
        unused_count=tally.unused_count,
        counts={
            int(key): QuestionCounts(one["options"], one["blank"], one["invalid"])
            for key, one in tally.counts.items()
        },
    )


def own_tally(poll: Poll, actor: Account) -> Tally | None:
    return poll.tallies.filter(entered_by=actor).first()


def entry_count(poll: Poll) -> int:
    """Say how many of the two have entered; the only interim fact there is."""
    return poll.tallies.count()


def agreed_figures(tallies: Collection[Tally]) -> TallyFigures | None:
    """Return what two people counted alike; nothing else counts."""
    figures = [figures_of(one) for one in tallies]
    if len(figures) == 2 and figures[0].rows() == figures[1].rows():  # noqa: PLR2004 -- two people
        return figures[0]
    return None


@dataclass(frozen=True)
class DifferingRow:
    """A line on which two people disagree, shown to each beside what they entered themselves.

    Never the other's figure: one could enter anything, look, and copy it as the second count.
    """

    key: str
    own_count: int


def differing_rows(poll: Poll, actor: Account) -> list[DifferingRow]:
    """Return the lines that differ, to one of the two and only once both have entered."""
    tallies: Sequence[Tally] = list(poll.tallies.order_by("entry"))
    own = [one for one in tallies if one.entered_by_id == actor.pk]
    others = [one for one in tallies if one.entered_by_id != actor.pk]
    if not own or not others:
        return []
    mine, theirs = figures_of(own[0]).rows(), figures_of(others[0]).rows()
    lines = ["issued", "returned", "slips", "unused"]
    for question in poll.questions.order_by("position"):
        lines += [f"{question.pk}:option:{one}" for one in question.option_ids]
        lines += [f"{question.pk}:blank", f"{question.pk}:invalid"]
    return [DifferingRow(key, mine[key]) for key in lines if mine.get(key) != theirs.get(key)]
