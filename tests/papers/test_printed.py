"""What was printed is noted once, shown where orders are, and forgotten where it is not true any more."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa

from printalma.accounts.policy import EVERYTHING
from printalma.db import reading
from printalma.events import renderings
from printalma.events.log import since
from tests.accounts.people import admin as new_admin
from tests.atelier.people import at_the_press, ordered
from tests.conftest import NewDatabase
from tests.mending.test_mending import mend
from tests.orders.test_placing import at_once
from tests.support import database as db
from tests.support.client import Answer, Client
from tests.support.forms import Form, form
from tests.support.inside import Inside
from tests.support.matrix import ON_POSTGRES, ONLY_POSTGRES
from tests.support.server import eventually

PRINT, UNDO = "/dashboard/print", "/dashboard/print/undo"


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    with Inside(new_database(), tmp_path_factory.mktemp("printed"), SHOP_CURRENCY="XOF", TRUSTED_PROXIES="1") as shop:
        yield shop


@pytest.fixture(scope="module")
def boss(shop: Inside) -> Client:
    return new_admin(shop)


def paper(who: Client, *orders: dict[str, Any], kind: str = "slip") -> str:
    answer = who.get(f"{PRINT}?ids={','.join(str(order['id']) for order in orders)}&as={kind}", Cookie=who.cookie)
    assert answer.status == 200, answer.text
    return answer.text


def send(who: Client, there: Form, **said: str) -> Answer:
    return who.form(there.path, there.filled(**said), Cookie=who.cookie, HX_Request="true")


def note(who: Client, *orders: dict[str, Any], kind: str = "slip") -> str:
    """Have them printed; what the page says then."""
    answer = send(who, form(paper(who, *orders, kind=kind), PRINT))
    assert answer.status == 200, answer.text
    return answer.text


def mark_of(who: Client, order: dict[str, Any]) -> str:
    """What the order's row says of its papers."""
    rows = who.get(f"/dashboard?q={order['orderNumber']}", Cookie=who.cookie).text
    mark = rows.partition(f'id="printed-{order["id"]}"')[2].partition("<td")[0]
    return " ".join(re.findall(r'title="(.*?)"', mark))


def history(who: Client, order: dict[str, Any]) -> list[str]:
    page = who.get(f"/dashboard/orders/{order['id']}", Cookie=who.cookie).text
    return re.findall(r"<strong>(.*?)</strong>", page[page.index('class="card history"') :])


def listed(who: Client, wanted: str) -> set[int]:
    rows = who.get(f"/dashboard?toPrint={wanted}&size=100", Cookie=who.cookie).text
    return {int(found) for found in re.findall(r'<tr id="order-(\d+)"', rows)}


def test_what_was_printed_stands_on_the_row_in_the_history_and_in_the_filter(shop: Inside, boss: Client) -> None:
    one, other = ordered(shop, boss), ordered(shop, boss)
    pending = boss.place()
    mine = {one["id"], other["id"]}
    assert listed(boss, "open") & {*mine, pending["id"]} == mine, "what is not confirmed is not to be printed yet"
    said = note(boss, one, other)
    assert "2 bons de livraison notés" in said
    assert listed(boss, "open") & mine == listed(boss, "slip") & mine == set()
    assert listed(boss, "sheet") & mine == listed(boss, "pick") & mine == mine
    assert mark_of(boss, one) == "Imprimé : bon"
    assert "Bon de livraison imprimé" in history(boss, one)
    note(boss, one, kind="pick")
    assert mark_of(boss, one) == "Imprimé : bon, ramassage"
    assert boss.get(f"/orders/{one['id']}").data["version"] == 2, "a printer makes nobody's change a conflict"


def test_a_note_is_taken_back_by_one_word(shop: Inside, boss: Client) -> None:
    order = ordered(shop, boss)
    undo = form(note(boss, order), UNDO)
    again = send(boss, undo).text
    assert mark_of(boss, order) == ""
    assert order["id"] in listed(boss, "open")
    assert "Bon de livraison : pas imprimé, finalement" in history(boss, order)
    send(boss, form(again, PRINT))
    assert mark_of(boss, order) == "Imprimé : bon"


def test_a_second_print_that_is_taken_back_leaves_the_first(shop: Inside, boss: Client) -> None:
    order = ordered(shop, boss)
    note(boss, order)
    send(boss, form(note(boss, order), UNDO))
    assert mark_of(boss, order) == "Imprimé : bon"


