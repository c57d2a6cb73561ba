"""The facts that the engine reads about subjects, each with where it comes from.

What nobody recorded stays missing: no fact here is ever a default. All reads are set-based, so
a batch costs as many statements as one subject.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet

from tusoi.cycles.enums import ORGANIZATION_KINDS, SUBJECT_CLASS, SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rulebook_of
from tusoi.engine import Outcome, evaluate
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding
from tusoi.ratings.enums import FactSource, RatingStep
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.queries.placement import seats_in_period
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import CriterionGrade
from tusoi.rulebooks.explaining import GRADE_PREFIX
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.rulebooks.schema import FactSpec
from tusoi.units.enums import CELL_KINDS, DisciplineKind, Position
from tusoi.units.models import Discipline


_DAYS_A_MONTH: Final = 30
_FROM_WARNING_UP: Final = (
    DisciplineKind.WARNING,
    DisciplineKind.DISMISSAL,
    DisciplineKind.EXPULSION,
)
# The application has no record of these, whatever a rulebook expects: people enter them.
_NOT_RECORDED: Final = frozenset({"collective-disciplined"})
_LEVEL_COUNTS: Final = ("excellent", "good", "satisfactory", "unsatisfactory")


@dataclass(frozen=True)
class FactEntry:
    """A fact as JSON keeps it, and where it comes from.

    `source` is what a person wrote beside a fact they entered; beside ratings below it is how
    many of them are decided: `12/15`.
    """

    value: bool | int | str
    by: FactSource
    source: str = ""

    def as_record(self) -> dict[str, Any]:
        return {"value": self.value, "by": self.by.value, "source": self.source}


Sheet = Mapping[str, FactEntry]


@dataclass(frozen=True)
class Assessment:
    """What is known about a subject, and what the rules make of it."""

    obligation: Obligation
    sheet: Sheet
    outcome: Outcome

    @property
    def level(self) -> str:
        """The level to begin from; nothing while it would only be the lowest left."""
        return self.outcome.best_advised

    def facts_record(self) -> dict[str, Any]:
        return {name: entry.as_record() for name, entry in sorted(self.sheet.items())}

    def findings_record(self) -> list[dict[str, object]]:
        """Return each rule that stands against a level or waits, with those levels."""
        found: dict[str, dict[str, object]] = {}
        against: dict[str, list[str]] = defaultdict(list)
        for opening in self.outcome.openings[:-1]:
            for finding in opening.reasons:
                found.setdefault(finding.rule.id, finding.as_record())
                against[finding.rule.id].append(opening.level)
        return [{**record, "levels": against[rule]} for rule, record in found.items()]


def subject_class_of(obligation: Obligation) -> str:
    return SUBJECT_CLASS[SubjectKind(obligation.subject_kind)]


def facts_read(rulebook: Rulebook, subject_class: str) -> frozenset[str]:
    """Return the names of the facts that the rules of a class read."""
    rules = rulebook.rules_for(subject_class).rules
    names = {name for rule in rules for name in rule.condition.reads()}
    return frozenset(names | {rule.level_fact for rule in rules if rule.level_fact})


def enterable_facts(rulebook: Rulebook, subject_class: str) -> tuple[FactSpec, ...]:
    """Return the facts that a person enters, with a source, when rating a subject."""
    names = facts_read(rulebook, subject_class)
    return tuple(
        one
        for one in rulebook.facts
        if one.name in names and (one.supplied_by != "application" or one.name in _NOT_RECORDED)
    )


def entered_facts(cycle: ReviewCycle, obligation_ids: Iterable[int]) -> dict[int, Sheet]:
    """Return what people entered at the steps so far; the last word on a fact counts."""
    found: dict[int, dict[str, FactEntry]] = defaultdict(dict)
    records = RatingRecord.objects.filter(
        rating__obligation__in=list(obligation_ids),
        rating__obligation__cycle=cycle,
        withdrawn_at__isnull=True,
    ).order_by("pk")
    for obligation_id, facts in records.values_list("rating__obligation_id", "facts"):
        for name, entry in facts.items():
            if entry.get("by") == FactSource.ENTERED:
                found[obligation_id][name] = FactEntry(
                    entry["value"], FactSource.ENTERED, entry.get("source", "")
                )
    return dict(found)


def assess(
    cycle: ReviewCycle,
    obligations: Sequence[Obligation],
    *,
    entered: Mapping[int, Sheet] | None = None,
) -> dict[int, Assessment]:
    """Read the facts of subjects of one cycle and ask the rules; a bounded number of statements.

    `entered` are facts typed just now; they come on top of those entered at earlier steps.
    """
    rulebook = rulebook_of(cycle)
    sheets = _sheets(cycle, obligations)
    earlier = entered_facts(cycle, sheets)
    result = {}
    for one in obligations:
        names = facts_read(rulebook, subject_class_of(one))
        merged = {
            **sheets[one.pk],
            **earlier.get(one.pk, {}),
            **(entered or {}).get(one.pk, {}),
        }
        sheet = {name: entry for name, entry in merged.items() if name in names}
        facts = rulebook.read_facts({name: entry.value for name, entry in sheet.items()})
        outcome = evaluate(rulebook.rules_for(subject_class_of(one)), facts)
        result[one.pk] = Assessment(one, sheet, outcome)
    return result


def facts_of(obligation: Obligation) -> Assessment:
    return assess(obligation.cycle, [obligation])[obligation.pk]


def _sheets(
    cycle: ReviewCycle, obligations: Sequence[Obligation]
) -> dict[int, dict[str, FactEntry]]:
    sheets: dict[int, dict[str, FactEntry]] = {
        one.pk: {"reviewed": FactEntry(one.reviewed_at is not None, FactSource.MEETING)}
        for one in obligations
    }
    # What is still being written is its author's alone.
    grades = CriterionGrade.objects.filter(
        review__obligation__in=list(sheets), review__state__in=HANDED_IN_STATES
    )
    for pk, criterion, grade in grades.values_list(
        "review__obligation_id", "criterion_id", "grade_id"
    ):
        sheets[pk][f"{GRADE_PREFIX}{criterion}"] = FactEntry(grade, FactSource.SELF_REVIEW)
    by_class: dict[str, list[Obligation]] = defaultdict(list)
    for one in obligations:
        by_class[subject_class_of(one)].append(one)
    for subject_class, ones in by_class.items():
        _READERS[subject_class](cycle, ones, sheets)
    return sheets


Sheets = dict[int, dict[str, FactEntry]]


def _in_period(cycle: ReviewCycle) -> Q:
    return Q(decided_on__gte=cycle.period_from, decided_on__lte=cycle.period_to)


def _member_facts(cycle: ReviewCycle, ones: Sequence[Obligation], sheets: Sheets) -> None:
    people = [one.person_id for one in ones]
    disciplined = set(
        Discipline.objects.filter(_in_period(cycle), member__person__in=people).values_list(
            "member__person_id", flat=True
        )
    )
    sick = _sick_days(cycle, people)
    for one in ones:
        sheet = sheets[one.pk]
        sheet["disciplined-in-year"] = FactEntry(one.person_id in disciplined, FactSource.RECORDS)
        # Nobody records health; only a leave that was entered is a fact.
        if one.person_id in sick:
            months = sick[one.person_id] // _DAYS_A_MONTH
            sheet["sick-leave-months"] = FactEntry(months, FactSource.RECORDS)


def _sick_days(cycle: ReviewCycle, people: Sequence[int | None]) -> dict[int | None, int]:
    rows = MemberStanding.objects.filter(
        Q(valid_to__isnull=True) | Q(valid_to__gte=cycle.period_from),
        member__person__in=people,
        kind=StandingKind.SICK_LEAVE,
        valid_from__lte=cycle.period_to,
    )
    days: dict[int | None, int] = defaultdict(int)
    for person_id, first, last in rows.values_list("member__person_id", "valid_from", "valid_to"):
        start = max(first, cycle.period_from)
        end = min(last or cycle.period_to, cycle.period_to)
        days[person_id] += (end - start + dt.timedelta(days=1)).days
    return dict(days)


def _organization_facts(cycle: ReviewCycle, ones: Sequence[Obligation], sheets: Sheets) -> None:
    disciplined = set(
        Discipline.objects.filter(
            _in_period(cycle), unit__in=[one.unit_id for one in ones]
        ).values_list("unit_id", flat=True)
    )
    below = _ratings_below(cycle, ones)
    for one in ones:
        sheets[one.pk]["organization-disciplined"] = FactEntry(
            one.unit_id in disciplined, FactSource.RECORDS
        )
        sheets[one.pk] |= below.get(one.unit_id, {})


def _ratings_below(
    cycle: ReviewCycle, ones: Sequence[Obligation]
) -> dict[int, dict[str, FactEntry]]:
    """Count the levels below each organisation, once every one below has a level.

    A cell counts its members, an upper organisation those directly below it. Levels that are
    proposed count until they are decided; how many are decided is told beside the figures.
    """
    cells = [one.unit_id for one in ones if one.unit.kind in CELL_KINDS]
    upper = [one.unit_id for one in ones if one.unit.kind not in CELL_KINDS]
    expected = Obligation.objects.filter(cycle=cycle, is_rateable=True, cancelled_on__isnull=True)
    members = expected.filter(subject_kind=SubjectKind.MEMBER, unit__in=cells)
    children = expected.filter(
        subject_kind__in=ORGANIZATION_KINDS,
        unit__cycle_units__cycle=cycle,
        unit__cycle_units__parent__in=upper,
    )
    rows = [
        *(_counted(members.annotate(above=F("unit_id"))) if cells else ()),
        *(_counted(children.annotate(above=F("unit__cycle_units__parent_id"))) if upper else ()),
    ]
    return {row["above"]: _counts(row) for row in rows if row["rated"] == row["all"]}


def _counted(obligations: QuerySet[Any]) -> Any:
    rated = ~Q(rating__step=RatingStep.SELF) & Q(rating__isnull=False)
    return (
        obligations.order_by()
        .values("above")
        .annotate(
            all=Count("pk"),
            rated=Count("pk", filter=rated),
            decided=Count("pk", filter=Q(rating__step=RatingStep.DECIDED)),
            **{
                f"{level}_count": Count("pk", filter=rated & Q(rating__level_id=level))
                for level in _LEVEL_COUNTS
            },
        )
    )


def _counts(row: Mapping[str, int]) -> dict[str, FactEntry]:
    told = f"{row['decided']}/{row['all']}"
    counts = {"children-rated-count": row["rated"]} | {
        f"children-{level}-count": row[f"{level}_count"] for level in _LEVEL_COUNTS
    }
    return {name: FactEntry(count, FactSource.RATINGS, told) for name, count in counts.items()}


def _collective_facts(cycle: ReviewCycle, ones: Sequence[Obligation], sheets: Sheets) -> None:
    seats = seats_in_period(cycle).filter(collective__in=[one.collective_id for one in ones])
    sitting = set(seats.values_list("collective_id", flat=True))
    warned = set(
        seats.filter(
            person__party_member__disciplines__in=Discipline.objects.filter(
                _in_period(cycle), kind__in=_FROM_WARNING_UP
            )
        ).values_list("collective_id", flat=True)
    )
    unit_levels = _unit_levels(cycle, ones)
    for one in ones:
        # Without a known seat nobody can say that no member was disciplined.
        if one.collective_id in sitting:
            sheets[one.pk]["collective-member-warned"] = FactEntry(
                one.collective_id in warned, FactSource.RECORDS
            )
        _put_level(sheets[one.pk], "unit-level", unit_levels.get(one.unit_id))


def _leader_facts(cycle: ReviewCycle, ones: Sequence[Obligation], sheets: Sheets) -> None:
    bodies = [one.collective_id for one in ones]
    heads = set(
        seats_in_period(cycle)
        .filter(collective__in=bodies, position=Position.HEAD)
        .values_list("collective_id", "person_id")
    )
    collective_levels = dict(
        Rating.objects.filter(
            obligation__cycle=cycle,
            obligation__subject_kind=SubjectKind.COLLECTIVE,
            obligation__cancelled_on__isnull=True,
            obligation__collective__in=bodies,
            step=RatingStep.DECIDED,
        ).values_list("obligation__collective_id", "level_id")
    )
    unit_levels = _unit_levels(cycle, ones)
    for one in ones:
        sheet = sheets[one.pk]
        sheet["is-head"] = FactEntry(
            (one.collective_id, one.person_id) in heads, FactSource.RECORDS
        )
        _put_level(sheet, "collective-level", collective_levels.get(one.collective_id or 0))
        _put_level(sheet, "unit-level", unit_levels.get(one.unit_id))


def _unit_levels(cycle: ReviewCycle, ones: Sequence[Obligation]) -> dict[int, str]:
    return dict(
        Rating.objects.filter(
            obligation__cycle=cycle,
            obligation__subject_kind__in=ORGANIZATION_KINDS,
            obligation__cancelled_on__isnull=True,
            obligation__unit__in=[one.unit_id for one in ones],
            step=RatingStep.DECIDED,
        ).values_list("obligation__unit_id", "level_id")
    )


def _put_level(sheet: dict[str, FactEntry], name: str, level: str | None) -> None:
    if level:
        sheet[name] = FactEntry(level, FactSource.RATINGS)


_READERS: Final = {
    "member": _member_facts,
    "party_organization": _organization_facts,
    "collective": _collective_facts,
    "leader": _leader_facts,
}
