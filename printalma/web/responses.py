"""The contract's success envelope, and JSON as compact as it can be."""

from collections.abc import Mapping
from json import JSONEncoder
from typing import Any

from flask import Flask, Response, jsonify
from flask.json.provider import DefaultJSONProvider


class CompactJSON(DefaultJSONProvider):
    ensure_ascii = False
    sort_keys = False
    compact = True


# As the provider writes it, which makes an encoder for each text.
written = JSONEncoder(ensure_ascii=CompactJSON.ensure_ascii, separators=(",", ":"), default=CompactJSON.default).encode


def init_app(app: Flask) -> None:
    app.json = CompactJSON(app)


def success(message: str, data: Any, status: int = 200, **beside: Any) -> Response:
    """`{"success": true, "message": …, "data": …}`, and `beside` on the same level."""
    response = jsonify({"success": True, "message": message, "data": data, **beside})
    response.status_code = status
    return response


def success_text(message: str, data: str, status: int = 200) -> Response:
    """The same with data that is JSON text already."""
    text = f'{{"success":true,"message":{written(message)},"data":{data}}}'
    return Response(text, status, mimetype="application/json")


def joined(*objects: str | Mapping[str, Any]) -> str:
    """The JSON of one object with the fields of several. What is text already is not parsed again; of fields with the
    same name the last one counts for who reads it."""
    texts = [each if isinstance(each, str) else written(each) for each in objects]
    return "{" + ",".join([text[1:-1] for text in texts if len(text) > 2]) + "}"
