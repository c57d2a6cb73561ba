"""The structured parts: rows are added, edited, moved, deleted and put back."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Max

from tusoi.core.text import nfc, search_key
from tusoi.people.models import Account
from tusoi.reviews.enums import RowEvent, RowKind
from tusoi.reviews.errors import (
    ChoiceUnknown,
    PercentOutOfRange,
    QuestionUnknown,
    RowInUse,
    RowUnknown,
    TooManyRows,
    VersionUnknown,
)
from tusoi.reviews.models import (
    Initiative,
    PromptResponse,
    ReviewPrompt,
    ReviewRow,
    RowVersion,
    Shortcoming,
    Target,
)
from tusoi.reviews.operations.gate import Editing, opened_for_writing
from tusoi.reviews.queries.content import form_of, rows_of
from tusoi.reviews.queries.rows import (
    FIELDS,
    MODELS,
    ROW_KIND_OF,
    Base,
    digest_of,
    is_empty,
    row_base,
    row_content,
    row_values,
    table,
)
from tusoi.rulebooks.rulebook import Form


# The rows of one part; what a form allows is less.
_MOST_ROWS = 200
_WHOLE = 100
# Not edited, yet part of a row that is put back.
_KEPT_TOO = ("position", "origin_id")
_REFERS_TO = {"target_id": RowKind.TARGET, "shortcoming_id": RowKind.SHORTCOMING}


@dataclass(frozen=True)
class RowEdit:
    """New values for a row; for an answer to a prompt, `row_id` is the prompt's."""

    kind: RowKind
    row_id: int
    values: Mapping[str, Any]
    base: Base = field(default_factory=Base)


@dataclass(frozen=True)
class Conflict:
    """Two texts for one part. The stored one is newer; the arrived one is kept beside it."""

    key: str
    kept_id: int
    stored: Mapping[str, Any]
    arrived: Mapping[str, Any]
    base: Base
    saved_at: dt.datetime
    saved_by: str


def row_key(kind: RowKind, row_id: int) -> str:
    return f"row:{kind.value}:{row_id}"


