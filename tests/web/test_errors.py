"""What answers where there is nothing: a page for people, JSON for programs."""

import pytest

from tests.support.matrix import ON_SQLITE
from tests.support.server import Server, Shop

pytestmark = ON_SQLITE
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


@pytest.fixture(scope="module")
def shop(common_server: Server) -> Server:
    return common_server


@pytest.mark.parametrize("path", ["/boutique", "/dash", "/apple-touch-icon.png", "/boutique/1?q=x"])
def test_people_get_a_page(shop: Shop, path: str) -> None:
    page = shop.client().get(path, Accept=BROWSER)
    assert (page.status, page.headers["Content-Type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>Introuvable</h1>" in page.text
    for accept in ("*/*", "application/json", "application/json, text/plain, */*", "image/png", ";;", "text/html;q=0"):
        assert shop.client().get(path, Accept=accept).json["statusCode"] == 404, accept


def test_programs_get_json_whatever_they_accept(shop: Shop) -> None:
    calls = shop.client().get("/api-docs/openapi.json").json["paths"]
    unknown = ("/auth/nothing", "/orders", "/notifications/x", "/push/x", "/static/nothing.js")
    for path in [*unknown, *(path.replace("{", "").replace("}", "") for path in calls)]:
        answer = shop.client().send("PROPFIND", path, None, Accept=BROWSER)
        assert (answer.status in (404, 405), answer.headers["Content-Type"]) == (True, "application/json"), path


def test_a_picture_where_browsers_look_for_one(shop: Shop) -> None:
    """A page that names none, as a JSON answer does, made a 404 in every log."""
    picture = shop.client().raw("HEAD", "/favicon.ico", None)
    assert (picture.status, picture.headers["Content-Type"]) == (200, "image/png")
