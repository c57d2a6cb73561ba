"""The facts that the engine reads about subjects, each with where it comes from.

What nobody recorded stays missing: no fact here is ever a default. All reads are set-based, so
a batch costs as many statements as one subject.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Final

from django.db.models import Count, F, Q, QuerySet

from tusoi.cycles.enums import ORGANIZATION_KINDS, SUBJECT_CLASS, SubjectKind
from tusoi.cycles.models import Obligation, ReviewCycle
from tusoi.cycles.queries import rule_class_of, rulebook_of
from tusoi.engine import (
    FactInvalid,
    LiftRefused,
    Outcome,
    Rules,
    Text,
    Truth,
    evaluate,
    score_fact,
)
from tusoi.people.enums import StandingKind
from tusoi.people.models import MemberStanding
from tusoi.ratings.enums import FactSource, RatingStep
from tusoi.ratings.models import Rating, RatingRecord
from tusoi.ratings.queries.placement import seats_in_period
from tusoi.ratings.queries.records import (
    Values,
    body_records,
    decided_unit_levels,
    disciplined_units,
    faults_remedied,
    in_period,
    member_records,
    subordinates,
)
from tusoi.reviews.enums import HANDED_IN_STATES
from tusoi.reviews.models import CriterionGrade
from tusoi.reviews.queries import duties_handed_in, scores_handed_in
from tusoi.rulebooks.explaining import GRADE_PREFIX
from tusoi.rulebooks.schema import FactSpec, SettingId
from tusoi.units.enums import CELL_KINDS, DisciplineKind, Position
from tusoi.units.models import Discipline


_DAYS_A_MONTH: Final = 30
_FROM_WARNING_UP: Final = (
    DisciplineKind.WARNING,
    DisciplineKind.DISMISSAL,
    DisciplineKind.EXPULSION,
)
_BY_ACT: Final = "act-year"
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
    problems: tuple[Text, ...] = ()
    """Why what is on record can't all be true; then what was entered weighs nothing."""
    on_record: Sheet = field(default_factory=dict)
    """What is known besides, though no rule of this edition reads it; another one may."""

    @property
    def level(self) -> str:
        """The level to begin from; nothing where no level matches."""
        return self.outcome.best_advised

    def facts_record(self) -> dict[str, Any]:
        return {name: entry.as_record() for name, entry in sorted(self.sheet.items())}

    def outcome_record(self) -> dict[str, Any]:
        """Put what came of the rules into words that JSON can keep for years."""
        outcome = self.outcome
        return {
            "subject_class": outcome.subject_class,
            "block": self.obligation.block,
            "offered": list(outcome.offered),
            "flagged": list(outcome.flagged),
            "presumed": list(outcome.presumed),
            "no_level_matches": outcome.no_level_matches.value,
            "missing": list(outcome.missing),
            "notes": [one.id for one in outcome.participation.notes],
        }

    def findings_record(self) -> list[dict[str, object]]:
        """Return each rule that stands against a level, waits, or was set aside."""
        found: dict[str, dict[str, object]] = {}
        against: dict[str, list[str]] = defaultdict(list)
        for opening in self.outcome.openings[:-1]:
            for finding in opening.findings:
                if finding.effect is Truth.HOLDS and not finding.lifted:
                    continue
                found.setdefault(finding.rule.id, finding.as_record())
                against[finding.rule.id].append(opening.level)
        return [{**record, "levels": against[rule]} for rule, record in found.items()]


def rules_of(obligation: Obligation) -> Rules:
    """Return the rules for a subject, under what the authority chose for the cycle."""
    cycle = obligation.cycle
    return rulebook_of(cycle).rules_for(
        rule_class_of(obligation), cycle.rulebook_settings, obligation.block
    )


def enterable_facts(obligation: Obligation) -> tuple[FactSpec, ...]:
    """Return every fact that a person may enter, with a source, when rating a subject.

    What the application looks after may be entered too: its records can lag behind a paper.
    """
    names = rules_of(obligation).facts_read
    return tuple(one for one in rulebook_of(obligation.cycle).facts if one.name in names)


