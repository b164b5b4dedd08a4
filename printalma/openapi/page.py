"""The description as people read it: tables drawn from the document itself."""

from dataclasses import dataclass
from typing import Any

from printalma.lib.i18n import t

LIMITS = {
    "minimum": "at_least",
    "maximum": "at_most",
    "minLength": "characters_at_least",
    "maxLength": "characters_at_most",
    "minItems": "elements_at_least",
    "maxItems": "elements_at_most",
}


@dataclass(frozen=True)
class Part:
    """Some words of a type; `shape` names the schema they lead to."""

    words: str
    shape: str | None = None


@dataclass(frozen=True)
class Field:
    name: str
    kind: list[Part]
    limits: str
    required: bool
    place: str = ""


@dataclass(frozen=True)
class Answer:
    status: str
    reason: str
    kind: list[Part]
    headers: list[str]


@dataclass(frozen=True)
class Operation:
    anchor: str
    method: str
    path: str
    summary: str
    access: str
    takes: list[Field]
    body: list[Part]
    answers: list[Answer]


@dataclass(frozen=True)
class Shape:
    name: str
    fields: list[Field]
    values: list[str]


@dataclass(frozen=True)
class Section:
    tag: str
    title: str
    operations: list[Operation]


def sections(document: dict[str, Any]) -> list[Section]:
    """The calls, grouped as the document groups them."""
    found = [
        (operation["tags"][0], _operation(method, path, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    tags = document["tags"]
    return [Section(tag["name"], tag["description"], [o for name, o in found if name == tag["name"]]) for tag in tags]


def shapes(document: dict[str, Any]) -> list[Shape]:
    """Every object that is sent or answered, and every list of allowed words."""
    return [
        Shape(
            name,
            [_field(field, inner, field in schema.get("required", ())) for field, inner in schema["properties"].items()]
            if "properties" in schema
            else [],
            schema.get("enum", []),
        )
        for name, schema in document["components"]["schemas"].items()
    ]


def _operation(method: str, path: str, operation: dict[str, Any]) -> Operation:
    body = operation.get("requestBody")
    return Operation(
        anchor=operation["operationId"],
        method=method.upper(),
        path=path,
        summary=operation["summary"],
        access=operation["description"],
        takes=[
            _field(p["name"], p["schema"], p["required"], t(f"docs.places.{p['in']}")) for p in operation["parameters"]
        ],
        body=_kind(_schema(body)) if body else [],
        answers=[
            Answer(status, answer["description"], _kind(_schema(answer)), list(answer.get("headers", ())))
            for status, answer in operation["responses"].items()
        ],
    )


def _schema(holder: dict[str, Any]) -> dict[str, Any]:
    schema: dict[str, Any] = next(iter(holder["content"].values()))["schema"]
    return schema


def _field(name: str, schema: dict[str, Any], required: bool, place: str = "") -> Field:
    return Field(name, _kind(schema), ", ".join(_limits(schema)), required, place)


def _kind(schema: dict[str, Any]) -> list[Part]:
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return [Part(name, name)]
    if "anyOf" in schema:
        parts = [_kind(each) for each in schema["anyOf"]]
        return parts[0] + [part for more in parts[1:] for part in (Part(t("docs.or")), *more)]
    if "enum" in schema or "const" in schema:
        return [Part(" | ".join(str(value) for value in schema.get("enum", [schema.get("const")])))]
    if schema.get("type") == "array":
        return [Part(t("docs.list_of")), *_kind(schema.get("items", {}))]
    return [Part(t(f"docs.kinds.{schema.get('format', schema.get('type', 'any'))}"))]


def _limits(schema: dict[str, Any]) -> list[str]:
    told = [t(f"docs.{LIMITS[name]}", n=schema[name]) for name in LIMITS if name in schema]
    told += [limit for each in schema.get("anyOf", ()) for limit in _limits(each)]
    return told + ([t("docs.default", value=schema["default"])] if schema.get("default") is not None else [])