class RowSaver:
    """Stores the row edits of one save, and collects new bases and conflicts."""

    def __init__(self, editing: Editing, form: Form) -> None:
        self._editing = editing
        self._form = form
        self.bases: dict[str, Base] = {}
        self.conflicts: list[Conflict] = []

    def save(self, edits: Sequence[RowEdit]) -> None:
        for kind in RowKind:
            of_kind = [edit for edit in edits if edit.kind is kind]
            if of_kind:
                stored = self._stored(kind, [edit.row_id for edit in of_kind])
                for edit in of_kind:
                    self._save_one(stored.get(edit.row_id), edit)

    def _stored(self, kind: RowKind, ids: Sequence[int]) -> Mapping[int, Any]:
        review = self._editing.review
        if kind is RowKind.RESPONSE:
            responses = PromptResponse.objects.filter(prompt__in=ids, review=review)
            found: dict[int, Any] = {
                one.prompt_id: one for one in responses.select_related("saved_by")
            }
            prompts = ReviewPrompt.objects.filter(
                pk__in=set(ids) - set(found),
                obligation=review.obligation_id,
                withdrawn_at__isnull=True,
            )
            return found | {
                one.pk: PromptResponse(prompt=one, review=review, version=0) for one in prompts
            }
        rows = table(review, kind).filter(pk__in=ids)
        return {one.pk: one for one in rows.select_related("saved_by")}

    def _save_one(self, row: ReviewRow | PromptResponse | None, edit: RowEdit) -> None:
        if row is None:
            self._keep_edit_of_deleted(edit)
            return
        stored = row_content(row, edit.kind)
        self._assign(row, edit)
        arrived = row_content(row, edit.kind)
        if arrived != stored and digest_of(arrived) != edit.base.digest:
            if edit.base.version == row.version or not any(stored.values()):
                self._store(row, edit.kind, stored, edit.row_id)
            else:
                self._restore_attributes(row, edit.kind, stored)
                self._keep_conflict(row, edit, stored, arrived)
        else:
            self._restore_attributes(row, edit.kind, stored)
        self.bases[row_key(edit.kind, edit.row_id)] = row_base(row, edit.kind)

    def _assign(self, row: ReviewRow | PromptResponse, edit: RowEdit) -> None:
        allowed = FIELDS[edit.kind]
        if set(edit.values) - set(allowed):
            raise QuestionUnknown
        for name, value in edit.values.items():
            setattr(row, name, self._checked(row, name, value))
        if isinstance(row, Target) and row.planned is not None and row.actual is not None:
            row.stated_percent = None

    def _checked(self, row: ReviewRow | PromptResponse, name: str, value: Any) -> Any:
        if name in _REFERS_TO:
            return self._referred(name, value)
        column = row._meta.get_field(name)
        if isinstance(value, str):
            value = nfc(value.replace("\r\n", "\n")).rstrip()
        choices = getattr(column, "choices", None)
        if choices and value not in {key for key, _ in choices} | {""}:
            raise ChoiceUnknown
        if name == "percent" and value is not None and value > _WHOLE:
            raise PercentOutOfRange
        return value

    def _referred(self, name: str, value: Any) -> int | None:
        if not value:
            return None
        rows = table(self._editing.review, _REFERS_TO[name])
        if not rows.filter(pk=value).exists():
            raise RowUnknown
        return int(value)

    def _store(
        self,
        row: ReviewRow | PromptResponse,
        kind: RowKind,
        stored: Mapping[str, Any],
        row_id: int,
    ) -> None:
        if row.pk is not None and row.saved_by_id != self._editing.actor.pk:
            self._put_aside(kind, row_id, RowEvent.REPLACED, stored, row.version, row.saved_by_id)
        row.version += 1
        row.saved_at, row.saved_by = self._editing.at, self._editing.actor
        derive(row)
        row.save()
        self._editing.has_changed = True

    def _restore_attributes(
        self, row: ReviewRow | PromptResponse, kind: RowKind, stored: Mapping[str, Any]
    ) -> None:
        for name, value in row_values(kind, stored).items():
            setattr(row, name, value)

    def _keep_conflict(
        self,
        row: ReviewRow | PromptResponse,
        edit: RowEdit,
        stored: Mapping[str, Any],
        arrived: Mapping[str, Any],
    ) -> None:
        kept = self._keep(edit, arrived)
        self.conflicts.append(
            Conflict(
                key=row_key(edit.kind, edit.row_id),
                kept_id=kept.pk,
                stored=stored,
                arrived=arrived,
                base=row_base(row, edit.kind),
                saved_at=row.saved_at,
                saved_by=str(row.saved_by),
            )
        )

    def _keep_edit_of_deleted(self, edit: RowEdit) -> None:
        """Somebody deleted the row meanwhile; the edit is kept and can be put back as a row."""
        deleted = (
            RowVersion.objects.filter(
                review=self._editing.review,
                row_kind=edit.kind,
                row_id=edit.row_id,
                event=RowEvent.DELETED,
            )
            .select_related("resolved_by", "saved_by")
            .order_by("-pk")
            .first()
        )
        if deleted is None:
            raise RowUnknown
        blank = MODELS[edit.kind](**row_values(edit.kind, deleted.content))
        self._assign(blank, edit)
        arrived = row_content(blank, edit.kind)
        if digest_of(arrived) in {edit.base.digest, digest_of(_only_fields(deleted, edit.kind))}:
            return
        kept = self._keep(edit, arrived)
        self.conflicts.append(
            Conflict(
                key=row_key(edit.kind, edit.row_id),
                kept_id=kept.pk,
                stored={},
                arrived=arrived,
                base=Base(deleted.version + 1, ""),
                saved_at=deleted.saved_at,
                saved_by=str(deleted.saved_by),
            )
        )

    def _keep(self, edit: RowEdit, arrived: Mapping[str, Any]) -> RowVersion:
        same: dict[str, Any] = {
            "review": self._editing.review,
            "row_kind": edit.kind,
            "row_id": edit.row_id,
            "event": RowEvent.CONFLICT,
            "version": edit.base.version,
            "saved_by": self._editing.actor,
            "resolved_at": None,
        }
        kept, _made = RowVersion.objects.update_or_create(
            **same, defaults={"content": dict(arrived), "saved_at": self._editing.at}
        )
        return kept

    def _put_aside(
        self,
        kind: RowKind,
        row_id: int,
        event: RowEvent,
        content: Mapping[str, Any],
        version: int,
        saved_by_id: int,
    ) -> None:
        RowVersion.objects.create(
            review=self._editing.review,
            row_kind=kind,
            row_id=row_id,
            event=event,
            content=dict(content),
            version=version,
            saved_at=self._editing.at,
            saved_by_id=saved_by_id,
        )


