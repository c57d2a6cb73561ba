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


def json_schemas() -> dict[str, dict[str, Any]]:
    """Return one schema for each kind of file, by the path that it has in a rulebook."""
    models: dict[str, type[BaseModel]] = {
        HEAD: RulebookHead,
        OVERLAY: OverlayHead,
        **{file: _list_file(file, keys) for file, keys in LISTS.items()},
        "criteria/*.yaml": CriteriaSet,
        "forms/*.yaml": FormSpec,
        "forms/questions/*.yaml": Question,
        "cases/*.yaml": Cases,
    }
    return {file: _schema(file, model) for file, model in models.items()}


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
