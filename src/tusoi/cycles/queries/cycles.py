import datetime as dt

from django.contrib.auth.models import AbstractUser
from django.db.models import Q, QuerySet

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.enums import SUBJECT_CLASS, CycleState, SubjectKind
from tusoi.cycles.models import CycleUnit, Obligation, ReviewCycle
from tusoi.files.models import StoredFile
from tusoi.people.models import Account
from tusoi.rulebooks.rulebook import Rulebook


_snapshots: dict[str, Rulebook] = {}
_KEPT = 16


def rulebook_of(cycle: ReviewCycle) -> Rulebook:
    """Return the cycle's own copy of its rulebook; read once per process."""
    found = _snapshots.get(cycle.rulebook_fingerprint)
    if found is None:
        found = Rulebook.from_snapshot(cycle.rulebook_copy.snapshot)
        if len(_snapshots) >= _KEPT:
            _snapshots.clear()
        _snapshots[cycle.rulebook_fingerprint] = found
    return found


def rule_class_of(obligation: Obligation) -> str:
    """Return the class of the rulebook by which a subject is reviewed and rated."""
    return obligation.rule_class or SUBJECT_CLASS[SubjectKind(obligation.subject_kind)]


def classes_for(obligation: Obligation) -> tuple[str, ...]:
    """Return the classes that the rulebook has for this kind of subject, the usual one first."""
    usual = SUBJECT_CLASS[SubjectKind(obligation.subject_kind)]
    rulebook = rulebook_of(obligation.cycle)
    narrower = rulebook.class_for(usual, outside=True, central=True)
    return tuple(dict.fromkeys([usual, narrower]))


def cycles_for(actor: Account, on: dt.date) -> QuerySet[ReviewCycle]:
    """Return the cycles that reach into the actor's scope, or in which they owe a dossier.

    A draft is seen by those who may open cycles at its root.
    """
    if actor.is_system:
        seen = ReviewCycle.objects.all()
    else:
        reached = CycleUnit.objects.filter(unit__in=units_for(actor, Permission.CYCLE_VIEW, on=on))
        seen = ReviewCycle.objects.filter(
            Q(pk__in=reached.values("cycle"))
            | Q(pk__in=own_obligations(actor).values("cycle"))
            | Q(state=CycleState.DRAFT, root__in=units_for(actor, Permission.CYCLE_OPEN, on=on))
        )
    return seen.select_related("root").order_by("-year", "-pk")


def current_cycles_for(actor: Account, on: dt.date) -> QuerySet[ReviewCycle]:
    """Return the open cycles that concern the actor, the newest first."""
    return cycles_for(actor, on).filter(state=CycleState.OPEN)


def own_obligations(actor: Account) -> QuerySet[Obligation]:
    """Return what the person of this account owes, in any cycle."""
    if actor.person_id is None:
        return Obligation.objects.none()
    return Obligation.objects.filter(person_id=actor.person_id, cancelled_on__isnull=True)


def obligations_for(actor: Account, on: dt.date) -> QuerySet[Obligation]:
    """Return the dossiers that the actor may see: their own, and those within their scope."""
    every = Obligation.objects.filter(cycle__state__in=[CycleState.OPEN, CycleState.CLOSED])
    if actor.is_system:
        return every
    scope = Q(unit__in=units_for(actor, Permission.PROGRESS_VIEW, on=on))
    if actor.person_id is not None:
        scope |= Q(person_id=actor.person_id)
    return every.filter(scope)


def reads_directive(account: AbstractUser, file: StoredFile, *, on: dt.date) -> bool:
    """Say whether a file belongs to the directive of a cycle that the account may see."""
    if not isinstance(account, Account):
        return False
    return cycles_for(account, on).filter(directive_files=file).exists()
