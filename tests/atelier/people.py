"""People at the press, and what they have to make."""

import re
from typing import Any

from printalma.atelier.pieces import mark_of
from tests.accounts.people import customer
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.server import Shop

PAGE = "/dashboard/atelier"
LINES = [
    {"productId": 1, "quantity": 2, "size": "M", "color": "Rouge"},
    {"productId": 1, "quantity": 1, "size": "L", "color": "Rouge"},
]


def at_the_press(shop: Shop) -> Client:
    """Somebody who may see nothing but the press."""
    client = customer(shop)
    db.execute(shop.database_url, "UPDATE users SET role = 'ATELIER' WHERE id = :id", id=client.user["id"])
    return client


def ordered(shop: Shop, boss: Client, *lines: dict[str, Any]) -> dict[str, Any]:
    """An order that is confirmed, whatever there is to look at in it."""
    order = boss.place(orderItems=list(lines) or LINES)
    db.execute(shop.database_url, "UPDATE orders SET marks = '' WHERE id = :id", id=order["id"])
    assert boss.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"}).status == 200
    return order


def items_of(shop: Shop, order: dict[str, Any]) -> list[int]:
    asked = "SELECT id FROM order_items WHERE order_id = :id ORDER BY id"
    return [row.id for row in db.select(shop.database_url, asked, id=order["id"])]


def page(who: Client, query: str = "") -> str:
    answer = who.get(PAGE + query, Cookie=who.cookie)
    assert answer.status == 200, answer.text
    return answer.text


def tick(who: Client, *said: str, query: str = "", since: int | None = None) -> Answer:
    """As the page's script says it; a `tick` is line:first:last:yes, of the line as it is unless it says a mark."""
    fields = [("tick", marked(who, each) if each.count(":") == 3 else each) for each in said] + (
        [("since", str(since))] if since is not None else []
    )
    return who.form(f"{PAGE}/pieces{query}", fields, Cookie=who.cookie, HX_Request="true")


def marked(who: Client, tick: str) -> str:
    """The tick of the line as it is now."""
    item = tick.partition(":")[0]
    asked = "SELECT quantity, size, color FROM order_items WHERE id = :id"
    url = vars(who)["_shop"].database_url
    rows = db.select(url, asked, id=int(item)) if item.isdigit() and len(item) < 16 else ()
    return f"{tick}:{mark_of(rows[0]) if rows else 0}"  # type: ignore[arg-type]


def move(who: Client, verb: str, order_id: int, version: int, since: int | None = None) -> Answer:
    fields = [(verb, f"{order_id}:{version}")] + ([("since", str(since))] if since is not None else [])
    return who.form(f"{PAGE}/orders", fields, Cookie=who.cookie, HX_Request="true")


def ticks_of(text: str, item: int) -> dict[str, bool]:
    """The ticks of a line as a page has them: whether each is made, by its pieces."""
    found = re.findall(rf'value="{item}:(\d+:\d+):(yes|no):\w+"\s+aria-pressed="(true|false)"', text)
    assert all((wanted == "no") == (pressed == "true") for _, wanted, pressed in found)
    return {pieces: pressed == "true" for pieces, _, pressed in found}


def made(shop: Shop, item: int) -> list[int]:
    """The pieces of a line that are made, as the database has it."""
    asked = "SELECT piece FROM piece_ticks WHERE order_item_id = :item AND NOT lost ORDER BY piece"
    return [row.piece for row in db.select(shop.database_url, asked, item=item)]
