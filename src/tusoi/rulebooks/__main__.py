"""Check rulebooks: `python -m tusoi.rulebooks [FOLDER…]`; without a folder, the library."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources.abc import Traversable
from pathlib import Path

from tusoi.rulebooks.cases import differences, read_cases
from tusoi.rulebooks.errors import RulebookError
from tusoi.rulebooks.library import folders
from tusoi.rulebooks.loading import load_folder


def main(arguments: Sequence[str]) -> int:
    """Print what is in order and what is not; 0 if everything is, 1 if not."""
    chosen: Iterable[Traversable] = [Path(one) for one in arguments] or folders()
    wrong = 0
    for folder in chosen:
        for line, is_wrong in told(folder):
            wrong += is_wrong
            sys.stdout.write(f"{line}\n")
    return 1 if wrong else 0


def told(folder: Traversable) -> Iterator[tuple[str, bool]]:
    try:
        rulebook, cases = load_folder(folder), read_cases(folder)
        found = list(differences(rulebook, cases))
    except (RulebookError, OSError) as error:
        yield str(error), True
        return
    for difference in found:
        yield f"{rulebook.identity}: {difference}", True
    without = {one.id for one in rulebook.content.rules} - {one.rule for one in cases.rules}
    for rule in sorted(without):
        yield f"{rulebook.identity}: rule {rule} has no case; write one in cases/", True
    yield f"{rulebook.identity} {rulebook.fingerprint}", False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
