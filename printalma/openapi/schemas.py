"""JSON schemas of everything that goes in or out, each under one name."""

from collections.abc import Iterable
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode

from printalma.lib.validation import Query

REFERENCE = "#/components/schemas/{model}"


class Schemas:
    """Asked for a type, answers with a reference to its schema."""

    def __init__(self, taken: Iterable[Any], answered: Iterable[Any]) -> None:
        asked: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]] = []
        asked += [(kind, "validation", TypeAdapter(kind)) for kind in dict.fromkeys(taken)]
        asked += [(kind, "serialization", TypeAdapter(kind)) for kind in dict.fromkeys(answered)]
        found, definitions = TypeAdapter.json_schemas(asked, ref_template=REFERENCE)
        self._by_kind = {kind: schema for (kind, _), schema in found.items()}
        self.components = {_named(name): _plain(schema) for name, schema in sorted(definitions["$defs"].items())}

    def of(self, kind: Any) -> dict[str, Any]:
        """The schema of a type: a reference."""
        found: dict[str, Any] = _plain(self._by_kind[kind])
        return found


def parameters(query: type[Query]) -> list[dict[str, Any]]:
    """A query's fields, one by one. The words that one may be stand there: no component need have a name for them."""
    schema = TypeAdapter(query).json_schema(ref_template="{model}")
    words = schema.get("$defs", {})
    return [
        {
            "name": name,
            "in": "query",
            "required": name in schema.get("required", ()),
            "schema": _given(_plain(_written_out(field, words))),
        }
        for name, field in schema["properties"].items()
    ]


def _written_out(schema: Any, words: dict[str, Any]) -> Any:
    """A schema with what it refers to in place of the references."""
    if isinstance(schema, list):
        return [_written_out(part, words) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return words[schema["$ref"]]
    return {name: _written_out(part, words) for name, part in schema.items()}


def _plain(schema: Any) -> Any:
    """Without the titles and comments that Python's names and docstrings would put there: they are for us."""
    if isinstance(schema, list):
        return [_plain(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {
        name: part for name, part in schema.items() if not (name in ("title", "description") and isinstance(part, str))
    }
    return {name: _named(part) if name == "$ref" else _plain(part) for name, part in kept.items()}


def _named(name: str) -> str:
    """Success_OrderJSON_, as pydantic calls Success[OrderJSON], under a name that code generators like."""
    return name.replace("_", "")


def _given(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema of a parameter that is there: an address has no null, what is left out is left out."""
    kinds = [kind for kind in schema.get("anyOf", ()) if kind != {"type": "null"}]
    if not kinds:
        return schema
    rest = {name: part for name, part in schema.items() if name != "anyOf" and part is not None}
    return rest | (kinds[0] if len(kinds) == 1 else {"anyOf": kinds})