def scores_of(obligation: Obligation) -> tuple[str, ...]:
    """Return the names of the points that are told for a subject: of groups, or of criteria."""
    sheet = rules_of(obligation).sheet
    if sheet is None:
        return ()
    return tuple(
        score_fact(name)
        for group in sheet.groups
        for name in ([one.criterion for one in group.items] or [group.group])
    )


def _at_steps(
    cycle: ReviewCycle, obligation_ids: Iterable[int]
) -> tuple[dict[int, Sheet], dict[int, tuple[str, ...]]]:
    """Return what people entered at the steps so far, and what the last step set aside.

    The last word on a fact counts.
    """
    found: dict[int, dict[str, FactEntry]] = defaultdict(dict)
    lifted: dict[int, tuple[str, ...]] = {}
    records = RatingRecord.objects.filter(
        rating__obligation__in=list(obligation_ids),
        rating__obligation__cycle=cycle,
        withdrawn_at__isnull=True,
    ).order_by("pk")
    for obligation_id, facts, sets in records.values_list(
        "rating__obligation_id", "facts", "lifted"
    ):
        lifted[obligation_id] = tuple(sets)
        for name, entry in facts.items():
            if entry.get("by") == FactSource.ENTERED:
                found[obligation_id][name] = FactEntry(
                    entry["value"], FactSource.ENTERED, entry.get("source", "")
                )
    return dict(found), lifted


def assess(
    cycle: ReviewCycle,
    obligations: Sequence[Obligation],
    *,
    entered: Mapping[int, Sheet] | None = None,
) -> dict[int, Assessment]:
    """Read the facts of subjects of one cycle and ask the rules; a bounded number of statements.

    `entered` are facts typed just now; they come on top of those entered at earlier steps. What
    the last step set aside stays set aside; `lift` sets more aside.
    """
    sheets = _sheets(cycle, obligations)
    earlier, set_aside = _at_steps(cycle, sheets)
    result = {}
    for one in obligations:
        one.cycle = cycle
        typed = {**earlier.get(one.pk, {}), **(entered or {}).get(one.pk, {})}
        result[one.pk] = _assessed(one, sheets[one.pk], typed, set_aside.get(one.pk, ()))
    return result


def lift(assessment: Assessment, rules: Collection[str]) -> Assessment:
    """Weigh the same facts with presumptions set aside."""
    return _assessed(assessment.obligation, assessment.sheet, {}, rules)


def _assessed(
    obligation: Obligation, sheet: Sheet, typed: Sheet, lifted: Collection[str]
) -> Assessment:
    """Weigh what is known. Facts that can't be true together are told, and weigh nothing."""
    problems: tuple[Text, ...] = ()
    for known, sets in (({**sheet, **typed}, lifted), (sheet, ()), ({}, ())):
        read = _read_by(obligation, known)
        try:
            outcome = evaluate(
                rules_of(obligation),
                rulebook_of(obligation.cycle).read_facts(
                    {name: entry.value for name, entry in read.items()}
                ),
                lifted=sets,
            )
        except FactInvalid as refusal:
            problems += (refusal.text,)
        except LiftRefused:
            problems += (_NOT_LIFTED,)
        else:
            return Assessment(obligation, read, outcome, problems, known)
    raise AssertionError("no fact at all contradicts nothing")


def _read_by(obligation: Obligation, sheet: Sheet) -> dict[str, FactEntry]:
    names = rules_of(obligation).facts_read | set(scores_of(obligation))
    return {name: entry for name, entry in sheet.items() if name in names}


_NOT_LIFTED: Final = Text(
    "Không có căn cứ nào của quy tắc để xem xét lại; hãy nhập căn cứ kèm nguồn trước.",
    "None of the grounds that the rule names is the case; enter the ground with its source first.",
)


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
    for pk, points in scores_handed_in(cycle, sheets).items():
        sheets[pk] |= {
            name: FactEntry(_plain(value), FactSource.SELF_REVIEW)
            for name, value in points.items()
        }
    by_class: dict[str, list[Obligation]] = defaultdict(list)
    for one in obligations:
        by_class[SUBJECT_CLASS[SubjectKind(one.subject_kind)]].append(one)
    for subject_class, ones in by_class.items():
        _READERS[subject_class](cycle, ones, sheets)
    _put(sheets, faults_remedied(obligations), FactSource.SELF_REVIEW)
    for pk, counts in duties_handed_in(cycle, sheets).items():
        sheets[pk] |= {
            name: FactEntry(value, FactSource.SELF_REVIEW)
            for name, value in counts.as_facts().items()
        }
    return sheets


