"""What opening a cycle would do: looked at by a person, then checked again by the operation."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tusoi.cycles.enums import CycleState, StageKey, SubjectKind
from tusoi.cycles.models import CycleStage, ReviewCycle
from tusoi.cycles.queries.cycles import rulebook_of
from tusoi.cycles.queries.subjects import (
    UNIT_SUBJECTS,
    Branch,
    Statement,
    branches_of,
    gathered,
    subjects_of,
)
from tusoi.people.models import PartyMember
from tusoi.rulebooks.rulebook import localized
from tusoi.units.enums import CELL_KINDS, MembershipKind, UnitKind
from tusoi.units.models import Membership, Unit


_NAMED = 5


@dataclass(frozen=True)
class Reason:
    """Why some subjects are not reviewed, or reviewed and not rated."""

    code: str
    title: str
    explanation: str
    count: int
    needs_checking: bool


@dataclass(frozen=True)
class KindPreview:
    kind: SubjectKind
    expected: int
    rated: int
    excused: tuple[Reason, ...]
    not_rated: tuple[Reason, ...]
    branches: tuple[Branch, ...]

    @property
    def excused_count(self) -> int:
        return sum(reason.count for reason in self.excused)


@dataclass(frozen=True)
class OpeningPreview:
    """What the cycle would expect of whom, and what stands in the way."""

    on: dt.date
    kinds: tuple[KindPreview, ...]
    units: int
    problems: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def expected(self) -> int:
        return sum(kind.expected for kind in self.kinds)

    @property
    def can_open(self) -> bool:
        return not self.problems


def preview_opening(
    cycle: ReviewCycle, *, on: dt.date, has_gathered: bool = False
) -> OpeningPreview:
    """Count every kind of subject as the tree and the memberships stand on a day.

    The operation that opens has gathered the subjects already, and needs no warnings: a person
    has read them.
    """
    kinds = tuple(
        _kind_preview(
            cycle,
            kind,
            gathered(kind) if has_gathered else subjects_of(kind, root_id=cycle.root_id, on=on),
        )
        for kind in SubjectKind
    )
    return OpeningPreview(
        on=on,
        kinds=kinds,
        units=units_on(cycle.root_id, on).count(),
        problems=tuple(_problems(cycle, kinds, on)),
        warnings=() if has_gathered else tuple(_warnings(cycle, on)),
    )


def units_on(root_id: int, on: dt.date) -> QuerySet[Unit]:
    """Return the organisations at and below a unit that exist on a day."""
    return Unit.objects.filter(_exists(on), above__ancestor=root_id)


def _exists(on: dt.date) -> Q:
    return Q(established_on__lte=on) & (Q(closed_on__isnull=True) | Q(closed_on__gt=on))


def _kind_preview(cycle: ReviewCycle, kind: SubjectKind, subjects: Statement) -> KindPreview:
    branches = branches_of(
        kind, subjects, rulebook=rulebook_of(cycle), cycle_ends_on=cycle.period_to
    )
    reviewed = [one for one in branches if one.participation.review]
    return KindPreview(
        kind=kind,
        expected=sum(one.count for one in reviewed),
        rated=sum(one.count for one in reviewed if one.participation.rate),
        excused=_reasons(cycle, [one for one in branches if not one.participation.review]),
        not_rated=_reasons(cycle, [one for one in reviewed if not one.participation.rate]),
        branches=tuple(branches),
    )


def _reasons(cycle: ReviewCycle, branches: list[Branch]) -> tuple[Reason, ...]:
    counts: dict[str, int] = {}
    for one in branches:
        counts[one.participation.code] = counts.get(one.participation.code, 0) + one.count
    return tuple(reason_of(cycle, code, count) for code, count in counts.items())


def reason_of(cycle: ReviewCycle, code: str, count: int = 0) -> Reason:
    """Put a code of the rulebook's participation rules into words."""
    language = get_language() or "vi"
    for rule in rulebook_of(cycle).participation:
        if rule.id == code:
            return Reason(
                code=code,
                title=localized(rule.title, language),
                explanation=localized(rule.explanation, language),
                count=count,
                needs_checking=rule.needs_checking,
            )
    return Reason(code=code, title=code, explanation="", count=count, needs_checking=True)


def _problems(cycle: ReviewCycle, kinds: tuple[KindPreview, ...], on: dt.date) -> Iterator[str]:
    if cycle.state != CycleState.DRAFT:
        yield _("Đợt kiểm điểm này đã mở.")
    if not next(one for one in kinds if one.kind is SubjectKind.MEMBER).expected:
        yield _("Không có đảng viên nào sinh hoạt chính thức trong phạm vi của đợt.")
    yield from _calendar_problems(cycle, kinds)
    yield from _overlaps(cycle)
    yield from _tree_problems(cycle, on)


