"""Handing out stored documents: always as an attachment, only to those who may read the owner."""

import datetime as dt
from collections.abc import Callable
from typing import Final

from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from tusoi.access.enums import Permission
from tusoi.access.queries import units_for
from tusoi.cycles.queries import cycles_for
from tusoi.files.models import StoredFile
from tusoi.people.models import Account
from tusoi.reviews.models import ReviewComment
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today


def _uploaded_it(account: Account, file: StoredFile, on: dt.date) -> bool:  # noqa: ARG001 -- one shape for all
    return file.uploaded_by_id == account.pk


def _may_see_its_cycle(account: Account, file: StoredFile, on: dt.date) -> bool:
    return cycles_for(account, on).filter(directive_files=file).exists()


def _may_read_its_review(account: Account, file: StoredFile, on: dt.date) -> bool:
    readable = Q(
        obligation__unit__in=units_for(account, Permission.REVIEW_READ, on=on),
    )
    if account.person_id is not None:
        readable |= Q(obligation__person=account.person_id)
    return ReviewComment.objects.filter(readable, file=file).exists()


# What a file may hang on; whoever attaches files to something new adds its question here.
_READERS: Final[tuple[Callable[[Account, StoredFile, dt.date], bool], ...]] = (
    _uploaded_it,
    _may_see_its_cycle,
    _may_read_its_review,
)


@page(permission=SIGNED_IN)
def download(request: SignedInRequest, public_id: str) -> HttpResponse:
    file = get_object_or_404(StoredFile, public_id=public_id)
    if not any(may_read(request.user, file, today()) for may_read in _READERS):
        raise Http404
    # Read at once: the size has a bound, and the answer stays an ordinary one.
    with file.content.open("rb") as content:
        response = HttpResponse(content.read(), content_type=file.media_type)
    response["Content-Disposition"] = content_disposition_header(
        as_attachment=True, filename=file.name
    )
    # A browser neither guesses another kind, nor runs what is inside, nor keeps a copy.
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
