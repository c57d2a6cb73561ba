"""A rulebook, or the difference of two, as lines for a terminal."""

from collections.abc import Iterator
from typing import Final

from django.utils.translation import get_language

from tusoi.jobs.checking.choosing import said
from tusoi.rulebooks.comparing import Change, ChangeKind, Difference
from tusoi.rulebooks.readable import Entry, sections
from tusoi.rulebooks.rulebook import Rulebook


_SIGNS: Final = {ChangeKind.ADDED: "+", ChangeKind.REMOVED: "-", ChangeKind.CHANGED: "~"}


def read_out(rulebook: Rulebook) -> Iterator[str]:
    """Say everything that a rulebook holds, with where it is written and how sure we are."""
    yield f"{rulebook.identity} · {said(rulebook.title)}"
    yield said(rulebook.content.summary)
    for section in sections(rulebook):
        yield ""
        yield f"== {said(section.title)} =="
        for group in section.groups:
            if group.title:
                yield f"-- {said(group.title)}"
            for entry in group.entries:
                yield from _entry(entry)


def _entry(entry: Entry) -> Iterator[str]:
    flag = f" [{said(entry.status_title)}]" if entry.needs_checking else ""
    yield f"* {said(entry.title)}{flag}"
    for line in entry.lines:
        yield f"    {said(line.label)}: {said(line.value)}"
    cited = "; ".join(one.in_language(get_language() or "vi") for one in entry.citations)
    if cited:
        yield f"    ({cited})"


def compared(difference: Difference) -> Iterator[str]:
    """Say what differs, section by section."""
    for section in difference.sections:
        yield f"== {said(section.title)} =="
        for change in section.changes:
            yield from _change(change)


def _change(change: Change) -> Iterator[str]:
    entry = change.after or change.before
    under = f" ({said(entry.under)})" if entry and entry.under else ""
    yield f"{_SIGNS[change.kind]} {said(entry.title) if entry else ''}{under}"
    for label, before, after in change.fields:
        yield f"    {said(label)}: {said(before) or '–'} → {said(after) or '–'}"