def _calendar_problems(cycle: ReviewCycle, kinds: tuple[KindPreview, ...]) -> Iterator[str]:
    known = set(
        CycleStage.objects.filter(cycle=cycle, key=StageKey.SELF_REVIEW).values_list(
            "subject_kind", flat=True
        )
    )
    absent = [one.kind.label for one in kinds if one.expected and one.kind not in known]
    if absent:
        yield _("Lịch chưa có thời hạn nộp bản kiểm điểm cho: %(kinds)s.") % {
            "kinds": ", ".join(str(label) for label in absent)
        }


def _overlaps(cycle: ReviewCycle) -> Iterator[str]:
    others = ReviewCycle.objects.filter(
        root=cycle.root_id,
        cadence=cycle.cadence,
        period_from__lte=cycle.period_to,
        period_to__gte=cycle.period_from,
        state__in=[CycleState.OPEN, CycleState.CLOSED],
    ).exclude(pk=cycle.pk)
    for name in others.values_list("name", flat=True)[:_NAMED]:
        yield _("Đã có đợt “%(name)s” cho cùng tổ chức đảng và cùng thời gian.") % {"name": name}


def _tree_problems(cycle: ReviewCycle, on: dt.date) -> Iterator[str]:
    here = units_on(cycle.root_id, on)
    cells = units_on(cycle.root_id, on).filter(kind__in=CELL_KINDS)
    barren = here.filter(
        ~Exists(cells.filter(above__ancestor=OuterRef("pk"))),
        kind=UnitKind.GRASSROOTS_ORGANIZATION,
    )
    yield from _naming(barren, _("Đảng bộ chưa có chi bộ nào: %(names)s."))
    stranded = here.exclude(pk=cycle.root_id).filter(parent__closed_on__lte=on)
    yield from _naming(
        stranded, _("Cấp trên trực tiếp đã kết thúc hoạt động, cần chuyển đi: %(names)s.")
    )


def _naming(units: QuerySet[Unit], sentence: str) -> Iterator[str]:
    names = list(units.order_by("sort_key").values_list("name", flat=True)[: _NAMED + 1])
    if names:
        shown = ", ".join(names[:_NAMED]) + (" …" if len(names) > _NAMED else "")
        yield sentence % {"names": shown}


def _warnings(cycle: ReviewCycle, on: dt.date) -> Iterator[str]:
    if not cycle.directive_number or cycle.directive_on is None:
        yield _("Chưa ghi số và ngày của văn bản chỉ đạo.")
    if CycleStage.objects.filter(cycle=cycle, key=StageKey.SELF_REVIEW, due_on__lt=on).exists():
        yield _("Có thời hạn nộp bản kiểm điểm đã qua; hồ sơ nộp sau đó sẽ tính là nộp muộn.")
    members = Membership.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gt=on),
        kind=MembershipKind.OFFICIAL,
        valid_from__lte=on,
    )
    empty = units_on(cycle.root_id, on).filter(
        ~Exists(members.filter(unit=OuterRef("pk"))), kind__in=CELL_KINDS
    )
    yield from _naming(empty, _("Chi bộ chưa có đảng viên nào: %(names)s."))
    yield from _twice(cycle, members)
    yield from _unchecked(cycle)


def _twice(cycle: ReviewCycle, members: QuerySet[Membership]) -> Iterator[str]:
    count = (
        PartyMember.objects.filter(
            memberships__in=members.filter(unit__above__ancestor=cycle.root_id)
        )
        .annotate(cells=Count("memberships"))
        .filter(cells__gt=1)
        .count()
    )
    if count:
        yield ngettext(
            "%(count)d đảng viên đang ghi sinh hoạt chính thức ở hai chi bộ; chỉ tính một nơi.",
            "%(count)d đảng viên đang ghi sinh hoạt chính thức ở hai chi bộ; chỉ tính một nơi.",
            count,
        ) % {"count": count}


def _unchecked(cycle: ReviewCycle) -> Iterator[str]:
    count = sum(one.needs_checking for one in rulebook_of(cycle).settings)
    if count:
        yield ngettext(
            "Bộ quy tắc có %(count)d lựa chọn chưa đối chiếu với văn bản gốc.",
            "Bộ quy tắc có %(count)d lựa chọn chưa đối chiếu với văn bản gốc.",
            count,
        ) % {"count": count}


__all__ = [
    "UNIT_SUBJECTS",
    "KindPreview",
    "OpeningPreview",
    "Reason",
    "preview_opening",
    "reason_of",
    "units_on",
]
