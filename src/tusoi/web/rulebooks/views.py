"""The rulebooks to read: they are no secret, and whoever is rated by one may read it."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render

from tusoi.access.enums import Permission
from tusoi.cycles.queries import cycles_for, rulebook_of
from tusoi.rulebooks.comparing import diff
from tusoi.rulebooks.errors import RulebookUnknown
from tusoi.rulebooks.library import available, load, samples
from tusoi.rulebooks.readable import STATUS, STATUS_MEANING, ReadableSection, sections
from tusoi.rulebooks.rulebook import Rulebook
from tusoi.web.http import SIGNED_IN, SignedInRequest, page, today
from tusoi.web.rulebooks.forms import CompareForm


@page(permission=SIGNED_IN)
def rulebook_list(request: SignedInRequest) -> HttpResponse:
    context = {"rulebooks": [load(one.id) for one in (*available(), *samples())]}
    return render(request, "rulebooks/rulebook_list.html", context)


@page(permission=SIGNED_IN)
def detail(request: SignedInRequest, rulebook_id: str) -> HttpResponse:
    try:
        rulebook = load(rulebook_id)
    except RulebookUnknown:
        raise Http404 from None
    # What an overlay changes shows beside what it extends.
    extended = rulebook.content.extends.partition("@")[0]
    others = [extended] if extended else [one.id for one in available() if one.id != rulebook_id]
    context = _reading(request, rulebook) | {"other": others[0] if others else None}
    return render(request, "rulebooks/rulebook_detail.html", context)


@page(permission=Permission.CYCLE_VIEW)
def of_cycle(request: SignedInRequest, cycle_id: str) -> HttpResponse:
    """Show the copy that a cycle keeps, which may be an earlier revision than the library's."""
    cycle = get_object_or_404(cycles_for(request.user, today()), public_id=cycle_id)
    context = _reading(request, rulebook_of(cycle)) | {"cycle": cycle}
    return render(request, "rulebooks/rulebook_detail.html", context)


def _reading(request: SignedInRequest, rulebook: Rulebook) -> dict[str, object]:
    every = sections(rulebook)
    unchecked = request.GET.get("only") == "unchecked"
    entries = [entry for section in every for entry in section.entries if entry.status]
    issued = {one.key: one for one in rulebook.content.instruments}
    return {
        "rulebook": rulebook,
        "statuses": [
            {"title": title, "meaning": STATUS_MEANING[one]} for one, title in STATUS.items()
        ],
        "instruments": [
            {"text": one, "successor": issued.get(one.replaced_by)} for one in issued.values()
        ],
        "sections": _unchecked(every) if unchecked else every,
        "unchecked": unchecked,
        "entry_count": len(entries),
        "unchecked_count": sum(entry.needs_checking for entry in entries),
    }


def _unchecked(every: tuple[ReadableSection, ...]) -> list[ReadableSection]:
    kept = []
    for section in every:
        groups = [
            replace(one, entries=tuple(each for each in one.entries if each.needs_checking))
            for one in section.groups
        ]
        groups = [one for one in groups if one.entries]
        if groups:
            kept.append(replace(section, groups=tuple(groups)))
    return kept


@page(permission=SIGNED_IN)
def compare(request: SignedInRequest) -> HttpResponse:
    form = CompareForm(request.GET or None)
    context: dict[str, object] = {"form": form}
    valid = form.is_valid()
    if valid:
        first = load(form.cleaned_data["first"])
        second = load(form.cleaned_data["second"])
        context |= {
            "first": first,
            "second": second,
            "sections": diff(first, second).sections,
        }
    status = 422 if form.is_bound and not valid else 200
    return render(request, "rulebooks/rulebook_compare.html", context, status=status)