@ON_POSTGRES
def test_one_gesture_acts_once(shop: Inside, boss: Client) -> None:
    order = ordered(shop, boss)
    there = form(paper(boss, order), PRINT)
    answers = at_once(3, lambda _: send(boss, there))
    assert {answer.status for answer in answers} == {200}
    assert history(boss, order).count("Bon de livraison imprimé") == 1


@pytest.mark.parametrize(
    ("change", "again", "left"),
    [
        ({"street": "Ailleurs"}, "Modifiée depuis, à réimprimer : bon", "sheet"),
        ({"city": "Thiès"}, "Modifiée depuis, à réimprimer : bon, fiche atelier", "pick"),
        ({"email": "autre@example.org"}, "Imprimé : bon, fiche atelier, ramassage", "slip"),
    ],
)
def test_an_order_that_says_something_else_is_to_be_printed_again(
    shop: Inside, boss: Client, change: dict[str, str], again: str, left: str
) -> None:
    order = ordered(shop, boss)
    for kind in ("slip", "sheet", "pick"):
        note(boss, order, kind=kind)
    assert mend(boss, order, **change).status == 303
    assert mark_of(boss, order) == again
    assert order["id"] not in listed(boss, left)
    assert (order["id"] in listed(boss, "slip")) == ("bon" in again and "Modifiée" in again)
    for kind in ("slip", "sheet", "pick"):
        note(boss, order, kind=kind)
    assert mark_of(boss, order) == "Imprimé : bon, fiche atelier, ramassage"


def test_what_was_paid_since_is_not_to_be_collected_again(shop: Inside, boss: Client) -> None:
    order = ordered(shop, boss)
    note(boss, order)
    note(boss, order, kind="sheet")
    assert boss.post(f"/orders/{order['id']}/mark-as-paid", {}).status in (200, 201)
    assert mark_of(boss, order) == "Modifiée depuis, à réimprimer : bon"


def test_an_order_that_changed_while_its_paper_was_printed_is_to_be_printed_again(shop: Inside, boss: Client) -> None:
    order, other = ordered(shop, boss), ordered(shop, boss)
    there = form(paper(boss, order, other), PRINT)
    assert mend(boss, order, street="Ailleurs").status == 303
    undo = form(send(boss, there).text, UNDO)
    assert (mark_of(boss, order), mark_of(boss, other)) == ("Modifiée depuis, à réimprimer : bon", "Imprimé : bon")
    send(boss, form(send(boss, undo).text, PRINT))  # the sheets that lie there are those of before
    assert mark_of(boss, order) == "Modifiée depuis, à réimprimer : bon"


@ONLY_POSTGRES
def test_what_changes_at_the_moment_it_is_noted_is_to_be_printed_again(shop: Inside, boss: Client) -> None:
    """The change has the order, and waits for its place in the log; the note waits for the order."""
    order = ordered(shop, boss)
    there = form(paper(boss, order), PRINT)
    engine = db.engine_of(shop.database_url)
    with ThreadPoolExecutor(2) as hands:
        with engine.begin() as other:
            other.execute(sa.text("SELECT last FROM log_position FOR UPDATE"))
            changed = hands.submit(mend, boss, order, street="Ailleurs")
            eventually(lambda: db.blocked(shop.database_url) == 1)
            noted = hands.submit(send, boss, there)
            eventually(lambda: db.blocked(shop.database_url) == 2)
        assert (changed.result().status, noted.result().status) == (303, 200)
    assert mark_of(boss, order) == "Modifiée depuis, à réimprimer : bon"


def test_a_parcel_that_got_its_number_meanwhile_has_another_slip(shop: Inside, boss: Client) -> None:
    order, other = ordered(shop, boss), ordered(shop, boss)
    there = form(paper(boss, order, other), PRINT)
    sent = {"status": "PROCESSING", "trackingNumber": "SN 1234"}
    assert boss.patch(f"/orders/{order['id']}/status", sent).status == 200
    assert boss.patch(f"/orders/{other['id']}/status", {"status": "PROCESSING"}).status == 200
    send(boss, there)
    assert mark_of(boss, order) == "Modifiée depuis, à réimprimer : bon"
    assert mark_of(boss, other) == "Imprimé : bon", "a step alone changes no paper"