def derive(row: ReviewRow | PromptResponse) -> None:
    if isinstance(row, Initiative):
        row.search_key = search_key(f"{row.name} {row.place} {row.benefit}")
    elif isinstance(row, Shortcoming):
        row.search_key = search_key(f"{row.nature} {row.extent}")


@transaction.atomic
def add_row(
    *,
    review_id: int,
    kind: RowKind,
    values: Mapping[str, Any] | None = None,
    actor: Account,
    at: dt.datetime,
) -> ReviewRow:
    """Append a row, empty unless values are given.

    Raises:
        QuestionUnknown: the form of this subject has no such part.
        TooManyRows: the form allows no more.
    """
    editing = opened_for_writing(review_id, actor=actor, at=at)
    _require_room(editing, kind)
    row = MODELS[kind](review=editing.review, position=_last(editing, kind) + 1)
    edit = RowEdit(kind, 0, values or {})
    RowSaver(editing, form_of(editing.review.obligation))._assign(row, edit)  # noqa: SLF001 -- the same module
    row.saved_at, row.saved_by = at, actor
    derive(row)
    row.save()
    editing.has_changed = True
    editing.finish()
    return row


@transaction.atomic
def delete_row(
    *, review_id: int, kind: RowKind, row_id: int, actor: Account, at: dt.datetime
) -> RowVersion:
    """Take a row out; `restore_row` puts it back.

    Raises:
        RowUnknown: it is no longer there.
        RowInUse: a plan already has actions for this shortcoming.
    """
    editing = opened_for_writing(review_id, actor=actor, at=at)
    row = _row(editing, kind, row_id)
    if _is_in_plan(row):
        raise RowInUse
    kept = RowVersion.objects.create(
        review=editing.review,
        row_kind=kind,
        row_id=row.pk,
        event=RowEvent.DELETED,
        content={
            **row_content(row, kind),
            **{name: getattr(row, name) for name in _KEPT_TOO if hasattr(row, name)},
        },
        version=row.version,
        saved_at=at,
        saved_by=actor,
    )
    row.delete()
    editing.has_changed = True
    editing.finish()
    return kept


@transaction.atomic
def restore_row(*, kept_id: int, actor: Account, at: dt.datetime) -> ReviewRow:
    """Put a deleted row back where it stood, or an edit of a row that was deleted meanwhile.

    Raises:
        VersionUnknown: it is back already.
    """
    kept = _kept(kept_id)
    editing = opened_for_writing(kept.review_id, actor=actor, at=at)
    kind = RowKind(kept.row_kind)
    _require_room(editing, kind)
    also = {name: kept.content[name] for name in _KEPT_TOO if name in kept.content}
    row = MODELS[kind](
        review=editing.review,
        version=kept.version + 1,
        saved_at=at,
        saved_by=actor,
        **{"position": _last(editing, kind) + 1, **also},
        **_without_lost_references(editing, row_values(kind, kept.content)),
    )
    derive(row)
    row.save()
    _settle(kept, actor, at)
    editing.has_changed = True
    editing.finish()
    return row


