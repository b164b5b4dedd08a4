"""The OpenAPI 3.1 document of a running app."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Flask
from werkzeug.http import HTTP_STATUS_CODES as REASONS
from werkzeug.routing import Rule

from printalma.accounts.guard import COOKIE
from printalma.accounts.policy import EVERYBODY, SIGNED_IN
from printalma.lib.i18n import t
from printalma.openapi.schemas import Schemas, parameters
from printalma.web.describe import Description, File
from printalma.web.origin import READS
from printalma.web.schemas import NotAllowed, NotSignedIn, Problem

VERSION = "1.0.0"
KINDS = {
    "int": {"type": "integer", "minimum": 0, "maximum": 10**15 - 1},
    "string": {"type": "string", "pattern": "^[^/]+$"},
}
BYTES = {"type": "string", "format": "binary"}
TELLS_WHEN = (429, 503)
HEADERS = {
    "Retry-After": {"type": "integer", "minimum": 0},
    "Idempotent-Replayed": {"type": "string", "enum": ["true"]},
    "Set-Cookie": {"type": "string"},
}
_VARIABLE = re.compile(r"<(\w+):(\w+)>")


@dataclass(frozen=True)
class Call:
    """A route with one of its methods."""

    endpoint: str
    method: str
    rule: Rule
    access: str
    described: Description

    @property
    def path(self) -> str:
        return _VARIABLE.sub(r"{\2}", self.rule.rule)

    @property
    def answers(self) -> dict[int, Any]:
        """The type of every answer there may be: the described ones, and those that follow from what the call is."""
        statuses = {*self.described.errors, 500, 503}
        if self.rule.arguments:
            statuses.add(404)
        if self.described.query:
            statuses.add(400)
        if self.described.body:
            statuses |= {400, 413, 415}
        found: dict[int, Any] = dict.fromkeys(statuses, Problem)
        if self.access != EVERYBODY:
            found[401] = NotSignedIn
        if self.access not in (EVERYBODY, SIGNED_IN) or self.method not in READS:
            found[403] = NotAllowed
        return dict(sorted((found | dict(self.described.answers)).items()))


def calls(app: Flask) -> Iterator[Call]:
    """Every described call, in the order of the addresses."""
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view: Any = app.view_functions[rule.endpoint]
        if hasattr(view, "description"):
            for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
                yield Call(rule.endpoint, method, rule, view.access, view.description)


def document(app: Flask) -> dict[str, Any]:
    found = list(calls(app))
    schemas = Schemas(
        [call.described.body for call in found if call.described.body],
        [answer for call in found for answer in call.answers.values() if not isinstance(answer, File)],
    )
    paths: dict[str, dict[str, Any]] = {}
    for call in found:
        paths.setdefault(call.path, {})[call.method.lower()] = _operation(call, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": t("docs.title"), "version": VERSION, "description": t("docs.lead")},
        "tags": [{"name": name, "description": t(f"docs.tags.{name}")} for name in dict.fromkeys(map(_tag, found))],
        "paths": paths,
        "components": {
            "schemas": schemas.components,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": COOKIE},
            },
        },
    }


def _tag(call: Call) -> str:
    return call.path.split("/")[1]


def _operation(call: Call, schemas: Schemas) -> dict[str, Any]:
    described = call.described
    operation: dict[str, Any] = {
        "operationId": call.endpoint.replace(".", "_"),
        "tags": [_tag(call)],
        "summary": t(f"docs.calls.{call.endpoint}"),
        "description": t(f"docs.access.{call.access.replace(' ', '_')}"),
        "security": [] if call.access == EVERYBODY else [{"bearer": []}, {"cookie": []}],
        "parameters": _parameters(call),
        "responses": {str(status): _answer(call, status, kind, schemas) for status, kind in call.answers.items()},
    }
    if described.body:
        body = {"required": True, "content": {"application/json": {"schema": schemas.of(described.body)}}}
        operation["requestBody"] = body
    return operation


def _parameters(call: Call) -> list[dict[str, Any]]:
    variables = sorted(_VARIABLE.findall(call.rule.rule), key=lambda variable: variable[1])
    found = [{"name": name, "in": "path", "required": True, "schema": KINDS[kind]} for kind, name in variables]
    if call.described.query:
        found += parameters(call.described.query)
    sends = call.described.sends
    return found + [{"name": each.name, "in": "header", "required": False, "schema": each.schema} for each in sends]


def _answer(call: Call, status: int, kind: Any, schemas: Schemas) -> dict[str, Any]:
    media_types = kind.media_types if isinstance(kind, File) else ["application/json"]
    schema = BYTES if isinstance(kind, File) else schemas.of(kind)
    answer = {"description": REASONS[status], "content": {each: {"schema": schema} for each in media_types}}
    named = [call.described.tells[status]] if status in call.described.tells else []
    named += ["Retry-After"] if status in TELLS_WHEN else []
    return answer | ({"headers": {name: {"schema": HEADERS[name]} for name in named}} if named else {})
