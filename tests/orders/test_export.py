"""The list as a file: what a French Excel reads, and what no spreadsheet calculates."""

import csv
import re
import socket
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from printalma.lib.spreadsheets import UNSEEN, as_text
from tests.conftest import StartServer
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Answer, cart
from tests.support.net import raw_line
from tests.support.server import Server, eventually

PARIS = ZoneInfo("Europe/Paris")
MANY = 4000
HOSTILE = ('=HYPERLINK("http://evil.example";"Cliquez")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", '";=1+1')


def export(shop: Server, query: str = "") -> Answer:
    admin = shop.admin_once()
    answer = admin.get(f"/dashboard/orders.csv{query}", Cookie=admin.cookie)
    assert answer.status == 200
    return answer


def rows(answer: Answer) -> list[dict[str, str]]:
    """The file's lines, by the heads of their columns."""
    return _rows(answer.text)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_a_file_says_what_it_is(shop: Server) -> None:
    answer = export(shop, f"?q={shop.client().place()['orderNumber']}")
    day = datetime.now(PARIS).date().isoformat()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="commandes-{day}.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("\ufeffCommande;Reçue le;Statut;Client;")
    assert "\n" not in answer.text.replace("\r\n", "")
    zipped = shop.admin_once().get("/dashboard/orders.csv", Accept_Encoding="gzip")
    assert zipped.headers["Content-Encoding"] is None


def test_a_line_is_an_order_as_a_french_excel_reads_it(shop: Server) -> None:
    admin = shop.admin_once()
    details = {"firstName": "Zoé", "lastName": "Ça;va", "street": '1 "rue"\u202f', "city": "Bourg", "country": "France"}
    items = [{"productId": 1, "quantity": 2, "size": "M", "color": "Rouge"}, {"productId": 3, "quantity": 1}]
    order = shop.client().place(
        shippingDetails=details | {"postalCode": "01000"},
        phoneNumber="0612345678",
        notes="Deux lignes,\nmerci ; à bientôt",
        orderItems=items,
    )
    move(admin, order, "CONFIRMED")
    line = next(row for row in rows(export(shop)) if row["Commande"] == order["orderNumber"])
    told = admin.get(f"/orders/{order['id']}").data
    moment = datetime.fromisoformat(told["confirmedAt"]).astimezone(PARIS).strftime("%d/%m/%Y %H:%M")
    assert line["Confirmée le"] == moment
    assert re.fullmatch(r"\d\d/\d\d/\d{4} \d\d:\d\d", line["Reçue le"])
    assert (line["Statut"], line["Client"], line["Code postal"]) == ("Confirmée", "Zoé Ça;va", f"{UNSEEN}01000")
    assert (line["Téléphone"], line["Adresse"]) == (f"{UNSEEN}0612345678", '1 "rue"')
    assert line["Articles"] == "2 × T-shirt Baobab (M, Rouge), 1 × Tasse Lamp Fall"
    assert (line["Pièces"], line["Total"], line["Devise"]) == ("3", "62,30", "EUR")
    assert line["Message du client"] == "Deux lignes,\nmerci ; à bientôt"
    assert (line["Expédiée le"], line["Paiement"]) == ("", "À la livraison")


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_is_a_formula(shop: Server, text: str) -> None:
    details = cart()["shippingDetails"] | {"firstName": text, "lastName": "", "street": text, "company": text}
    place = {"city": text, "region": text, "country": text, "apartment": text, "postalCode": text[:20]}
    item = {"productId": 1, "quantity": 1, "size": text, "color": text}
    hostile = shop.client().place(shippingDetails=details | place, phoneNumber=text[:40], notes=text, orderItems=[item])
    after = shop.client().place()
    found = rows(export(shop, "?sort=oldest"))
    line = next(row for row in found if row["Commande"] == hostile["orderNumber"])
    assert None not in line
    for cell in line.values():
        assert cell[:1] not in ("=", "+", "-", "@", "＝"), cell
    assert line["Client"].replace(";'=", ";=").removeprefix("'") == text
    assert found[-1]["Commande"] == after["orderNumber"]


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        *(
            ("\t=1", "'\t'=1"),
            ("\r=1", "'\r'=1"),
            ("\n-", f"'\n{UNSEEN}-"),
            ("－1", "'－1"),
            ("＠x", "'＠x"),
            (" =1", "' =1"),
        ),
        *(("\u200b=1", "'\u200b=1"), ("\ufeff+1", "'\ufeff+1"), ("−1", "'−1"), ("a=b", "a=b"), ("-1", "'-1")),
        *(
            ("0", "0"),
            ("007", f"{UNSEEN}007"),
            ("12 rue Pasteur", "12 rue Pasteur"),
            ("75001", "75001"),
            (None, ""),
            ("'=1", "'=1"),
        ),
    ],
)
def test_texts_stay_texts(text: str | None, cell: str) -> None:
    assert as_text(text) == cell


