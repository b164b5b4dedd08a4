"""Every form of the dashboard acts once, however often and however fast it is sent."""

import secrets
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.accounts.people import PASSWORD, admin, customer, email
from tests.conftest import NewDatabase
from tests.orders.test_placing import add_product, at_once
from tests.support import database as db
from tests.support.client import Answer, Client, address
from tests.support.forms import form, forms
from tests.support.inside import Inside
from tests.support.matrix import ON_SQLITE

pytestmark = ON_SQLITE
# What needs no key, and why sending it twice does no more than sending it once.
HARMLESS = {
    "/logout": "a sign-in that has ended stays so",
    "/dashboard/theme": "sets what it names, on this device",
    "/dashboard/orders/<int:order_id>/status": "moves the order from the version it names",
    "/dashboard/orders/<int:order_id>/take-back": "takes back the version it names",
    "/dashboard/orders/hold": "has the orders be with whom it names, or with nobody",
    "/dashboard/orders/move": "moves orders from the versions it names",
    "/dashboard/orders/take-back": "takes back the versions it names",
    "/dashboard/atelier/pieces": "has pieces be what it names",
    "/dashboard/atelier/orders": "moves the order from the version it names, or takes it back",
    "/dashboard/orders/pay": "pays the versions it names",
    "/dashboard/bulk": "acts on the versions it names",
    "/dashboard/refused/<int:refused_id>/seen": "what was seen stays so",
    "/dashboard/refused/seen": "what was seen up to the moment it names stays so",
    "/dashboard/notifications/read": "reads up to the event it names",
    "/dashboard/devices/<int:device_id>/test": "a test message takes the place of the one before",
    "/dashboard/team/twins": "what the team knows stays known",
    "/dashboard/backup": "a file is sent each time, and each is written down",
    "/dashboard/seen": "no form: a page says that it is in view",
}
PAGES = ("/dashboard", "/login", "/logout", "/invitation", "/password")
KEY = "form_key"

Send = Callable[[], Answer]


