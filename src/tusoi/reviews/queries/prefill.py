"""What the header of a form can be filled in with, so that nobody types their own name."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Final

from tusoi.cycles.models import Obligation
from tusoi.people.models import Person
from tusoi.rulebooks.rulebook import Form


def prefilled(obligation: Obligation, form: Form, *, on: dt.date) -> dict[str, str]:
    """Return texts by question, for the questions that say what fills them."""
    texts = {
        question.id: _SOURCES[question.prefill](obligation, on)
        for question in form.questions
        if question.prefill in _SOURCES
    }
    return {question_id: text for question_id, text in texts.items() if text}


def _birth_date(obligation: Obligation, _on: dt.date) -> str:
    person = obligation.person
    if person is None or person.birth_on is None:
        return ""
    return str(person.birth_on.year) if person.birth_year_only else f"{person.birth_on:%Y-%m-%d}"


def _party_posts(obligation: Obligation, on: dt.date) -> str:
    if obligation.person is None:
        return ""
    return ", ".join(post for post in _posts(obligation.person, on))


def _posts(person: Person, on: dt.date) -> list[str]:
    # Sorted out here, not by the database: who prefetches the posts of many asks once.
    held = [
        post
        for post in person.posts.all()
        if post.collective_id is None
        and post.valid_from <= on
        and (post.valid_to is None or post.valid_to > on)
    ]
    return [
        post.title or f"{post.get_position_display().capitalize()} {post.unit.name}"
        for post in sorted(held, key=lambda one: one.pk)
    ]


def _parent_name(obligation: Obligation, _on: dt.date) -> str:
    parent = obligation.unit.parent
    return parent.name if parent else ""


_SOURCES: Final[Mapping[str, Callable[[Obligation, dt.date], str]]] = {
    "today": lambda _obligation, on: on.isoformat(),
    "subject-name": lambda obligation, _on: obligation.name,
    "superior-name": _parent_name,
    "organization-name": _parent_name,
    "cell-name": lambda obligation, _on: obligation.unit.name,
    "person-name": lambda obligation, _on: obligation.name,
    "person-birth-date": _birth_date,
    "person-party-post": _party_posts,
    "person-government-post": lambda obligation, _on: (
        obligation.person.occupation if obligation.person else ""
    ),
}
