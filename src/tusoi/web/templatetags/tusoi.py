"""Template filters and tags that every page may use."""

from django import template


register = template.Library()


@register.filter
def percent(done: int | None, expected: int | None) -> str:
    """Return the whole percentage, rounded down: 99.9 % is not yet done."""
    if not expected:
        return "–"
    return f"{(done or 0) * 100 // expected} %"


@register.filter
def ratio(done: int | None, expected: int | None) -> int:
    """Return 0 to 100 for a progress bar."""
    if not expected:
        return 0
    return min(100, (done or 0) * 100 // expected)
