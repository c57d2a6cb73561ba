"""The source as the house tests read it: files, models, templates of the package alone."""

from collections.abc import Iterator
from pathlib import Path

from django.apps import apps
from django.db import models


ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "src/tusoi"
TEMPLATES = PACKAGE / "web/templates"


def our_models() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("tusoi.")]


def own_fields(model: type[models.Model]) -> Iterator[models.Field]:
    """Yield the columns of a model and its many-to-many fields, relations of others left out."""
    yield from model._meta.fields
    yield from model._meta.many_to_many


def templates() -> list[Path]:
    return sorted(TEMPLATES.rglob("*.html"))


def python_files() -> list[Path]:
    return sorted(
        path for path in PACKAGE.rglob("*.py") if "migrations" not in path.relative_to(ROOT).parts
    )


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