@pytest.fixture(scope="module")
def shop(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """Three processes, so that no lock of one of them makes it right: who presses twice at once asks two of them, and
    the tests' own is asked afterwards."""
    settings = {"CORS_ORIGINS": "", "TRUSTED_PROXIES": "1", "WORKERS": "2"}
    with Inside(new_database(), tmp_path_factory.mktemp("forms"), **settings) as shop:
        yield shop


def test_every_form_is_keyed_or_harmless(shop: Inside) -> None:
    app = shop.app
    posts = [each for each in app.url_map.iter_rules() if "POST" in (each.methods or ())]
    keyed = {each.rule: hasattr(app.view_functions[each.endpoint], "keyed") for each in posts}
    found = {rule: is_keyed for rule, is_keyed in keyed.items() if rule.startswith(PAGES)}
    assert {rule for rule, is_keyed in found.items() if not is_keyed} == set(HARMLESS)
    assert len(found) > len(HARMLESS) + 10


def test_every_page_draws_the_keys(shop: Inside) -> None:
    boss = shop.admin_once()
    order = shop.client().place()
    invitation = invite(shop, boss)
    pages = [
        "/dashboard",
        f"/dashboard/orders/{order['id']}",
        f"/dashboard/orders/{order['id']}/edit",
        "/dashboard/products",
        "/dashboard/products/new",
    ]
    pages += ["/dashboard/products/2", "/dashboard/team", "/dashboard/profile", "/dashboard/settings"]
    pages += ["/dashboard/devices", "/dashboard/notifications", "/dashboard/backup", "/dashboard/payment-methods"]
    pages += ["/dashboard/delivery", "/dashboard/delivery/city/new"]
    sources = [(page, boss.get(page, Cookie=boss.cookie).text) for page in pages]
    sources += [(page, shop.client().get(page).text) for page in ("/login", invitation)]
    drawn = [each for page, text in sources for each in forms(text, page)]
    keys = [dict(each.fields)[KEY] for each in drawn if KEY in dict(each.fields)]
    without = {ruled(each.path) for each in drawn if KEY not in dict(each.fields)}
    assert without <= set(HARMLESS)
    assert len(keys) == len(set(keys)) > 10


def ruled(path: str) -> str:
    """The route of a path of ours."""
    words = path.split("/")
    what = {"orders": "order_id", "devices": "device_id"}.get(words[2] if len(words) > 2 else "", "id")
    return "/".join(f"<int:{what}>" if word.isdigit() else word for word in words)


def note(shop: Inside, boss: Client) -> Send:
    order = shop.client().place()
    path = f"/dashboard/orders/{order['id']}"
    there = form(page_of(boss, path), f"{path}/status")
    return lambda: send(boss, f"{path}/notes", there.filled(notes="Le client passe à 18 h"))


def move(shop: Inside, boss: Client) -> Send:
    """Twice by the same hand, with its note: no conflict with oneself."""
    order = shop.client().place()
    path = f"/dashboard/orders/{order['id']}"
    there = form(page_of(boss, path), f"{path}/status")
    return lambda: send(boss, there.path, there.filled(notes="Ce soir", status="CONFIRMED"))


def take_back(shop: Inside, boss: Client) -> Send:
    order = shop.client().place()
    boss.patch(f"/orders/{order['id']}/status", {"status": "CONFIRMED"})
    path = f"/dashboard/orders/{order['id']}"
    there = form(page_of(boss, path), f"{path}/take-back")
    return lambda: send(boss, there.path, there.filled(reason="Une erreur"))


def stock(shop: Inside, boss: Client) -> Send:
    path = f"/dashboard/products/{add_product(shop, stock=10)}/stock"
    there = form(page_of(boss, "/dashboard/products"), path)
    return lambda: send(boss, path, there.filled(stock="50"))


def new_product(_shop: Inside, boss: Client) -> Send:
    there = form(page_of(boss, "/dashboard/products/new"), "/dashboard/products/new")
    return lambda: send(boss, there.path, there.filled(name="Tasse", price="5", stock="3"))


def product(shop: Inside, boss: Client) -> Send:
    path = f"/dashboard/products/{add_product(shop, stock=10)}"
    there = form(page_of(boss, path), path)
    return lambda: send(boss, path, there.filled(stock="50", name="Autre nom"))


def place(_shop: Inside, boss: Client) -> Send:
    there = form(page_of(boss, "/dashboard/delivery/city/new"), "/dashboard/delivery/city/new")
    said = {"name": secrets.token_hex(4), "category": "centre", "zone_type": "banlieue", "price": "5"}
    return lambda: send(boss, there.path, there.filled(**said))


def settings(_shop: Inside, boss: Client) -> Send:
    there = form(page_of(boss, "/dashboard/settings"), "/dashboard/settings")
    low = str(int(dict(there.fields)["lowStock"]) + 1)
    return lambda: send(boss, there.path, there.filled(lowStock=low))


def invitation(_shop: Inside, boss: Client) -> Send:
    there = form(page_of(boss, "/dashboard/team"), "/dashboard/team/invitations")
    return lambda: send(boss, there.path, there.filled(label="Moussa", role="ADMIN"))


def revocation(shop: Inside, boss: Client) -> Send:
    invite(shop, boss)
    there = next(each for each in forms(page_of(boss, "/dashboard/team")) if each.path.endswith("/revoke"))
    return lambda: send(boss, there.path, there.fields)


def role(shop: Inside, boss: Client) -> Send:
    path = f"/dashboard/team/{admin(shop).user['id']}/role"
    there = form(page_of(boss, "/dashboard/team"), path)
    return lambda: send(boss, path, there.filled(role="VENDEUR"))


def active(shop: Inside, boss: Client) -> Send:
    path = f"/dashboard/team/{admin(shop).user['id']}/active"
    there = form(page_of(boss, "/dashboard/team"), path)
    return lambda: send(boss, path, there.filled(active="off"))


def name(_shop: Inside, boss: Client) -> Send:
    there = form(page_of(boss, "/dashboard/profile"), "/dashboard/profile/name")
    return lambda: send(boss, there.path, there.fields)


def password(shop: Inside, _boss: Client) -> Send:
    somebody = admin(shop)
    there = form(page_of(somebody, "/dashboard/profile"), "/dashboard/profile/password")
    new = {"newPassword": "a new passphrase", "confirmPassword": "a new passphrase"}
    return lambda: send(somebody, there.path, there.filled(currentPassword=PASSWORD, **new))


def sign_in(shop: Inside, _boss: Client) -> Send:
    somebody = customer(shop)
    there = form(shop.client().get("/login").text, "/login")
    return lambda: send(shop.client(), "/login", there.filled(email=somebody.user["email"], password=PASSWORD))


def joining(shop: Inside, boss: Client) -> Send:
    path = invite(shop, boss)
    there = forms(shop.client().get(path).text, path)[0]
    mine = {"firstName": "Moussa", "lastName": "Fall", "email": email(), "password": PASSWORD}
    return lambda: send(shop.client(), path, there.filled(**mine))


FORMS = (
    note,
    move,
    take_back,
    stock,
    new_product,
    product,
    place,
    settings,
    invitation,
    revocation,
    role,
    active,
    name,
)
COUNTED = {
    "events": "events",
    "products": "products",
    "delivery_places": "delivery_places",
    "sessions": "sessions",
    "invitations": "invitations",
}


@pytest.mark.parametrize("draw", [*FORMS, password, sign_in, joining], ids=lambda draw: draw.__name__)
def test_sent_again_it_acts_once_and_is_answered_each_time(shop: Inside, draw: Any) -> None:
    """By a double click, and once more afterwards."""
    boss = shop.admin_once()
    single = state_after(shop, draw(shop, boss), 1)
    assert state_after(shop, draw(shop, boss), 3) == single


def state_after(shop: Inside, act: Send, times: int) -> tuple[Any, ...]:
    """How much more there is after the form has been sent, and what its last sender was told."""
    before = counted(shop)
    answers = [*at_once(min(times, 2), lambda _: act()), *(act() for _ in range(times - 2))]
    assert len({told(answer) for answer in answers}) == 1, [told(answer) for answer in answers]
    return tuple(now - then for now, then in zip(counted(shop), before, strict=True)), told(answers[-1])


def counted(shop: Inside) -> list[int]:
    return [int(db.select(shop.database_url, f"SELECT count(*) FROM {table}")[0][0]) for table in COUNTED]


def told(answer: Answer) -> tuple[Any, ...]:
    """What a sender is told: where to go, and whether words, and whether somebody was signed in."""
    cookies = sorted(name.partition("=")[0] for name in answer.headers.get_all("Set-Cookie") or [])
    location = "".join("#" if letter.isdigit() else letter for letter in answer.headers["Location"] or "")
    return answer.status, location, tuple(cookies)


def test_a_count_without_a_key_counts_once_and_counts_of_two_people_add_up(shop: Inside) -> None:
    """was=10&stock=50, as a page of before an update sends it."""
    boss, path = shop.admin_once(), f"/dashboard/products/{add_product(shop, stock=10)}/stock"
    for _ in range(3):
        assert send(boss, path, [("was", "10"), ("stock", "50")]).status == 303
    assert stock_at(shop, path) == 50
    assert send(admin(shop), path, [("was", "10"), ("stock", "50")]).status == 303
    assert stock_at(shop, path) == 90


def test_the_same_link_is_shown_again(shop: Inside) -> None:
    """The first answer may never have arrived: the page behind the second one shows a link that opens."""
    boss = shop.admin_once()
    act = invitation(shop, boss)
    links = {link_of(boss, act()) for _ in range(2)}
    assert len(links) == 1
    assert shop.client().get(links.pop()).status == 200


def test_a_form_that_was_refused_may_be_sent_again_corrected(shop: Inside) -> None:
    boss = shop.admin_once()
    there = form(page_of(boss, "/dashboard/products/new"), "/dashboard/products/new")
    before = counted(shop)
    for price in ("?", "?", "5", "5"):
        answer = send(boss, there.path, there.filled(name="Tasse", price=price))
        assert answer.status == (400 if price == "?" else 303)
    assert counted(shop)[1] == before[1] + 1


def test_keys_are_swept_after_a_day_and_are_no_bodies(shop: Inside) -> None:
    boss = shop.admin_once()
    act = note(shop, boss)
    act()
    kept = db.select(shop.database_url, "SELECT id FROM form_keys")
    assert all(len(row.id) == 64 for row in kept)
    db.execute(shop.database_url, "UPDATE form_keys SET created_at = created_at - 86400001")
    before = counted(shop)
    act()
    assert counted(shop)[0] == before[0] + 1
    assert len(db.select(shop.database_url, "SELECT id FROM form_keys")) == 1


def test_another_person_s_key_is_another_key(shop: Inside) -> None:
    """A live page's fragments are drawn once for everybody who looks."""
    boss, order = shop.admin_once(), shop.client().place()
    path = f"/dashboard/orders/{order['id']}"
    there = form(page_of(boss, path), f"{path}/status").filled(notes="OK")
    before = counted(shop)
    for who in (boss, admin(shop)):
        send(who, f"{path}/notes", there)
    assert counted(shop)[0] - before[0] == 1 + 2  # and an arrival


def page_of(who: Client, path: str) -> str:
    answer = who.get(path, Cookie=who.cookie)
    assert answer.status == 200, answer.text
    return answer.text


def send(who: Client, path: str, fields: list[tuple[str, str]]) -> Answer:
    cookie = {"Cookie": who.cookie} if who.token else {}
    return who.form(path, fields, X_Forwarded_For=address(), **cookie)


def stock_at(shop: Inside, path: str) -> int:
    found = db.select(shop.database_url, "SELECT stock FROM products WHERE id = :id", id=int(path.split("/")[3]))
    return int(found[0].stock)


def invite(shop: Inside, boss: Client) -> str:
    """A new invitation's address."""
    return link_of(boss, invitation(shop, boss)())


def link_of(boss: Client, answer: Answer) -> str:
    session = (answer.headers["Set-Cookie"] or "").partition(";")[0]
    page = boss.get("/dashboard/team", Cookie=f"{boss.cookie}; {session}").text
    return page.partition('<code id="link">')[2].partition("<")[0].partition("/invitation")[2].join(["/invitation", ""])