@transaction.atomic
def resolve_row_conflict(*, kept_id: int, use: bool, actor: Account, at: dt.datetime) -> None:
    """Settle two contents of one row: use the one put aside, or keep what is stored.

    Raises:
        VersionUnknown: it was settled before.
    """
    kept = _kept(kept_id)
    kind = RowKind(kept.row_kind)
    editing = opened_for_writing(kept.review_id, actor=actor, at=at)
    if use:
        saver = RowSaver(editing, form_of(editing.review.obligation))
        stored = saver._stored(kind, [kept.row_id]).get(kept.row_id)  # noqa: SLF001 -- the same module
        if stored is None:
            restore_row(kept_id=kept_id, actor=actor, at=at)
            return
        values = row_values(kind, kept.content)
        saver.save([RowEdit(kind, kept.row_id, values, row_base(stored, kind))])
    _settle(kept, actor, at)
    editing.finish()


@transaction.atomic
def move_row(
    *, review_id: int, kind: RowKind, row_id: int, up: bool, actor: Account, at: dt.datetime
) -> None:
    """Swap a row with its neighbour; at the end of the list nothing happens."""
    editing = opened_for_writing(review_id, actor=actor, at=at)
    rows = rows_of(editing.review, kind)
    place = next((i for i, row in enumerate(rows) if row.pk == row_id), None)
    if place is None:
        raise RowUnknown
    other = place + (-1 if up else 1)
    if not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, start=1):
        row.position = position
    table(editing.review, kind).bulk_update(rows, ["position"])
    editing.has_changed = True
    editing.finish()


def drop_empty_rows(editing: Editing, form: Form) -> None:
    """Remove rows that were added and never filled, before the review is called complete."""
    for question in form.questions:
        kind = ROW_KIND_OF.get(question.kind)
        if kind is not None:
            for row in rows_of(editing.review, kind):
                if is_empty(row, kind):
                    row.delete()


def _row(editing: Editing, kind: RowKind, row_id: int) -> ReviewRow:
    rows = table(editing.review, kind)
    row = rows.filter(pk=row_id).first()
    if row is None:
        raise RowUnknown
    return row


def _is_in_plan(row: ReviewRow) -> bool:
    """Say whether a room above follows the row; this one does not know those rooms by name.

    What follows a row one to one says by `is_taken_up` whether the row can still be spared.
    """
    names = [str(one.get_accessor_name()) for one in row._meta.related_objects if one.one_to_one]
    return any(getattr(getattr(row, name, None), "is_taken_up", False) for name in names)


def _require_room(editing: Editing, kind: RowKind) -> None:
    question = next(
        (
            one
            for one in form_of(editing.review.obligation).questions
            if ROW_KIND_OF.get(one.kind) is kind
        ),
        None,
    )
    if question is None:
        raise QuestionUnknown
    count = table(editing.review, kind).count()
    if count >= min(question.limits.max_rows or _MOST_ROWS, _MOST_ROWS):
        raise TooManyRows


def _last(editing: Editing, kind: RowKind) -> int:
    rows = table(editing.review, kind)
    return rows.aggregate(last=Max("position"))["last"] or 0


def _kept(kept_id: int) -> RowVersion:
    kept = RowVersion.objects.filter(
        pk=kept_id,
        event__in=[RowEvent.CONFLICT, RowEvent.DELETED],
        resolved_at__isnull=True,
    ).first()
    if kept is None:
        raise VersionUnknown
    return kept


def _settle(kept: RowVersion, actor: Account, at: dt.datetime) -> None:
    kept.resolved_at, kept.resolved_by = at, actor
    kept.save(update_fields=["resolved_at", "resolved_by"])


def _only_fields(kept: RowVersion, kind: RowKind) -> dict[str, Any]:
    return {name: kept.content.get(name) for name in FIELDS[kind]}


def _without_lost_references(editing: Editing, values: dict[str, Any]) -> dict[str, Any]:
    """A row that another one pointed to may itself be gone."""
    for name, kind in _REFERS_TO.items():
        rows = table(editing.review, kind)
        if values.get(name) and not rows.filter(pk=values[name]).exists():
            values[name] = None
    return values