def _put(sheets: "Sheets", values: Values, source: FactSource) -> None:
    for pk, facts in values.items():
        sheets[pk] |= {name: FactEntry(value, source) for name, value in facts.items()}


Sheets = dict[int, dict[str, FactEntry]]


def _plain(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else str(value)


def _member_facts(cycle: ReviewCycle, ones: Sequence[Obligation], sheets: Sheets) -> None:
    people = [one.person_id for one in ones]
    disciplined = set(
        Discipline.objects.filter(in_period(cycle), member__person__in=people).values_list(
            "member__person_id", flat=True
        )
    )
    sick = _sick_days(cycle, people)
    told = _told_disciplined(cycle)
    for one in ones:
        sheet = sheets[one.pk]
        _put_entry(sheet, "disciplined-in-year", told[one.person_id in disciplined])
        # Nobody records health; only a leave that was entered is a fact.
        if one.person_id in sick:
            months = sick[one.person_id] // _DAYS_A_MONTH
            sheet["sick-leave-months"] = FactEntry(months, FactSource.RECORDS)
    _put(sheets, member_records(cycle, ones), FactSource.RECORDS)


def _told_disciplined(cycle: ReviewCycle) -> dict[bool, FactEntry | None]:
    """Return what may be told of whoever was disciplined in the period, and of who was not.

    The records know the day of the decision. Where the authority counts a violation in the year
    of the act, a decision of this period may be about an earlier one: then a person has to tell.
    """
    counted = rulebook_of(cycle).choice_of(SettingId.VIOLATION_COUNTED_IN, cycle.rulebook_settings)
    disciplined = None if counted == _BY_ACT else FactEntry(True, FactSource.RECORDS)
    return {True: disciplined, False: FactEntry(False, FactSource.RECORDS)}


def _put_entry(sheet: dict[str, FactEntry], name: str, entry: FactEntry | None) -> None:
    if entry is not None:
        sheet[name] = entry


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
    disciplined = disciplined_units(cycle, {one.unit_id for one in ones})
    below = _ratings_below(cycle, ones)
    told = _told_disciplined(cycle)
    for one in ones:
        _put_entry(sheets[one.pk], "organization-disciplined", told[one.unit_id in disciplined])
        sheets[one.pk] |= below.get(one.unit_id, {})
    _put(sheets, subordinates(cycle, ones), FactSource.RECORDS)


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
                in_period(cycle), kind__in=_FROM_WARNING_UP
            )
        ).values_list("collective_id", flat=True)
    )
    unit_levels = decided_unit_levels(cycle, {one.unit_id for one in ones})
    told = _told_disciplined(cycle)
    for one in ones:
        # Without a known seat nobody can say that no member was disciplined.
        if one.collective_id in sitting:
            _put_entry(
                sheets[one.pk], "collective-member-warned", told[one.collective_id in warned]
            )
        _put_level(sheets[one.pk], "unit-level", unit_levels.get(one.unit_id))
    _put(sheets, body_records(cycle, ones), FactSource.RECORDS)
    _put(sheets, subordinates(cycle, ones), FactSource.RECORDS)


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
    unit_levels = decided_unit_levels(cycle, {one.unit_id for one in ones})
    for one in ones:
        sheet = sheets[one.pk]
        sheet["is-head"] = FactEntry(
            (one.collective_id, one.person_id) in heads, FactSource.RECORDS
        )
        _put_level(sheet, "collective-level", collective_levels.get(one.collective_id or 0))
        _put_level(sheet, "unit-level", unit_levels.get(one.unit_id))
    _member_facts(cycle, ones, sheets)
    _put(sheets, subordinates(cycle, ones), FactSource.RECORDS)


def _put_level(sheet: dict[str, FactEntry], name: str, level: str | None) -> None:
    if level:
        sheet[name] = FactEntry(level, FactSource.RATINGS)


_READERS: Final = {
    "member": _member_facts,
    "party_organization": _organization_facts,
    "collective": _collective_facts,
    "leader": _leader_facts,
}
