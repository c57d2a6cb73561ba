"""Uploading a list, applying it, dropping it: everything that imports change."""

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import IntegrityError, transaction

from tusoi.access.enums import Permission
from tusoi.access.errors import NotPermitted
from tusoi.access.guard import permissions_anywhere
from tusoi.audit import operations as audit
from tusoi.core.text import search_key
from tusoi.imports.advance import READING, Progress, silent
from tusoi.imports.enums import BatchState, Outcome, SubjectKind
from tusoi.imports.errors import (
    ChangedSincePreview,
    FileHasProblems,
    NotAwaitingConfirmation,
)
from tusoi.imports.models import ImportBatch, ImportRemark, ImportRow
from tusoi.imports.planning.plan import ImportPlan, make_plan
from tusoi.imports.planning.steps import Gone, PersonStep, UnitStep
from tusoi.imports.reading.sheets import read_table_file
from tusoi.imports.writing import Occasion, write_plan
from tusoi.people.models import Account
from tusoi.people.queries import system_account


_NAME_LIMIT: Final = 200
# Nobody has said yet what becomes of the upload.
_UNDECIDED: Final = frozenset({BatchState.PREVIEWED, BatchState.REFUSED})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    content: bytes
    name: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def _require(actor: Account, *, on: dt.date) -> None:
    """Refuse whoever may import nowhere; each row is checked against the scope besides.

    Raises:
        NotPermitted: no role in force gives the right to import.
    """
    if Permission.DATA_IMPORT not in permissions_anywhere(actor, on=on):
        raise NotPermitted


def plan_import(
    *, upload: Upload, actor: Account, on: dt.date, progress: Progress = silent
) -> ImportPlan:
    """Read a file and compare it with what is stored; write nothing.

    Raises:
        NotPermitted: the actor may import nowhere.
        UnreadableFile: the file cannot be opened.
    """
    _require(actor, on=on)
    progress(READING, 0, 1)
    table = read_table_file(upload.content, filename=upload.name, on=on)
    progress(READING, 1, 1)
    return make_plan(table, actor=actor, on=on, progress=progress)


def preview_import(*, upload: Upload, actor: Account, at: dt.datetime, on: dt.date) -> ImportBatch:
    """Keep an upload with its plan, so that a person can look before anything is written.

    Uploads that nobody decided about in time are dropped first.

    Raises:
        NotPermitted: the actor may import nowhere.
        UnreadableFile: the file cannot be opened.
    """
    # Reading takes seconds and writes nothing: meanwhile others may write.
    plan = plan_import(upload=upload, actor=actor, on=on)
    with transaction.atomic():
        _expire(at)
        return _keep_preview(upload, plan, actor=actor, at=at, on=on)


def _keep_preview(
    upload: Upload, plan: ImportPlan, *, actor: Account, at: dt.datetime, on: dt.date
) -> ImportBatch:
    batch = _keep(upload, plan, actor=actor, at=at, on=on)
    batch.content = upload.content
    batch.save()
    ImportRow.objects.bulk_create(_preview_rows(batch, plan))
    ImportRemark.objects.bulk_create(
        ImportRemark(
            batch=batch,
            is_problem=remark.is_problem,
            finding=remark.finding.value,
            sheet=remark.place.sheet[:64],
            row=remark.place.row,
            column=remark.place.column,
            values=dict(remark.values),
        )
        for remark in plan.remarks
    )
    audit.record(actor=actor, at=at, action="imports.preview", obj=batch, to_state=batch.state)
    return batch


def _keep(
    upload: Upload, plan: ImportPlan, *, actor: Account, at: dt.datetime, on: dt.date
) -> ImportBatch:
    problem_count = len(plan.problems)
    return ImportBatch(
        file_name=upload.name[-_NAME_LIMIT:],
        size_bytes=len(upload.content),
        sha256=upload.sha256,
        state=BatchState.REFUSED if problem_count else BatchState.PREVIEWED,
        effective_on=on,
        fingerprint=plan.fingerprint(),
        counts=plan.counts(),
        problem_count=problem_count,
        note_count=len(plan.remarks) - problem_count,
        uploaded_at=at,
        uploaded_by=actor,
    )


def _preview_rows(batch: ImportBatch, plan: ImportPlan) -> Iterator[ImportRow]:
    for unit in plan.units:
        yield _preview_row(batch, SubjectKind.UNIT, unit)
    for person in plan.people:
        yield _preview_row(batch, SubjectKind.PERSON, person)
    for kind, listed in (
        (SubjectKind.UNIT, plan.gone_units),
        (SubjectKind.PERSON, plan.gone_people),
    ):
        for gone in listed:
            yield _gone_row(batch, kind, gone)


def _preview_row(batch: ImportBatch, kind: SubjectKind, step: UnitStep | PersonStep) -> ImportRow:
    name = step.name if isinstance(step, UnitStep) else step.full_name
    return ImportRow(
        batch=batch,
        subject_kind=kind,
        outcome=step.outcome,
        sheet=step.row.sheet[:64],
        row=step.row.row,
        code=step.code,
        name=name,
        search_key=search_key(f"{name} {step.code}"),
        place=step.place,
        changes=[
            {"label": change.label, "old": change.old, "new": change.new}
            for change in step.changes
        ],
    )


