"""Taking a file away: its bytes go, what it was and who did it stays."""

import datetime as dt
from functools import partial

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from tusoi.files.enums import FileState
from tusoi.files.errors import FileGone, NotYourFile, ReasonMissing
from tusoi.files.models import StoredFile


@transaction.atomic
def delete_file(*, file_id: int, reason: str, actor: AbstractUser, at: dt.datetime) -> StoredFile:
    """Delete the bytes of a file; its name, size, fingerprint, and who, when and why remain.

    That row is the trace: this room writes no log, and the pages that show the file show it as
    deleted.

    Raises:
        NotYourFile: neither the uploader nor the system asks.
        ReasonMissing: no reason is given.
        FileGone: it was deleted before.
    """
    file = StoredFile.objects.select_for_update().get(pk=file_id)
    is_own = actor.is_active and file.uploaded_by_id == actor.pk
    if not is_own and not getattr(actor, "is_system", False):
        raise NotYourFile
    if file.state == FileState.DELETED:
        raise FileGone(file.name)
    if not reason.strip():
        raise ReasonMissing
    storage, path = file.content.storage, str(file.content.name)
    file.content.name = ""
    file.state = FileState.DELETED
    file.deleted_at, file.deleted_by_id, file.deleted_reason = at, actor.pk, reason.strip()
    file.save(update_fields=["content", "state", "deleted_at", "deleted_by", "deleted_reason"])
    # The bytes last: an undone transaction must not have lost them. What a crash leaves behind
    # is swept.
    transaction.on_commit(partial(storage.delete, path))
    return file
