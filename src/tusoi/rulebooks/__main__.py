"""Check rulebooks: `python -m tusoi.rulebooks [FOLDER…]`; without a folder, the library."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from tusoi.rulebooks.cases import differences, read_cases
from tusoi.rulebooks.comparing import Change, diff
from tusoi.rulebooks.errors import RulebookError
from tusoi.rulebooks.library import folders, load_from, load_identity
from tusoi.rulebooks.rulebook import Rulebook


def main(arguments: Sequence[str]) -> int:
    """Print what is in order and what is not; 0 if everything is, 1 if not."""
    chosen: Iterable[Traversable] = [Path(one) for one in arguments] or folders()
    wrong = 0
    for folder in chosen:
        for line, is_wrong in told(folder):
            wrong += is_wrong
            sys.stdout.write(f"{line}\n")
        for change in changes(folder):
            sys.stdout.write(f"  {change}\n")
    return 1 if wrong else 0


def told(folder: Traversable) -> Iterator[tuple[str, bool]]:
    """Say what is wrong in a folder, or else its identity and fingerprint."""
    try:
        rulebook, cases = load_from(folder), read_cases(folder)
        found = list(differences(rulebook, cases))
    except (RulebookError, OSError) as error:
        yield str(error), True
        return
    for difference in found:
        yield f"{rulebook.identity}: {difference}", True
    for rule in sorted(_own_rules(rulebook) - {one.rule for one in cases.rules}):
        yield f"{rulebook.identity}: rule {rule} has no case; write one in cases/", True
    yield f"{rulebook.identity} {rulebook.fingerprint}", False


def changes(folder: Traversable) -> Iterator[str]:
    """Say what an overlay makes different from its parent; nothing for what has none."""
    try:
        rulebook = load_from(folder)
    except (RulebookError, OSError):
        return
    if rulebook.content.extends:
        parent = load_identity(rulebook.content.extends)
        yield from (in_words(one) for one in diff(parent, rulebook).changes)


def in_words(change: Change) -> str:
    """Put a change on one line: what part, and what it was and is."""
    part = change.after or change.before
    title = part.title.vi if part else ""
    fields = "; ".join(
        f"{label.vi}: {old.vi if old else '–'} → {new.vi if new else '–'}"
        for label, old, new in change.fields
    )
    return f"{change.kind.value} {change.section}: {title}{f' ({fields})' if fields else ''}"


def _own_rules(rulebook: Rulebook) -> set[str]:
    """The rules that this folder writes: an overlay leaves most to its parent."""
    rules = {one.id: one for one in rulebook.content.rules}
    if not rulebook.content.extends:
        return set(rules)
    parent = load_identity(rulebook.content.extends)
    same = {one.id: one for one in parent.content.rules}
    return {name for name, one in rules.items() if same.get(name) != one}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