@pytest.mark.parametrize(
    "text",
    [
        *(
            "3-5",
            "10/12",
            "12E4",
            "12E+4",
            "12:30",
            "12345678901234567",
            "123456789012",
            "01000",
            "1 000",
            "1,5",
            "3.5",
            "1.2.3",
        ),
        *("26.11.2026", "5 janv", "janv-26", "Mar 5", "1 février 2026", "12 am", "12h30", "12%", "5 €", "$5", "(5)"),
        *("1\xa0000", "١٢-٣", "VRAI", "False", "lundi 5 mai", "2026-11-26T10:00"),
    ],
)
def test_what_a_spreadsheet_would_convert_is_shown_as_it_was_typed(text: str) -> None:
    """Behind an invisible character, which no number, date or time begins with. Tried with LibreOffice 7.4, which
    converts most of these even behind a no-break space."""
    assert as_text(text) == f"{UNSEEN}{text}"


@pytest.mark.parametrize("text", ["75001", "0", "Awa Diop", "12 rue Félix Faure", "Bâtiment 3-5", "1 × Mug (M)"])
def test_what_is_shown_as_typed_anyway_is_left_alone(text: str) -> None:
    assert as_text(text) == text


@pytest.mark.parametrize("separator", [",", ";", "\t", "|", "\n"])
def test_no_other_separator_makes_a_formula(separator: str) -> None:
    """An English Excel cuts at commas, and a quoted line break ends its row."""
    for sign in "=+-@＝":
        for blank in ("", " ", '"'):
            written = StringIO()
            typed = f"x{separator}{blank}{sign}1+1{separator}y"
            csv.writer(written, delimiter=";").writerow(["a", as_text(typed), "b"])
            file = StringIO(written.getvalue())
            cells = (
                file.readlines()
                if separator == "\n"
                else [c for row in csv.reader(file, delimiter=separator) for c in row]
            )
            assert not [cell for cell in cells if cell.strip(' "')[:1] in tuple(sign)], cells


def test_a_file_is_the_whole_list_that_the_page_shows(shop: Server) -> None:
    admin = shop.admin_once()
    city = {"shippingDetails": cart()["shippingDetails"] | {"lastName": "Exportée"}}
    placed = [shop.client().place(orderItems=[{"productId": 1, "quantity": n + 1}], **city) for n in range(3)]
    move(admin, placed[1], "CONFIRMED")
    for query, wanted in {
        "?q=export%C3%A9e": (2, 1, 0),
        "?q=export%C3%A9e&sort=smallest&size=20": (2, 1, 0),  # what is searched for by words is sorted by date
        "?q=export%C3%A9e&status=PENDING&sort=oldest": (0, 2),
        "?q=export%C3%A9e&sort=updated": (2, 1, 0),  # in an order that no change can disturb while it is read
        "?q=nobody-is-called-that": (),
    }.items():
        found = [row["Commande"] for row in rows(export(shop, query))]
        assert found == [placed[n]["orderNumber"] for n in wanted], query


def test_the_reader_may_be_slow_and_may_hang_up(database: str, start_server: StartServer) -> None:
    """More than a chunk, and more than fits into a socket."""
    server = start_server(database)
    first = server.client().place(notes="x" * 1500)
    columns = [name for name in db.select(database, "SELECT * FROM orders")[0]._mapping if name not in ("id", "number")]
    listed = ", ".join(columns)
    series = f"WITH RECURSIVE k(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM k WHERE n < {MANY})"
    select = f"SELECT 1000 + n, 'CMD' || n, {listed} FROM k, orders"
    db.execute(database, f"INSERT INTO orders (id, number, {listed}) {series} {select}")
    if database.startswith("postgres"):
        db.execute(database, f"SELECT setval('orders_id_seq', {1000 + MANY})")
    slow, gone = _reader(server), _reader(server)
    gone.close()
    ended = re.compile(r"GET /dashboard/orders.csv 200 (\d+)B")
    told = eventually(lambda: ended.search(server.log))
    assert int(told[1]) < MANY * 1500
    if database.startswith("postgres"):  # no transaction, and none of the pool's connections, waits for the reader
        eventually(lambda: db.select(database, "SELECT 1 FROM pg_stat_activity WHERE state LIKE 'idle in%'") == [])
    late = server.client().place()
    move(server.admin(), first, "CONFIRMED")
    slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
    text = b""
    while not text.endswith(b"\r\n0\r\n\r\n"):
        text += slow.recv(1 << 20)
    numbers = [row["Commande"] for row in _rows(b"".join(_chunks(text)).decode())]
    assert numbers == [f"CMD{n}" for n in range(MANY, 0, -1)] + [first["orderNumber"]]
    assert late["orderNumber"] not in numbers  # it came when the reading had begun


def _reader(server: Server) -> socket.socket:
    """Somebody who has read the head of the answer, and stops there."""
    reader = raw_line(server.port, buffer=4096)
    request = f"GET /dashboard/orders.csv HTTP/1.1\r\nHost: shop\r\nCookie: {server.admin_once().cookie}\r\n\r\n"
    reader.sendall(request.encode())
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += reader.recv(1)
    assert head.startswith(b"HTTP/1.1 200 ")
    return reader


def _chunks(text: bytes) -> list[bytes]:
    """The pieces of a chunked body (RFC 9112, 7.1)."""
    found = []
    while text:
        size, _, text = text.partition(b"\r\n")
        found.append(text[: int(size, 16)])
        text = text[int(size, 16) + 2 :]
    return found
