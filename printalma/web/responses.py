"""The contract's success envelope, and JSON as compact as it can be."""

from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, current_app, jsonify
from flask.json.provider import DefaultJSONProvider


class CompactJSON(DefaultJSONProvider):
    ensure_ascii = False
    sort_keys = False
    compact = True


def init_app(app: Flask) -> None:
    app.json = CompactJSON(app)


def success(message: str, data: Any, status: int = 200, **beside: Any) -> Response:
    """`{"success": true, "message": …, "data": …}`, and `beside` on the same level."""
    response = jsonify({"success": True, "message": message, "data": data, **beside})
    response.status_code = status
    return response


def success_text(message: str, data: str, status: int = 200) -> Response:
    """The same with data that is JSON text already."""
    text = joined({"success": True, "message": message}, f'{{"data":{data}}}')
    return Response(text, status, mimetype="application/json")


def joined(*objects: str | Mapping[str, Any]) -> str:
    """The JSON of one object with the fields of several. What is text already is not parsed again; of fields with the
    same name the last one counts for who reads it."""
    texts = (each if isinstance(each, str) else current_app.json.dumps(each, separators=(",", ":")) for each in objects)
    return "{" + ",".join(fields for text in texts if (fields := text[1:-1])) + "}"
