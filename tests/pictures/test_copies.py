"""Copies of pictures, which pages show, and which of an order's is its thumbnail."""

import pytest

from printalma.db import reading
from printalma.pictures import queries
from tests.pictures import kept
from tests.support import database as db
from tests.support.inside import Inside

A, B, C = (f"https://pictures.example/of-rows/{name}.png" for name in "abc")


@pytest.fixture
def order_id(shop: Inside) -> int:
    placed: int = shop.client().place()["id"]
    return placed


def best(shop: Inside, *ids: int) -> dict[int, str | None]:
    with shop.app.app_context(), reading() as connection:
        return queries.best_of(connection, ids)


def test_a_copy_is_for_the_team_and_never_changes(shop: Inside, order_id: int) -> None:
    digest = kept.shown(shop.database_url, order_id, 1)
    for copy in kept.SIDES:
        answer = shop.admin_once().get(f"/pictures/{digest}/{copy}")
        assert (answer.status, answer.headers["Content-Type"]) == (200, "image/webp")
        assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
        again = shop.admin_once().get(f"/pictures/{digest}/{copy}", If_None_Match=answer.headers["ETag"])
        assert (again.status, again.text) == (304, "")
        assert shop.client().get(f"/pictures/{digest}/{copy}").status == 401
    for wrong in (f"{digest}/original", f"{'0' * 64}/view", "x/view", f"{digest}/view/more", f"{digest}/VIEW"):
        assert shop.admin_once().get(f"/pictures/{wrong}").status == 404, wrong


def test_the_first_picture_that_can_be_shown_is_the_order(shop: Inside, order_id: int) -> None:
    url = shop.database_url
    assert best(shop, order_id) == {}
    for rank, address in enumerate((A, B, C)):
        kept.name(url, order_id, address, rank)
    assert best(shop, order_id, 999_999) == {order_id: None}
    last = kept.arrive(url, C, 33)
    assert best(shop, order_id) == {order_id: last}
    first = kept.arrive(url, A, 2)
    assert best(shop, order_id) == {order_id: first}
    kept.lose(url, A)
    assert best(shop, order_id) == {order_id: last}
    db.execute(url, "UPDATE pictures SET copied_size = 0 WHERE hash = :hash", hash=last)  # nobody could read it
    assert best(shop, order_id) == {order_id: None}
    kept.lose(url, B)
    assert best(shop, order_id) == {}
