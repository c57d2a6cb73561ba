"""Reads of the pages: uploads of an account, and what a preview says."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Min, QuerySet

from tusoi.core.text import search_key
from tusoi.imports.models import ImportBatch, ImportRemark, ImportRow
from tusoi.imports.reading.files import open_table
from tusoi.imports.reading.findings import Remark
from tusoi.imports.reading.raw import RawTable
from tusoi.people.models import Account


def batches_for(actor: Account) -> QuerySet[ImportBatch]:
    """Return the account's own uploads, newest first; nobody reads another's lists here."""
    return ImportBatch.objects.filter(uploaded_by=actor).defer("content").order_by("-pk")


def rows_of(
    batch: ImportBatch, *, subject_kind: str, outcome: str, query: str = ""
) -> QuerySet[ImportRow]:
    """Return the rows of one tab of a preview, those matching `query` where it says something."""
    rows = batch.rows.filter(subject_kind=subject_kind, outcome=outcome)
    key = search_key(query)
    return (rows.filter(search_key__contains=key) if key else rows).order_by("pk")


def remarks_of(batch: ImportBatch, *, is_problem: bool) -> QuerySet[ImportRemark]:
    return batch.remarks.filter(is_problem=is_problem).order_by("sheet", "row", "column", "pk")


def problems_of(batch: ImportBatch) -> list[Remark]:
    return [row.remark for row in remarks_of(batch, is_problem=True)]


def upload_of(batch: ImportBatch) -> RawTable | None:
    """Return the sheets of the upload as they came, or None once it is no longer kept."""
    content = ImportBatch.objects.values_list("content", flat=True).get(pk=batch.pk)
    if content is None:
        return None
    return open_table(bytes(content), filename=batch.file_name)


@dataclass(frozen=True, slots=True)
class NoteGroup:
    """Notes of one kind: how many, and the first as an example."""

    count: int
    first: Remark


def note_groups(batch: ImportBatch) -> Sequence[NoteGroup]:
    """Return the notes of a preview summed up by kind; thousands say the same thing."""
    groups = list(
        batch.remarks.filter(is_problem=False)
        .values("finding")
        .annotate(count=Count("pk"), first=Min("pk"))
        .order_by("first")
    )
    firsts = batch.remarks.in_bulk([group["first"] for group in groups])
    return [NoteGroup(group["count"], firsts[group["first"]].remark) for group in groups]
