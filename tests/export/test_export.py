"""The list as a file: what a French Excel reads, and what no spreadsheet calculates."""

import csv
import re
import socket
from datetime import datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest

from printalma.lib.spreadsheets import UNSEEN, as_phone, as_text
from tests.conftest import StartServer
from tests.orders.test_transitions import move
from tests.support import database as db
from tests.support.client import Answer, cart
from tests.support.net import raw_line
from tests.support.server import Server, Shop, eventually

PARIS = ZoneInfo("Europe/Paris")
MANY = 4000
HOSTILE = ('=HYPERLINK("http://evil.example";"Cliquez")', "+1+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "＝1+1", '";=1+1')


def export(shop: Shop, query: str = "") -> Answer:
    admin = shop.admin_once()
    answer = admin.get(f"/dashboard/orders.csv{query}", Cookie=admin.cookie)
    assert answer.status == 200
    return answer


def rows(answer: Answer) -> list[dict[str, str]]:
    """The file's lines, by the heads of their columns."""
    return _rows(answer.text)


def _rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))


def test_a_file_says_what_it_is(shop: Shop) -> None:
    number = shop.client().place()["orderNumber"]
    answer, number = export(shop, f"?q={number}"), number.lower()
    day = datetime.now(PARIS).date().isoformat()
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="commandes-{number}-{day}.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.text.startswith("\ufeffCommande;Reçue le;Statut;Client;")
    assert "\n" not in answer.text.replace("\r\n", "")
    zipped = shop.admin_once().get("/dashboard/orders.csv", Accept_Encoding="gzip")
    assert zipped.headers["Content-Encoding"] is None


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "commandes-{day}"),
        ("?lines=articles", "articles-{day}"),
        ("?lines=%00", "commandes-{day}"),
        ("?status=SHIPPED&status=PENDING", "commandes-en-attente-expediee-{day}"),
        ("?marks=open&payment=CASH_ON_DELIVERY", "commandes-a-la-livraison-a-verifier-{day}"),
        ("?q=N%27Guessan+%22%0d%0aX-Evil:+1&lines=articles", "articles-nguessan-x-evil-1-{day}"),
        ("?q=%D9%85", "commandes-recherche-{day}"),
        ("?period=today&q=awa", "commandes-awa-{day}"),
        ("?from=2026-01-05&to=2026-01-31", "commandes-2026-01-05-2026-01-31"),
        ("?from=2026-01-05", "commandes-depuis-2026-01-05"),
        ("?to=2026-01-31&status=DELIVERED", "commandes-livree-jusquau-2026-01-31"),
        (f"?q={'%C3%A9' * 300}", f"commandes-{'e' * 100}-{{day}}"),
    ],
)  # fmt: skip
def test_a_file_is_called_by_what_it_holds(shop: Shop, query: str, name: str) -> None:
    day = datetime.now(PARIS).date().isoformat()
    said = export(shop, query).headers["Content-Disposition"]
    assert said == f'attachment; filename="{name.format(day=day)}.csv"'


def test_a_line_may_be_an_article(shop: Shop) -> None:
    items = [
        {"productId": 1, "quantity": 2, "size": "M", "color": "Rouge"},
        {"productId": 3, "quantity": 1, "size": "=1+1"},
    ]
    order = shop.client().place(orderItems=items, phoneNumber="+221 77 123 45 67", notes="Merci")
    found = [row for row in rows(export(shop, "?lines=articles")) if row["Commande"] == order["orderNumber"]]
    assert [row["Article"] for row in found] == ["T-shirt Baobab", "Tasse Lamp Fall"]
    assert [(row["Quantité"], row["Taille"], row["Couleur"]) for row in found] == [
        ("2", "M", "Rouge"),
        ("1", "'=1+1", ""),
    ]
    assert [row["Prix unitaire"] for row in found] == ["24,90", "12,50"]
    assert [row["Montant"] for row in found] == ["49,80", "12,50"]
    for row in found:
        assert (row["Téléphone"], row["Message du client"]) == (f"{UNSEEN}+221 77 123 45 67", "Merci")
        assert None not in row
        assert "Total" not in row


@pytest.mark.parametrize(
    "number",
    [
        "+221771234567", "0612345678", "00221 77 123 45 67", "+221\xa077\u202f123 45 67", "(+221) 77 123 45 67",
        "+221 77 123 45 67 / 70 555 66 02", "77 123 45 67 (Awa)", "+221 77 123 45 67 ou 70 555 66 02", "06.12.34.56.78",
        "+33 (0)6 12 34 56 78", "771234567890123",
    ],
    ids=ascii,
)  # fmt: skip
def test_a_telephone_number_stays_as_it_was_typed(number: str) -> None:
    assert as_phone(number) == f"{UNSEEN}{number}"


@pytest.mark.parametrize(
    "text", [*HOSTILE, "+1*cmd(1)", "+221 77 123 45 67=1", "+A1(2)", "-77", "@77", "+1|2", "+1!A1"]
)
def test_no_formula_passes_for_a_telephone_number(text: str) -> None:
    assert as_phone(text).startswith(("'", '"'))


def test_a_line_is_an_order_as_a_french_excel_reads_it(shop: Shop) -> None:
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
def test_no_cell_is_a_formula(shop: Shop, text: str) -> None:
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


def test_a_file_is_the_whole_list_that_the_page_shows(shop: Shop) -> None:
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


def test_a_file_is_read_in_an_order_that_no_correction_disturbs(shop: Shop) -> None:
    """Whoever is behind the place that was read, and is given another amount or name, is in the file, and once."""
    city = {"shippingDetails": cart()["shippingDetails"] | {"city": "Exportville"}}
    placed = [
        shop.client().place(orderItems=[{"productId": 1, "quantity": n}], paymentMethod="WAVE", **city)
        for n in (2, 1, 3)
    ]
    for sort in ("largest", "smallest", "a_z", "z_a", "first_status", "last_status", "updated", "newest"):
        found = [row["Commande"] for row in rows(export(shop, f"?payment=WAVE&sort={sort}"))]
        assert found == [order["orderNumber"] for order in reversed(placed)], sort


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
    assert told
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
