"""How a form and an operation meet."""

from types import TracebackType

from django import forms
from django.http import HttpRequest, QueryDict

from tusoi.cycles.errors import CycleError
from tusoi.files.errors import FileError
from tusoi.units.errors import AccessError, UnitError


REFUSALS = (UnitError, AccessError, CycleError, FileError)


def posted(request: HttpRequest) -> QueryDict | None:
    """Return what was sent, or None when the form is only opened; an empty form was sent too."""
    return request.POST if request.method == "POST" else None


class refused:  # noqa: N801 -- reads as a word in `with refused(form):`
    """Turn what an operation refuses into the sentence above the form."""

    def __init__(self, form: forms.Form) -> None:
        self.form = form

    def __enter__(self) -> None:
        pass

    def __exit__(
        self,
        kind: type[BaseException] | None,
        refusal: BaseException | None,
        trace: TracebackType | None,
    ) -> bool:
        if not isinstance(refusal, REFUSALS):
            return False
        self.form.add_error(None, str(refusal))
        return True
