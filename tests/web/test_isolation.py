"""A name written from right to left turns nothing around but itself: what people wrote stands in <bdi>."""

from html.parser import HTMLParser
from urllib.parse import quote

import pytest

from tests.support import database as db
from tests.support.client import Client
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

pytestmark = ON_SQLITE
MARK = "Zzq"  # in whatever was written
VOID = {"meta", "link", "img", "input", "br", "hr", "use", "path", "circle", "rect", "source"}
TURNED = "\u202e\u2066\u200f"


class Written(HTMLParser):
    """Where a page shows the mark."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.bare: list[str] = []
        self.apart = 0
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self.open:
            del self.open[len(self.open) - 1 - self.open[::-1].index(tag) :]

    def handle_data(self, data: str) -> None:
        if MARK not in data:
            return
        if {"bdi", "textarea", "title", "option"} & set(self.open):  # the last three hold nothing but that text
            self.apart += 1
        else:
            self.bare.append(f"{' '.join(self.open[-4:])}: {data.strip()[:80]}")


def written(name: str) -> str:
    return f"{TURNED}{MARK} {name} \u05d0\u05d1\u05d2"


@pytest.fixture(scope="module")
def admin(own_server: Shop) -> Client:
    client = own_server.admin()
    names = {"firstName": written("prénom"), "lastName": written("nom")}
    assert client.form("/dashboard/profile/name", names, Cookie=client.cookie).status == 303
    product = {"name": written("affiche"), "description": written("texte"), "price": "12", "stock": "", "active": "on"}
    options = {"sizes": f"{written('taille')}, {written('M')}", "colors": f"{written('couleur')}, {written('rouge')}"}
    client.form("/dashboard/products/1", product | options | {"version": "1"}, Cookie=client.cookie)
    region = {"name": written("région"), "places": written("grande ville"), "price": "1", "time_unit": "jours"}
    client.form("/dashboard/delivery/region/new", region, Cookie=client.cookie)
    client.form("/dashboard/team/invitations", {"label": written("Moussa"), "role": "ADMIN"}, Cookie=client.cookie)
    return client


@pytest.fixture(scope="module")
def order_id(own_server: Shop, admin: Client) -> int:
    parts = ("firstName", "lastName", "company", "street", "apartment", "city", "region", "country")
    order = own_server.client().place(
        shippingDetails={part: written(part) for part in parts} | {"postalCode": f"{MARK}1"},
        phoneNumber=f"{MARK} 77 1",
        email=f"{MARK}@example.org",
        notes=written("note"),
        orderItems=[{"productId": 1, "quantity": 1, "size": written("M"), "color": written("rouge")}],
    )
    db.execute(own_server.database_url, "UPDATE orders SET marks = ''")  # its phone number is no number
    path = f"/orders/{order['id']}/status"
    assert admin.patch(path, {"status": "CONFIRMED", "notes": written("équipe")}).status == 200
    return int(order["id"])


@pytest.mark.parametrize(
    ("address", "least"),
    [
        ("/dashboard", 4), (f"/dashboard?q={MARK}", 4), (f"/dashboard?q={quote('perdu ' + MARK)}", 2),
        ("/dashboard/orders/{id}", 15), ("/dashboard/print?ids={id}&as=slip", 10),
        ("/dashboard/print?ids={id}&as=sheet", 7),
        ("/dashboard/products", 5), ("/dashboard/products/1", 2), ("/dashboard/team", 3), ("/dashboard/profile", 1),
        ("/dashboard/notifications", 2), ("/dashboard/numbers", 2), ("/dashboard/settings", 1),
        ("/dashboard/devices", 1), ("/dashboard/delivery", 3),
    ],
)  # fmt: skip
def test_what_people_wrote_stands_apart(admin: Client, order_id: int, address: str, least: int) -> None:
    page = admin.get(address.format(id=order_id), Cookie=admin.cookie)
    assert page.status == 200
    assert not set(TURNED) & set(page.text), "it is not even kept"
    found = Written(page.text)
    assert found.bare == []
    assert found.apart >= least


def test_so_does_what_comes_through_the_socket(own_server: Shop, admin: Client, order_id: int) -> None:
    listed, shown = (
        admin.dashboard(view, admin.last_event()) for view in ("/dashboard", f"/dashboard/orders/{order_id}")
    )
    place = {"firstName": written("live"), "street": "1", "city": written("ville"), "country": "SN"}
    number = own_server.client().place(shippingDetails=place)["orderNumber"]
    assert admin.patch(f"/orders/{order_id}/status", {"status": "PROCESSING", "notes": written("vu")}).status == 200
    listed.wait_for(number)
    shown.wait_for(f"{MARK} vu")
    for socket in (listed, shown):
        found = Written(socket.seen)
        assert (found.bare, found.apart > 1) == ([], True)
