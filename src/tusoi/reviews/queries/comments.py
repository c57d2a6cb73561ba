"""Which comments by others a dossier needs, by the rulebook and by what is recorded.

The rulebook says which comments there are, of whom they are asked and how sure that is; here
stands which recorded facts make one needed in this year, for this person. A comment is never a
gate: whoever lacks one is reminded, and the review goes on (Quy định 213-QĐ/TW and Hướng dẫn
33-HD/BTCTW for the residence; Hướng dẫn 21-HD/BTCTW, II.B.6 for moves and temporary activities).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rule_class_of, rulebook_of
from tusoi.engine import Text
from tusoi.people.models import Person
from tusoi.reviews.enums import CommentSource, CommentState
from tusoi.reviews.models import ReviewAnswer, ReviewComment
from tusoi.rulebooks.participating import months_between
from tusoi.rulebooks.rulebook import localized
from tusoi.rulebooks.schema import CommentRule
from tusoi.units.enums import MembershipKind, UnitSector
from tusoi.units.models import Membership


# Hướng dẫn 21-HD/BTCTW, II.B.6: from this time on the cell one left has to comment.
_MONTHS_IN_PREVIOUS_CELL: Final = 6
_AT_WORK: Final = frozenset(
    {UnitSector.AGENCY, UnitSector.PUBLIC_SERVICE, UnitSector.ENTERPRISE, UnitSector.LOCALITY}
)
_MASS_POST: Final = "person-mass-organization-post"
_NONE_WORDS: Final = frozenset({"", "không", "không có", "khong", "0", "-", "–", "no", "none"})


@dataclass(frozen=True)
class CommentNeed:
    """One comment that belongs to a dossier: from whom, why, and whether it is there."""

    source: CommentSource
    title: str
    author: str
    state: CommentState
    reason: str

    @property
    def is_open(self) -> bool:
        return self.state in {CommentState.DUE, CommentState.MISSING}


@dataclass
class _Known:
    """What is recorded about one person that decides on comments."""

    person: Person
    memberships: list[Membership] = field(default_factory=list)
    mass_post: str | None = None

    def cell(self, on: dt.date) -> Membership | None:
        official = [one for one in self.memberships if one.kind == MembershipKind.OFFICIAL]
        return next((one for one in official if _holds(one, on)), None)


@dataclass(frozen=True)
class _Need:
    """`is_sure` is False where the facts do not settle it: then it is only suggested."""

    reason: str
    is_sure: bool = True


def comment_needs(
    obligations: Collection[Obligation], *, on: dt.date
) -> dict[int, tuple[CommentNeed, ...]]:
    """Return what each dossier needs, by its key; five statements however many there are."""
    personal = [one for one in obligations if one.person_id is not None]
    _share_cycles(personal)
    known = _known(personal, on)
    attached = _attached(personal)
    return {
        one.pk: tuple(_needs(one, known[one.person_id], attached, on))
        for one in personal
        if one.person_id in known
    }


def _share_cycles(obligations: Collection[Obligation]) -> None:
    """Give rows that came without their cycle the same one, read once."""
    bare = [one for one in obligations if "cycle" not in one._state.fields_cache]
    cycles = ReviewCycle.objects.in_bulk({one.cycle_id for one in bare}) if bare else {}
    for one in bare:
        one.cycle = cycles[one.cycle_id]


def _needs(
    obligation: Obligation,
    known: _Known,
    attached: Mapping[tuple[int, int | None], set[str]],
    on: dt.date,
) -> Iterable[CommentNeed]:
    subject = rule_class_of(obligation)
    there = attached.get((obligation.cycle_id, obligation.person_id), set())
    for rule in rulebook_of(obligation.cycle).comments_for(subject):
        if rule.id not in _NEEDED:
            continue
        source, ask = _NEEDED[rule.id]
        need = ask(known, obligation, on)
        if need is None and source not in there:
            continue
        yield CommentNeed(
            source=source,
            title=_words(rule.title),
            author=_words(rule.author),
            state=_state(need, rule, obligation, is_there=source in there, on=on),
            reason=_reason(need, rule),
        )


def _state(
    need: _Need | None, rule: CommentRule, obligation: Obligation, *, is_there: bool, on: dt.date
) -> CommentState:
    if is_there:
        return CommentState.ATTACHED
    if need is None or not need.is_sure or rule.needs_checking:
        return CommentState.ADVISED
    return CommentState.MISSING if obligation.due_on < on else CommentState.DUE


def _reason(need: _Need | None, rule: CommentRule) -> str:
    if need is None:
        return ""
    if rule.needs_checking:
        return _("%(reason)s Quy định này chưa đối chiếu văn bản gốc.") % {"reason": need.reason}
    return need.reason


# -- when each is needed -------------------------------------------------------------------------


def _residence(known: _Known, _obligation: Obligation, on: dt.date) -> _Need | None:
    """Working members keep ties with where they live; a cell at the residence needs no slip."""
    cell = known.cell(on)
    sector = cell.unit.sector if cell else None
    if sector == UnitSector.RESIDENTIAL:
        return None
    if sector == UnitSector.ARMED_FORCES:
        return _Need(
            _("Lực lượng vũ trang có trường hợp được miễn sinh hoạt nơi cư trú, hãy xem lại."),
            is_sure=False,
        )
    if sector in _AT_WORK or known.person.is_civil_servant:
        return _Need(_("Đang công tác, sinh hoạt đảng ở nơi làm việc."))
    return _Need(_("Chưa rõ có đang công tác và được miễn hay không."), is_sure=False)


def _agency_head(known: _Known, _obligation: Obligation, _on: dt.date) -> _Need | None:
    if not known.person.is_civil_servant:
        return None
    return _Need(_("Là cán bộ, công chức, viên chức."))


def _mass_organization(known: _Known, _obligation: Obligation, _on: dt.date) -> _Need | None:
    """Posts in mass organisations are not recorded; the head of the review may name one."""
    if known.mass_post is None or known.mass_post.strip().lower() in _NONE_WORDS:
        return None
    return _Need(
        _("Bản kiểm điểm ghi chức vụ đoàn thể: %(post)s.") % {"post": known.mass_post.strip()},
        is_sure=False,
    )


def _previous_cell(known: _Known, obligation: Obligation, on: dt.date) -> _Need | None:
    now, since = known.cell(on), obligation.cycle.period_from
    left = [
        one
        for one in known.memberships
        if one.kind == MembershipKind.OFFICIAL
        and one.valid_to is not None
        and since <= one.valid_to <= on
        and (now is None or one.unit_id != now.unit_id)
    ]
    if not left:
        return None
    last = max(left, key=lambda one: (one.valid_to or since, one.pk))
    months = months_between(last.valid_from, last.valid_to or on) or 0
    return _Need(
        _("Chuyển từ %(cell)s đến ngày %(day)s, đã sinh hoạt ở đó %(months)d tháng.")
        % {"cell": last.unit.name, "day": f"{last.valid_to:%d/%m/%Y}", "months": months},
        is_sure=months >= _MONTHS_IN_PREVIOUS_CELL,
    )


def _temporary_cell(known: _Known, _obligation: Obligation, on: dt.date) -> _Need | None:
    for one in known.memberships:
        if one.kind == MembershipKind.TEMPORARY and _holds(one, on):
            return _Need(_("Đang sinh hoạt tạm thời tại %(cell)s.") % {"cell": one.unit.name})
    return None


# By the id of the rulebook's comment, which every edition keeps.
_NEEDED: Final[
    Mapping[str, tuple[CommentSource, Callable[[_Known, Obligation, dt.date], _Need | None]]]
] = {
    "residence": (CommentSource.RESIDENCE, _residence),
    "agency-head": (CommentSource.AGENCY, _agency_head),
    "mass-organization": (CommentSource.MASS_ORGANIZATION, _mass_organization),
    "previous-cell": (CommentSource.OLD_CELL, _previous_cell),
    "temporary-cell": (CommentSource.TEMPORARY_CELL, _temporary_cell),
}


# -- what is recorded ----------------------------------------------------------------------------


def _known(obligations: list[Obligation], on: dt.date) -> dict[int | None, _Known]:
    ids = {one.person_id for one in obligations if one.person_id is not None}
    known: dict[int | None, _Known] = {
        person.pk: _Known(person) for person in Person.objects.filter(pk__in=ids)
    }
    since = min((one.cycle.period_from for one in obligations), default=on)
    memberships = (
        Membership.objects.filter(Q(valid_to__isnull=True) | Q(valid_to__gte=since))
        .filter(member__person__in=ids)
        .select_related("unit", "member")
        .order_by("valid_from", "pk")
    )
    for one in memberships:
        known[one.member.person_id].memberships.append(one)
    _add_mass_posts(obligations, known)
    return known


def _add_mass_posts(obligations: list[Obligation], known: Mapping[int | None, _Known]) -> None:
    questions = {
        question.id
        for rulebook in {one.cycle_id: rulebook_of(one.cycle) for one in obligations}.values()
        for question in rulebook.content.questions
        if question.prefill == _MASS_POST
    }
    told = ReviewAnswer.objects.filter(
        question_id__in=questions, review__obligation__in=[one.pk for one in obligations]
    ).values_list("review__obligation__person", "text")
    for person_id, text in told:
        known[person_id].mass_post = text


def _attached(obligations: list[Obligation]) -> dict[tuple[int, int | None], set[str]]:
    """Return the sources that have commented, by cycle and person.

    Who is reviewed twice in a cycle, as a member and as a leader, hands a slip in once.
    """
    found: dict[tuple[int, int | None], set[str]] = defaultdict(set)
    rows = ReviewComment.objects.filter(
        obligation__cycle__in={one.cycle_id for one in obligations},
        obligation__person__in={one.person_id for one in obligations},
    ).values_list("obligation__cycle", "obligation__person", "source")
    for cycle_id, person_id, source in rows:
        found[cycle_id, person_id].add(source)
    return found


def _holds(membership: Membership, on: dt.date) -> bool:
    ends = membership.valid_to
    return membership.valid_from <= on and (ends is None or ends > on)


def _words(text: Text) -> str:
    return localized(text, get_language() or "vi")
