"""An outcome in words for a terminal."""

from collections.abc import Iterable, Iterator
from typing import Final

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tusoi.engine import Citation, Finding, LevelOpening, Outcome, Truth
from tusoi.jobs.checking.choosing import said
from tusoi.rulebooks.explaining import explain, missing_facts
from tusoi.rulebooks.rulebook import Rulebook


_MARKS: Final = {Truth.HOLDS: "✓", Truth.FAILS: "✗", Truth.UNDECIDED: "?"}


def told(rulebook: Rulebook, outcome: Outcome, *, with_reasons: bool = True) -> Iterator[str]:
    """Say what the rules leave open, and why not more."""
    yield from _may(outcome)
    if outcome.no_level_matches is Truth.HOLDS:
        levels = _titles(rulebook, outcome.candidates)
        yield _("Không mức nào khớp quy định: cấp có thẩm quyền quyết định (%(levels)s).") % {
            "levels": levels
        }
    elif not (outcome.best_advised or outcome.best_open):
        yield _("Chưa xác định: hoặc %(level)s, hoặc không mức nào khớp quy định.") % {
            "level": _titles(rulebook, outcome.offered)
        }
    else:
        yield _("Mức cao nhất còn mở: %(level)s.") % {
            "level": said(rulebook.level(outcome.best_advised or outcome.best_open).title)
        }
    if outcome.presumed:
        yield _("Chỉ chọn được khi cấp có thẩm quyền nêu căn cứ: %(levels)s.") % {
            "levels": _titles(rulebook, outcome.presumed)
        }
    if with_reasons:
        yield from _reasons(rulebook, outcome)
    yield from _missing(rulebook, outcome)


def _may(outcome: Outcome) -> Iterator[str]:
    words = {Truth.HOLDS: _("có"), Truth.FAILS: _("không"), Truth.UNDECIDED: _("chưa rõ")}
    yield _("Kiểm điểm: %(review)s. Xếp loại: %(rate)s.") % {
        "review": words[outcome.may_be_reviewed],
        "rate": words[outcome.may_be_rated],
    }
    participation = outcome.participation
    clauses = [*([participation.clause] if participation.clause else []), *participation.notes]
    for clause in clauses:
        yield f"  • {said(clause.title)} ({_cited(clause.citations)})"
    for finding in outcome.preconditions:
        if finding.effect is not Truth.HOLDS:
            yield f"  {_MARKS[finding.effect]} {_rule(finding)}"


def _reasons(rulebook: Rulebook, outcome: Outcome) -> Iterator[str]:
    seen: set[str] = set()
    for opening in outcome.openings:
        yield f"  {_MARKS[_shown_truth(opening)]} {said(rulebook.level(opening.level).title)}"
        for finding in _telling(opening, is_lowest=opening is outcome.openings[-1]):
            again = finding.rule.id in seen
            seen.add(finding.rule.id)
            yield f"      {_MARKS[finding.effect]} {_rule(finding)}"
            if not again:
                yield from (f"          {line}" for line in _facts(rulebook, finding))


def _shown_truth(opening: LevelOpening) -> Truth:
    return opening.truth if opening.truth is Truth.FAILS else opening.advised


def _telling(opening: LevelOpening, *, is_lowest: bool) -> Iterable[Finding]:
    """What stands against a level or waits; of the lowest, what is cause for it or may be."""
    if not is_lowest:
        return opening.reasons
    return (one for one in opening.findings if one.effect is not Truth.FAILS)


def _rule(finding: Finding) -> str:
    rule = finding.rule
    flag = f" [{_('chưa đối chiếu văn bản gốc')}]" if rule.status.needs_checking else ""
    lifted = f" [{_('đã nêu căn cứ')}]" if finding.lifted else ""
    return f"{said(rule.title)} ({_cited(rule.citations)}){flag}{lifted}"


def _facts(rulebook: Rulebook, finding: Finding) -> Iterator[str]:
    for one in explain(rulebook, finding):
        yield f"{said(one.title)}: {said(one.value)}"


def _missing(rulebook: Rulebook, outcome: Outcome) -> Iterator[str]:
    found = missing_facts(rulebook, outcome)
    if found:
        yield _("Còn thiếu:")
    for one in found:
        yield f"  • {said(one.title)} – {said(one.owed_by)} ({one.name})"


def _titles(rulebook: Rulebook, levels: Iterable[str]) -> str:
    return ", ".join(said(rulebook.level(one).title) for one in levels)


def _cited(citations: Iterable[Citation]) -> str:
    language = get_language() or "vi"
    return "; ".join(dict.fromkeys(one.in_language(language) for one in citations))