def _gone_row(batch: ImportBatch, kind: SubjectKind, gone: Gone) -> ImportRow:
    return ImportRow(
        batch=batch,
        subject_kind=kind,
        outcome=Outcome.GONE,
        code=gone.code,
        name=gone.name,
        search_key=search_key(f"{gone.name} {gone.code}"),
        place=gone.place,
    )


def apply_import(*, batch_id: int, actor: Account, at: dt.datetime) -> ImportBatch:
    """Write what was previewed, all of it or nothing.

    Raises:
        NotPermitted: the upload is somebody else's, or the right to import has ended.
        NotAwaitingConfirmation: applied or dropped already, or refused for its problems.
        ChangedSincePreview: the database now leads to another plan than the one shown.
    """
    try:
        with transaction.atomic():
            return _apply(batch_id, actor=actor, at=at)
    except IntegrityError as conflict:
        # Somebody wrote one of the same rows between our reading and our writing.
        raise ChangedSincePreview from conflict


def _apply(batch_id: int, *, actor: Account, at: dt.datetime) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.uploaded_by_id != actor.pk:
        raise NotPermitted
    if not batch.awaits_confirmation or batch.content is None:
        raise NotAwaitingConfirmation
    upload = Upload(bytes(batch.content), batch.file_name)
    plan = plan_import(upload=upload, actor=actor, on=batch.effective_on)
    if plan.problems or plan.fingerprint() != batch.fingerprint:
        raise ChangedSincePreview
    _write(plan, batch, actor=actor, at=at)
    return batch


def _write(
    plan: ImportPlan,
    batch: ImportBatch,
    *,
    actor: Account,
    at: dt.datetime,
    progress: Progress = silent,
) -> None:
    occasion = Occasion(actor=actor, at=at, on=batch.effective_on, document=batch.file_name)
    write_plan(plan, occasion=occasion, progress=progress)
    before = batch.state if batch.pk else ""
    batch.state = BatchState.APPLIED
    batch.applied_at, batch.applied_by = at, actor
    # The rows are where they belong now; a second copy of so much about people is not kept.
    batch.content = None
    batch.save()
    audit.record(
        actor=actor,
        at=at,
        action="imports.apply",
        obj=batch,
        from_state=before,
        to_state=batch.state,
    )


def apply_plan(
    *,
    plan: ImportPlan,
    upload: Upload,
    actor: Account,
    at: dt.datetime,
    on: dt.date,
    progress: Progress = silent,
) -> ImportBatch:
    """Write a plan made a moment ago, for a command that asks nobody in between.

    Raises:
        NotPermitted: the actor may import nowhere.
        FileHasProblems: at least one row cannot be written.
        ChangedSincePreview: somebody wrote one of the same rows meanwhile.
    """
    _require(actor, on=on)
    if plan.problems:
        raise FileHasProblems(plan.problems)
    batch = _keep(upload, plan, actor=actor, at=at, on=on)
    try:
        with transaction.atomic():
            _write(plan, batch, actor=actor, at=at, progress=progress)
    except IntegrityError as conflict:
        raise ChangedSincePreview from conflict
    return batch


@transaction.atomic
def discard_import(*, batch_id: int, actor: Account, at: dt.datetime) -> ImportBatch:
    """Drop an upload that was not applied, with the copy of its contents.

    Raises:
        NotPermitted: the upload is somebody else's.
        NotAwaitingConfirmation: it was applied or dropped already.
    """
    batch = ImportBatch.objects.select_for_update().get(pk=batch_id)
    if batch.uploaded_by_id != actor.pk:
        raise NotPermitted
    if batch.state not in _UNDECIDED:
        raise NotAwaitingConfirmation
    _drop(batch, actor=actor, at=at, action="imports.discard")
    return batch


@transaction.atomic
def expire_imports(*, actor: Account, at: dt.datetime) -> int:
    """Drop every upload that nobody applied or dropped in time; return how many.

    A list of people that nobody decided about is not kept for ever beside the one in use.

    Raises:
        NotPermitted: not the system itself.
    """
    if not actor.is_system:
        raise NotPermitted
    return _expire(at)


def _expire(at: dt.datetime) -> int:
    before = at - dt.timedelta(days=settings.TUSOI_IMPORT_KEEP_DAYS)
    forgotten = list(
        ImportBatch.objects.select_for_update()
        .filter(state__in=_UNDECIDED, uploaded_at__lt=before)
        .defer("content")
    )
    for batch in forgotten:
        _drop(batch, actor=system_account(), at=at, action="imports.expire")
    return len(forgotten)


def _drop(batch: ImportBatch, *, actor: Account, at: dt.datetime, action: str) -> None:
    before, batch.state = batch.state, BatchState.DISCARDED
    batch.discarded_at, batch.discarded_by, batch.content = at, actor, None
    batch.save()
    batch.rows.all().delete()
    batch.remarks.all().delete()
    audit.record(
        actor=actor, at=at, action=action, obj=batch, from_state=before, to_state=batch.state
    )
