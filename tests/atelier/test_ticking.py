"""Ticking pieces: one state is wanted, whoever says it how often, and the order follows."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.atelier.people import items_of, made, marked, move, ordered, page, tick, ticks_of
from tests.conftest import NewDatabase
from tests.mending.test_mending import mend
from tests.pictures import kept
from tests.support import database as db
from tests.support.client import Client, cart
from tests.support.inside import Inside


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("press"), TRUSTED_PROXIES="1") as shop:
        yield shop


def status_of(boss: Client, order: dict[str, Any]) -> str:
    found: str = boss.get(f"/orders/{order['id']}").data["status"]
    return found


def version_of(shop: Inside, order: dict[str, Any]) -> int:
    return int(db.select(shop.database_url, "SELECT version FROM orders WHERE id = :id", id=order["id"])[0][0])


def events_of(shop: Inside, kind: str) -> int:
    return int(db.select(shop.database_url, "SELECT count(*) FROM events WHERE type = :kind", kind=kind)[0][0])


def test_a_piece_is_made_when_it_is_tapped_and_the_order_is_in_preparation(
    shop: Inside, press: Client, boss: Client
) -> None:
    order = ordered(shop, boss)
    two, one = items_of(shop, order)
    assert ticks_of(page(press), two) == {"1:1": False, "2:2": False}
    assert tick(press, f"{two}:1:1:yes").status == 200
    assert (made(shop, two), made(shop, one)) == ([1], [])
    assert ticks_of(page(press), two) == {"1:1": True, "2:2": False}
    assert status_of(boss, order) == "PROCESSING"
    told = db.select(
        shop.database_url,
        "SELECT actor_id, data FROM events WHERE order_id = :id AND type = 'OrderStatusChanged' ORDER BY id DESC",
        id=order["id"],
    )[0]
    assert told.actor_id == press.user["id"]
    version = version_of(shop, order)
    tick(press, f"{one}:1:1:yes", f"{two}:2:2:yes")
    assert version_of(shop, order) == version, "a tick is no change of the order"
    assert status_of(boss, order) == "PROCESSING"


def test_the_same_tap_again_changes_nothing(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    two, _ = items_of(shop, order)
    before = events_of(shop, "PiecesTicked")
    for who in (press, press, boss):
        assert tick(who, f"{two}:1:1:yes").status == 200
    assert events_of(shop, "PiecesTicked") == before + 1
    assert made(shop, two) == [1]
    tick(press, f"{two}:1:1:no")
    tick(boss, f"{two}:1:1:no")
    assert (made(shop, two), status_of(boss, order)) == ([], "PROCESSING")


def test_what_comes_back_is_what_has_changed(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    two, one = items_of(shop, order)
    answer = tick(press, f"{two}:1:1:yes", since=boss.last_event())
    assert ticks_of(answer.text, two) == {"1:1": True, "2:2": False}
    assert ticks_of(answer.text, one) == {}
    assert len(answer.text) < 4000
    assert int(answer.headers["Log-Position"] or 0) == boss.last_event()


def test_an_order_whose_pieces_are_made_is_ready_and_one_tap_sends_it(
    shop: Inside, press: Client, boss: Client
) -> None:
    order = ordered(shop, boss)
    two, one = items_of(shop, order)
    tick(press, f"{two}:1:2:yes")
    version = version_of(shop, order)
    assert f'name="send" value="{order["id"]}:' not in page(press)
    refused = move(press, "send", order["id"], version)
    assert (refused.status, "pas prête" in refused.text) == (409, True)
    shown = tick(press, f"{one}:1:1:yes", since=boss.last_event()).text
    assert f'name="send" value="{order["id"]}:{version}"' in shown
    for _ in range(2):  # the answer of the first was lost
        assert move(press, "send", order["id"], version).status == 200
    assert status_of(boss, order) == "SHIPPED"
    there = page(press)
    assert ticks_of(there, two) == {}
    assert f'name="back" value="{order["id"]}:{version + 1}"' in there
    for _ in range(2):
        assert move(press, "back", order["id"], version + 1).status == 200
    assert status_of(boss, order) == "PROCESSING"
    assert f'name="send" value="{order["id"]}:{version + 2}"' in page(press)
    assert made(shop, two) == [1, 2]


def test_only_who_sent_it_takes_it_back(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    for item in items_of(shop, order):
        tick(press, f"{item}:1:2:yes")
    move(boss, "send", order["id"], version_of(shop, order))
    refused = move(press, "back", order["id"], version_of(shop, order))
    assert (refused.status, status_of(boss, order)) == (403, "SHIPPED")


def test_nothing_but_sending_is_taken_back_here(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    two, _ = items_of(shop, order)
    tick(press, f"{two}:1:1:yes")
    refused = move(press, "back", order["id"], version_of(shop, order))
    assert (refused.status, status_of(boss, order)) == (409, "PROCESSING")


def test_what_the_office_sends_is_not_the_press_s_to_take_back(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    for status in ("PROCESSING", "SHIPPED"):
        boss.patch(f"/orders/{order['id']}/status", {"status": status})
    assert f'id="r-{order["id"]}"' not in page(press)


def test_pictures_of_orders_that_wait_are_nothing_to_the_press(shop: Inside, press: Client, boss: Client) -> None:
    waiting, here = boss.place(), ordered(shop, boss)
    for order, is_told in ((waiting, False), (here, True)):
        since = boss.last_event()
        db.append_events(shop.database_url, [kept.pictures_changed([order["id"]])])
        missed = press.get(f"/dashboard/missed?since={since}&view=/dashboard/atelier", Cookie=press.cookie).text
        assert ('id="totals"' in missed) is is_told


def test_an_order_that_was_taken_back_to_confirmed_is_sent_all_the_same(
    shop: Inside, press: Client, boss: Client
) -> None:
    order = ordered(shop, boss)
    for item in items_of(shop, order):
        tick(boss, f"{item}:1:2:yes")
    seen = {"order": f"{order['id']}:{version_of(shop, order)}"}
    boss.form("/dashboard/orders/take-back", seen, Cookie=boss.cookie)
    assert status_of(boss, order) == "CONFIRMED"
    assert move(press, "send", order["id"], version_of(shop, order)).status == 200
    assert status_of(boss, order) == "SHIPPED"


@pytest.mark.parametrize("end", ["CANCELLED", "SHIPPED"])
def test_what_is_not_to_be_made_any_more_is_gone(shop: Inside, press: Client, boss: Client, end: str) -> None:
    order = ordered(shop, boss)
    two, _ = items_of(shop, order)
    boss.patch(f"/orders/{order['id']}/status", {"status": "PROCESSING"})
    since = boss.last_event()
    boss.patch(f"/orders/{order['id']}/status", {"status": end})
    assert ticks_of(page(press), two) == {}
    missed = press.get(f"/dashboard/missed?since={since}&view=/dashboard/atelier", Cookie=press.cookie).text
    assert f'hx-target="#l-{two}" hx-swap="delete"' in missed
    refused = tick(press, f"{two}:1:1:yes")
    assert refused.status == (404 if end == "CANCELLED" else 409)
    assert made(shop, two) == []


def test_a_line_that_is_mended_loses_its_ticks_with_a_word(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    two, one = items_of(shop, order)
    tick(press, f"{two}:1:2:yes", f"{one}:1:1:yes")
    since = boss.last_event()
    assert mend(boss, order, **{f"size_{two}": "L"}).status == 303
    assert (made(shop, two), made(shop, one)) == ([], [1])
    missed = press.get(f"/dashboard/missed?since={since}&view=/dashboard/atelier", Cookie=press.cookie).text
    assert "modifiée depuis : 2 pièces à refaire" in missed
    assert f'name="send" value="{order["id"]}:' not in missed
    tick(press, f"{two}:1:1:yes")
    assert "modifiée depuis : 1 pièce à refaire" in page(press, f"?order={order['id']}")
    tick(press, f"{two}:2:2:yes")
    assert "modifiée depuis" not in page(press, f"?order={order['id']}")


def test_a_tap_that_was_on_its_way_is_not_for_what_the_line_says_since(
    shop: Inside, press: Client, boss: Client
) -> None:
    order = ordered(shop, boss)
    two, _ = items_of(shop, order)
    seen = re.findall(rf'value="({two}:1:1:yes:\w+)"', page(press))
    assert mend(boss, order, **{f"color_{two}": "Noir"}).status == 303
    refused = tick(press, *seen)
    assert (refused.status, "n’est plus la même" in refused.text) == (409, True)
    assert made(shop, two) == []
    assert tick(press, f"{two}:1:1:yes").status == 200


def test_what_is_no_other_piece_keeps_its_ticks(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    two, _ = items_of(shop, order)
    tick(press, f"{two}:1:1:yes")
    assert mend(boss, order, **{f"price_{two}": "12", "street": "Une autre rue"}).status == 303
    assert made(shop, two) == [1]


def test_pieces_of_a_line_that_is_dropped_are_told_of(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss)
    two, one = items_of(shop, order)
    tick(press, f"{one}:1:1:yes")
    assert mend(boss, order, **{f"drop_{one}": "1"}).status == 303
    there = page(press, f"?order={order['id']}")
    assert "1 pièce faite n’est plus demandée" in there
    assert ticks_of(there, one) == {}
    assert tick(press, f"{one}:1:1:yes").status == 404
    # On SQLite the next line has its id: what hung on the dropped one is not the new one's.
    other = ordered(shop, boss, {"productId": 1, "quantity": 1, "size": "S", "color": "Noir"})
    [new] = items_of(shop, other)
    assert made(shop, new) == []
    assert tick(press, f"{new}:1:1:yes").status == 200
    assert made(shop, new) == [1]
    assert ticks_of(page(press), two) == {"1:1": False, "2:2": False}


def test_a_long_line_has_one_tick_for_its_tail(shop: Inside, press: Client, boss: Client) -> None:
    order = ordered(shop, boss, {"productId": 1, "quantity": 200, "size": "M", "color": "Bleu"})
    [item] = items_of(shop, order)
    drawn = ticks_of(page(press), item)
    assert (len(drawn), drawn["25:200"]) == (25, False)
    tick(press, f"{item}:25:200:yes", f"{item}:3:3:yes")
    assert made(shop, item) == [3, *range(25, 201)]
    assert ticks_of(page(press), item)["25:200"]
    tick(press, f"{item}:30:30:no")
    assert not ticks_of(page(press), item)["25:200"]


def test_pieces_that_are_alike_stand_together(shop: Inside, press: Client, boss: Client) -> None:
    alike = {"productId": 1, "quantity": 1, "size": "XXL", "color": "Vert"}
    first, second = ordered(shop, boss, alike), ordered(shop, boss, alike | {"color": "vert"})
    there = page(press)
    group = there[
        there.index(f'id="l-{items_of(shop, first)[0]}"') : there.index(f'id="l-{items_of(shop, second)[0]}"')
    ]
    assert "<section" not in group


def test_one_product_alone_is_shown_at_its_address(shop: Inside, press: Client, boss: Client) -> None:
    off = ordered(shop, boss, {"productId": 77777, "quantity": 1, "unitPrice": 1000})
    mine = ordered(shop, boss)
    assert ticks_of(page(press, "?product=1"), items_of(shop, off)[0]) == {}
    assert ticks_of(page(press, "?product=1"), items_of(shop, mine)[0]) != {}
    assert ticks_of(page(press, "?product=0"), items_of(shop, off)[0]) == {"1:1": False}


@pytest.mark.parametrize(
    "said",
    [
        "",
        "x",
        "1:1:1",
        "1:1:1:maybe",
        "1:0:0:yes",
        "1:2:1:yes",
        "-1:1:1:yes",
        "1:1:1:yes:1:1",
        "1:1:" + "9" * 400 + ":yes",
    ],
)
def test_what_makes_no_sense_is_refused(press: Client, said: str) -> None:
    assert tick(press, said).status == 400


def test_pieces_that_there_are_not_are_refused(shop: Inside, press: Client, boss: Client) -> None:
    [item, _] = items_of(shop, ordered(shop, boss))
    assert tick(press, f"{item}:3:9:yes").status == 409
    assert tick(press, f"{item}:1:999999999999999:yes").status == 200
    assert made(shop, item) == [1, 2]
    assert tick(press, "999999999999999:1:1:yes").status == 404
    assert tick(press, *[f"{item}:1:1:yes"] * 101).status == 400
    assert tick(press, "999999999999999:1:1:yes", f"{item}:1:1:no").status == 404
    assert made(shop, item) == [2], "what is refused keeps nothing else back"


def test_without_javascript_the_page_comes_again(shop: Inside, press: Client, boss: Client) -> None:
    [item, _] = items_of(shop, ordered(shop, boss))
    fields = {"tick": marked(press, f"{item}:1:1:yes")}
    answer = press.form("/dashboard/atelier/pieces?product=1", fields, Cookie=press.cookie)
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard/atelier?product=1")
    assert made(shop, item) == [1]


def test_a_waiting_order_is_not_at_the_press(shop: Inside, press: Client, boss: Client) -> None:
    order = boss.place()
    [item] = items_of(shop, order)
    assert ticks_of(page(press), item) == {}
    assert tick(press, f"{item}:1:1:yes").status == 404
    assert tick(boss, f"{item}:1:1:yes").status == 409
    there = page(press, f"?order={order['id']}")
    assert order["orderNumber"] not in there
    assert "pas à l’atelier" in there
    assert cart()["phoneNumber"] not in there