def test_it_is_told_to_pages_and_rings_nowhere(shop: Inside, boss: Client) -> None:
    order = ordered(shop, boss)
    other = new_admin(shop)
    count = "/dashboard/notifications/count"
    bell = other.get(count, Cookie=other.cookie).json["unread"]
    before = db.select(shop.database_url, "SELECT max(id) AS id FROM events")[0].id
    note(boss, order)
    assert other.get(count, Cookie=other.cookie).json["unread"] == bell
    with shop.app.test_request_context(), reading() as connection:
        told = since(connection, before, 10)
        assert [type(record.event).__name__ for record in told] == ["OrderPrinted"]
        assert not renderings.notices(told[0])
        assert not renderings.push_notices(told[0])
        for path, there in (
            ("/dashboard", f'hx-target="#printed-{order["id"]}"'),
            ("/dashboard?toPrint=open", f'hx-target="#order-{order["id"]}"'),
            (f"/dashboard/orders/{order['id']}", "Bon de livraison imprimé"),
        ):
            query = {"toPrint": ["open"]} if "?" in path else {}
            view = renderings.view_of(path.partition("?")[0], query, EVERYTHING)
            assert view is not None
            assert there in renderings.html(connection, view, told)


def test_the_press_notes_its_own_papers_and_only_of_orders_that_it_sees(shop: Inside, boss: Client) -> None:
    press, order, pending = at_the_press(shop), ordered(shop, boss), boss.place()
    assert "fiche atelier notée" in note(press, order, kind="sheet")
    picked = paper(press, order, kind="pick")
    assert "Liste de ramassage" in picked
    assert 'class="paper sheet"' in paper(press, order), "a slip has prices"
    there = form(paper(press, order, kind="sheet"), PRINT)
    assert send(press, there, order=str(pending["id"])).status == 200
    assert mark_of(boss, pending) == ""


@pytest.mark.parametrize(
    "said",
    [
        {"as": "nonsense"},
        {"as": "\0"},
        {"since": ""},
        {"since": "1e308"},
        {"since": "9" * 400},
        {"order": "x"},
        {"order": "-1"},
        {"order": "9" * 400},
        {"order": "\ud800".encode("utf-8", "surrogatepass").decode("latin-1")},
        {"order": "1" * 100_000},
    ],
)
def test_what_makes_no_sense_changes_nothing(shop: Inside, boss: Client, said: dict[str, str]) -> None:
    order = ordered(shop, boss)
    there = form(paper(boss, order), PRINT)
    assert send(boss, there, **said).status == 400
    undo = form(note(boss, order), UNDO)
    wrong = said if "order" not in said else {"order": f"{said['order']}:0"}
    assert send(boss, undo, **wrong).status == 400
    assert send(boss, undo, order=f"{order['id']}:7").status == 400
    assert mark_of(boss, order) == "Imprimé : bon"


def test_more_orders_than_are_printed_at_once_are_refused(shop: Inside, boss: Client) -> None:
    there = form(paper(boss, ordered(shop, boss)), PRINT)
    fields = [*there.filled(), *(("order", str(n)) for n in range(5000, 5101))]
    assert boss.form(PRINT, fields, Cookie=boss.cookie).status == 400


def test_without_a_script_one_comes_back_to_the_list(shop: Inside, boss: Client) -> None:
    order = ordered(shop, boss)
    answer = boss.form(PRINT, form(paper(boss, order), PRINT).filled(), Cookie=boss.cookie)
    assert (answer.status, answer.headers["Location"]) == (303, "/dashboard")
    assert mark_of(boss, order) == "Imprimé : bon"


def test_each_device_keeps_the_paper_it_has_chosen(shop: Inside, boss: Client) -> None:
    order = ordered(shop, boss)
    asked = f"{PRINT}?ids={order['id']}"
    chosen = boss.get(f"{asked}&paper=a4x4", Cookie=boss.cookie)
    kept = re.search(r"paper_slip=a4x4", chosen.headers["Set-Cookie"])
    assert kept
    device = f"{boss.cookie}; {kept[0]}"
    assert 'class="on-a4x4"' in boss.get(asked, Cookie=device).text
    assert 'class="on-a4"' in boss.get(f"{asked}&as=sheet", Cookie=device).text, "a sheet is no slip"
    assert 'class="on-80mm"' in boss.get(f"{asked}&paper=80mm", Cookie=device).text
    for nonsense in ("a5", "%00", "../x"):
        answer = boss.get(f"{asked}&paper={nonsense}", Cookie=f"{boss.cookie}; paper_slip={nonsense}")
        assert 'class="on-a4"' in answer.text
        assert "paper_slip" not in str(answer.headers)
