"""Steps that a page offers below what it shows: each a small form and one call of the room.

A page names its steps; one address takes all of them. A step that is refused shows its page
again with the step unfolded, what was typed in it, and the sentence that says why.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django_stubs_ext import StrOrPromise

from tusoi.core import clock
from tusoi.files.errors import FileError
from tusoi.files.models import StoredFile
from tusoi.files.operations import all_or_no_files, check_number, store_file
from tusoi.people.models import Account
from tusoi.remediation.errors import RemediationError, ShortcomingChangedMeanwhile
from tusoi.web.http import SignedInRequest
from tusoi.web.remediation.clash import Clash, clash_of, show_again
from tusoi.web.remediation.forms import StepForm


@dataclass(frozen=True)
class Step:
    """What may be done: its button, what it asks for, and the call that does it."""

    verb: str
    label: StrOrPromise
    form: type[StepForm]
    # Takes the object, what was sent and who sent it; returns what to say afterwards.
    perform: Callable[[Any, dict[str, Any], Account], str]
    hint: StrOrPromise = ""
    style: str = "btn-primary"
    icon: str = "check"


@dataclass(frozen=True)
class Offer:
    """A step as the page shows it."""

    step: Step
    form: forms.Form
    url: str
    is_unfolded: bool = False
    clash: Clash | None = None

    @property
    def has_files(self) -> bool:
        return self.form.is_multipart()


@dataclass(frozen=True)
class Refused:
    """The step that was refused just now, with its form."""

    verb: str
    form: StepForm
    # Beside it what somebody else saved since the page was opened.
    clash: Clash | None = None


def offers(
    steps: Iterable[Step],
    about: Any,
    address: Callable[[str], str],
    refused: Refused | None = None,
) -> dict[str, Offer]:
    """Return the steps with empty forms, and the refused one as it was sent."""
    found = {}
    for step in steps:
        is_refused = refused is not None and refused.verb == step.verb
        form = refused.form if refused and is_refused else step.form(about=about)
        form.auto_id = f"{step.verb}-%s"
        clash = refused.clash if refused and is_refused else None
        found[step.verb] = Offer(step, form, address(step.verb), is_refused, clash)
    return found


def take(
    request: SignedInRequest,
    steps: Mapping[str, Step],
    verb: str,
    about: Any,
    *,
    back: Callable[[], str],
    page: Callable[[Refused], HttpResponse],
) -> HttpResponse:
    """Carry out one step and lead back; a refused one is shown on its page, with status 422."""
    step = steps.get(verb)
    if step is None:
        raise Http404
    if request.method != "POST":
        return redirect(back())
    form = step.form(request.POST, request.FILES, about=about)
    clash = None
    if form.is_valid():
        try:
            # Files that came along are stored with what they show, or not at all.
            with all_or_no_files(), transaction.atomic():
                said = step.perform(about, form.cleaned_data, request.user)
        except ShortcomingChangedMeanwhile as refusal:
            form.add_error(None, str(refusal))
            about.refresh_from_db()
            show_again(form, "version", str(about.version))
            clash = clash_of(step.form(about=about), form)
        except (RemediationError, FileError) as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, said)
            return redirect(back())
    return page(Refused(verb, form, clash))


def stored(files: Iterable[Any], actor: Account) -> list[StoredFile]:
    """Keep what was attached to one note or one verdict.

    Raises:
        FileError: one of them cannot be kept, or they are too many; then none is kept.
    """
    at = clock.now()
    attached = [one for one in files if one]
    check_number(already=0, adding=len(attached))
    return [store_file(name=one.name, content=one.read(), actor=actor, at=at) for one in attached]
