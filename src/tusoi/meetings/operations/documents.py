"""Files for those summoned: put beside the summons, taken away with a reason."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from tusoi.files import operations as files
from tusoi.files.enums import FileState
from tusoi.meetings.enums import MeetingState
from tusoi.meetings.errors import DocumentRemoved, DocumentsOfMeetingOver, NoDocumentChosen
from tusoi.meetings.models import MeetingDocument, ReviewMeeting
from tusoi.meetings.operations.locking import locked_meeting, needed_reason, record
from tusoi.people.models import Account


@transaction.atomic
def add_documents(
    *,
    meeting_id: int,
    uploads: Sequence[tuple[str, bytes]],
    actor: Account,
    at: dt.datetime,
) -> list[MeetingDocument]:
    """Put files, each a name and its bytes, where those summoned can fetch them: all or none.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        DocumentsOfMeetingOver: it has ended or was called off.
        NoDocumentChosen: there is no file.
        FileError: one of them is not accepted, or there are too many; see `files.store_file`.
    """
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    if meeting.state not in {MeetingState.PLANNED, MeetingState.UNDER_WAY}:
        raise DocumentsOfMeetingOver
    if not uploads:
        raise NoDocumentChosen
    already = meeting.documents.filter(removed_at__isnull=True).count()
    files.check_number(already=already, adding=len(uploads))
    return [_added(meeting, *one, actor=actor, at=at) for one in uploads]


def _added(
    meeting: ReviewMeeting, name: str, content: bytes, *, actor: Account, at: dt.datetime
) -> MeetingDocument:
    stored = files.store_file(name=name, content=content, actor=actor, at=at)
    made = MeetingDocument.objects.create(
        meeting=meeting, file=stored, added_at=at, added_by=actor
    )
    record("document_add", made, meeting=meeting, actor=actor, at=at)
    return made


@transaction.atomic
def remove_document(
    *, document_id: int, reason: str, actor: Account, at: dt.datetime
) -> MeetingDocument:
    """Take a file away from those summoned; that it was there, and why it went, stays.

    Its bytes go too where the actor uploaded it. Somebody else's are kept for them alone.

    Raises:
        NotPermitted: the actor may not hold meetings of the unit.
        DocumentRemoved: it was taken away before.
        ReasonMissing: no reason was given.
    """
    meeting_id = MeetingDocument.objects.values_list("meeting_id", flat=True).get(pk=document_id)
    meeting = locked_meeting(meeting_id, actor=actor, at=at)
    document = meeting.documents.select_related("file").get(pk=document_id)
    if document.removed_at is not None:
        raise DocumentRemoved(document.file.name)
    document.remove_reason = needed_reason(reason)
    document.removed_at, document.removed_by = at, actor
    document.save(update_fields=["removed_at", "removed_by", "remove_reason"])
    is_there = document.file.state != FileState.DELETED
    if is_there and document.file.uploaded_by_id == actor.pk:
        files.delete_file(
            file_id=document.file_id, reason=document.remove_reason, actor=actor, at=at
        )
    record(
        "document_remove",
        document,
        meeting=meeting,
        actor=actor,
        at=at,
        note=document.remove_reason,
    )
    return document
