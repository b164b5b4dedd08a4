"""The contract's success envelope, and JSON as compact as it can be."""

from typing import Any

from flask import Flask, Response, jsonify
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
