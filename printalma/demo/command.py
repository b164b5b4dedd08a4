"""Believable orders, posted to a running server by its front door, or two years of them at once."""

import http.client
import json
import random
import time
from typing import Any
from urllib.parse import urlsplit

import click

from printalma.accounts import first_admin
from printalma.config import settings
from printalma.demo import artwork, carts
from printalma.demo.fill import fill as fill_shop
from printalma.lib.i18n import count as count_of
from printalma.lib.i18n import t
from printalma.orders.models import Status

# Of the sample catalogue: there is no address at which a front end could ask which there are.
PRODUCTS = [carts.Product(n, ("S", "M", "L"), ()) for n in range(1, 7)]
CUSTOMERS = 999
MAX_FILL = 10_000_000
MOVES_ON = 0.7  # orders moved along per order placed


class Shop:
    """The server's front door."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._token: str | None = None

    def call(self, method: str, path: str, body: dict[str, Any]) -> Any:
        """The answer's JSON. Raises ClickException when there is none, or none of success."""
        parts = urlsplit(self._url)
        secure = parts.scheme == "https"
        connection = (http.client.HTTPSConnection if secure else http.client.HTTPConnection)(parts.netloc, timeout=10)
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            connection.request(method, path, json.dumps(body), headers)
            answer = connection.getresponse()
            found = json.loads(answer.read())
        except (OSError, ValueError) as error:
            raise click.ClickException(t("cli.demo_unreachable", url=self._url, reason=error)) from None
        finally:
            connection.close()
        if answer.status >= 500 or answer.status in (400, 401, 403, 429):
            raise click.ClickException(t("cli.demo_unreachable", url=self._url, reason=found.get("message")))
        return found

    def sign_in(self, email: str, password: str) -> None:
        self._token = self.call("POST", "/auth/login", {"email": email, "password": password})["access_token"]


@click.command(help=t("cli.demo"))
@click.option("--rate", default=12.0, show_default=True, type=click.FloatRange(0.1, 600), help=t("cli.demo_rate"))
@click.option("--count", default=0, show_default=True, type=click.IntRange(0), help=t("cli.demo_count"))
@click.option("--url", default=None, help=t("cli.demo_url"))
@click.option("--fill", default=0, type=click.IntRange(0, MAX_FILL), help=t("cli.demo_fill"))
def demo(rate: float, count: int, url: str | None, fill: int) -> None:
    if fill:
        seconds = fill_shop(fill)
        click.echo(count_of("cli.filled", fill, seconds=round(seconds)))
        return
    shop = Shop(url or f"http://localhost:{settings().port}")
    sign_in = first_admin.sign_in()
    if sign_in:
        shop.sign_in(*sign_in)
    else:
        click.echo(t("cli.demo_signed_out"), err=True)
    open_orders: list[dict[str, Any]] = []
    placed = 0
    while not count or placed < count:
        _place(shop, open_orders)
        placed += 1
        if sign_in and random.random() < MOVES_ON:
            _move(shop, open_orders)
        time.sleep(random.expovariate(rate / 60))


def _place(shop: Shop, open_orders: list[dict[str, Any]]) -> None:
    who = carts.customer(random.randint(1, CUSTOMERS), chance := random.Random())
    answer = shop.call("POST", "/orders/guest", artwork.pictured(carts.cart(who, PRODUCTS, chance)))
    if answer["success"]:
        order = answer["data"]
        if Status.CONFIRMED in order["allowedTransitions"]:  # else somebody has to look at it
            open_orders.append(order)
        customer = order["shippingName"]
        click.echo(t("cli.demo_placed", number=order["orderNumber"], customer=customer, total=order["totalAmount"]))
    else:
        click.echo(answer["message"])


def _move(shop: Shop, open_orders: list[dict[str, Any]]) -> None:
    if not open_orders:
        return
    order = random.choice(open_orders)
    # Mostly the happy way, the first of the allowed ones; a customer in twelve changes their mind.
    status = order["allowedTransitions"][0 if random.random() > 1 / 12 else -1]
    answer = shop.call("PATCH", f"/orders/{order['id']}/status", {"status": status})
    open_orders.remove(order)
    moved = answer["data"]
    if moved["status"] == "DELIVERED":
        shop.call("POST", f"/orders/{moved['id']}/mark-as-paid", {})
    if moved["allowedTransitions"]:
        open_orders.append(moved)
    click.echo(t("cli.demo_moved", number=moved["orderNumber"], status=moved["statusLabel"]))
