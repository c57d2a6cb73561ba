"""Handing out stored documents: always as an attachment, only to those who may read the owner."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from tusoi.core import clock
from tusoi.files.enums import FileState
from tusoi.files.errors import FileError
from tusoi.files.models import StoredFile
from tusoi.files.operations import delete_file
from tusoi.files.permissions import may_read
from tusoi.web.exporting import stored_response
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today


@page(permission=SIGNED_IN)
def download(request: SignedInRequest, public_id: str) -> HttpResponse:
    file = get_object_or_404(StoredFile, public_id=public_id)
    if not may_read(request.user, file, on=today()):
        raise Http404
    return stored_response(request, file)


@page(permission=SIGNED_IN, writes={"POST"})
def delete(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Ask for the reason, then take one's own file away."""
    file = get_object_or_404(StoredFile, public_id=public_id, uploaded_by=request.user)
    if file.state == FileState.DELETED:
        return stored_response(request, file)
    refusal = ""
    if request.method == "POST":
        try:
            delete_file(
                file_id=file.pk,
                reason=request.POST.get("reason", "")[:2000],
                actor=request.user,
                at=clock.now(),
            )
        except FileError as problem:
            refusal = str(problem)
        else:
            messages.success(request, _("Đã xóa tệp; ngày xóa và lý do được lưu lại."))
            return redirect("home")
    shown = {"file": file, "refusal": refusal}
    return render(request, "files/file_delete.html", shown, status=422 if refusal else 200)
