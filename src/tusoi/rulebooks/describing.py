"""JSON Schema of a rulebook's files, so that an editor can say what belongs where."""

from typing import Any, Final

from pydantic import BaseModel, ConfigDict, create_model

from tusoi.rulebooks.cases import Cases
from tusoi.rulebooks.loading import HEAD, LISTS
from tusoi.rulebooks.overlaying import OVERLAY, OverlayHead
from tusoi.rulebooks.schema import (
    CriteriaSet,
    FormSpec,
    Question,
    RulebookContent,
    RulebookHead,
)


DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
# Parts of an entry, and not entries of their own.
_INNER: Final = frozenset({"Cite", "SubjectClass", "SectionSpec"})


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return one schema for each kind of file, by the path that it has in a rulebook.

    The files of an overlay have their own, under `overlay/`.
    """
    models: dict[str, type[BaseModel]] = {
        **{file: _list_file(file, keys) for file, keys in LISTS.items()},
        "criteria/*.yaml": CriteriaSet,
        "forms/*.yaml": FormSpec,
        "forms/questions/*.yaml": Question,
    }
    alone: dict[str, type[BaseModel]] = {
        HEAD: RulebookHead,
        OVERLAY: OverlayHead,
        "cases/*.yaml": Cases,
    }
    return {
        **{file: _schema(file, model) for file, model in {**alone, **models}.items()},
        **{f"overlay/{file}": _overlaid(file, model) for file, model in models.items()},
    }


def _overlaid(file: str, model: type[BaseModel]) -> dict[str, Any]:
    """Let every entry say what it replaces; it then needs nothing but what changes."""
    found = _schema(f"overlay/{file}", model)
    parts = [found.get("$defs", {})[name] for name in _entries(found)] or [found]
    for part in parts:
        if {"id", "name"} & set(part["properties"]):
            part["properties"]["replaces"] = {"type": "string"}
            part["anyOf"] = [{"required": ["replaces"]}, {"required": part.pop("required", [])}]
    return found


def _entries(schema: dict[str, Any]) -> list[str]:
    """Name the models of the lists that a file holds at its top."""
    lists = (one.get("items", {}) for one in schema["properties"].values())
    names = (str(one.get("$ref", "")).rpartition("/")[2] for one in lists)
    return [name for name in names if name and name not in _INNER]


def _list_file(file: str, keys: set[str]) -> type[BaseModel]:
    fields = RulebookContent.model_fields
    # A list that may be left out of the rulebook may be left out of its file too.
    given: dict[str, Any] = {
        key: (fields[key].annotation, ... if fields[key].is_required() else ())
        for key in sorted(keys)
    }
    return create_model(file, __config__=ConfigDict(extra="forbid"), **given)


def _schema(file: str, model: type[BaseModel]) -> dict[str, Any]:
    found = model.model_json_schema(by_alias=True)
    return {"$schema": DIALECT, **found, "title": file}
