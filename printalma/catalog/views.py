"""The products' pages."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from printalma.accounts.forms import keyed
from printalma.accounts.guard import access, signed_in_actor
from printalma.accounts.policy import ADMIN
from printalma.catalog import queries, service
from printalma.catalog.commands import MAX_VARIANTS, SaveProduct, SetStock
from printalma.catalog.live import Shelf
from printalma.catalog.variants import Variant, offered
from printalma.config import settings
from printalma.db import Row, reading
from printalma.lib import lengths, money
from printalma.lib.errors import NotFound, Refused
from printalma.lib.i18n import t
from printalma.web.pages import answer_form, beside, draw_form, drawing, is_fragment
from printalma.web.routing import url_for

bp = Blueprint("catalog", __name__, url_prefix="/dashboard/products")


@bp.get("")
@access(ADMIN)
def products() -> str:
    with drawing() as connection:
        return render_template("catalog/list.html", **Shelf().shown(connection))


@bp.post("/<int:product_id>/stock")
@access(ADMIN)
@keyed(by_content=True)
def set_stock(product_id: int) -> AnyResponse:
    """To htmx the counts as they are now, else 303 back to the list."""

    def act() -> None:
        service.set_stock(product_id, SetStock.from_form(request.form), signed_in_actor())

    return _counted(act) if is_fragment() else answer_form(act, url_for("catalog.products"), "catalog.saved")


@bp.get("/new")
@access(ADMIN)
def new() -> str:
    return _form(None, {"active": "on"})


@bp.get("/<int:product_id>")
@access(ADMIN)
def edit(product_id: int) -> str:
    with reading() as connection:
        product, counts = queries.by_id(connection, product_id), queries.variants(connection, product_id)
    if product is None:
        raise NotFound(t("catalog.unknown"))
    return _form(product_id, _as_form(product) | _as_grid(offered(product.sizes, product.colors, counts), counts))


@bp.post("/<int:product_id>")
@access(ADMIN)
@keyed()
def save(product_id: int) -> AnyResponse:
    return saved(product_id, lambda command: service.change(product_id, command, signed_in_actor()))


def saved(product_id: int | None, act: Callable[[SaveProduct], object]) -> AnyResponse:
    """The answer to the form of a product, or of a new one, which `act` saves."""

    def again(refused: Refused) -> str:
        if isinstance(refused, NotFound):
            raise refused  # there is no such page
        return _form(product_id, request.form, refused)

    def save() -> None:
        act(SaveProduct.from_form(request.form, settings().shop_currency))

    return answer_form(save, url_for("catalog.products"), "catalog.saved", again)


def _counted(act: Callable[[], None]) -> Response:
    problem: Refused | None = None
    try:
        act()
    except Refused as refused:
        problem = refused
    with reading() as connection:
        counts = Shelf().follow_orders(connection)
    told = render_template("catalog/_counted.html", problem=problem)
    return Response(counts + told, problem.status if problem else 200)


def _form(product_id: int | None, fields: Mapping[str, Any], problem: Refused | None = None) -> str:
    with drawing() as connection:
        return draw_form(
            "catalog/form.html",
            fields,
            problem,
            product_id=product_id,
            picture=queries.pictures(connection).get(product_id or 0),
            currency=settings().shop_currency,
            grid=Grid.of(fields),
        )


def running_low() -> Sequence[Row]:
    """What the shop runs out of, for the pages where orders are."""
    with beside() as connection:
        return queries.running_low(connection, settings().shop_low_stock)


@dataclass(frozen=True)
class Grid:
    """The cells of a form as a table: the number of each by its size and colour."""

    at: Mapping[tuple[str, str], int]

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> "Grid":
        cells = [n for n in range(MAX_VARIANTS) if f"stock_{n}" in fields]
        return cls({(fields.get(f"size_{n}", ""), fields.get(f"color_{n}", "")): n for n in cells})

    @property
    def sizes(self) -> list[str]:
        return list(dict.fromkeys(size for size, _ in self.at))

    @property
    def colors(self) -> list[str]:
        return list(dict.fromkeys(color for _, color in self.at))


def _as_form(product: Any) -> dict[str, str]:
    stock = "" if product.stock is None else str(product.stock)
    return {
        "name": product.name,
        "description": product.description,
        "price": money.typed(product.price, settings().shop_currency),
        "sizes": ", ".join(product.sizes),
        "colors": ", ".join(product.colors),
        "stock": stock,
        "stock_was": stock,
        "printWidth": lengths.typed(product.print_width) if product.print_width else "",
        "version": str(product.version),
        "active": "on" if product.active else "",
        "by_variant": "on" if product.by_variant else "",
    }


def _as_grid(variants: Iterable[Variant], counts: Mapping[Variant, int]) -> dict[str, str]:
    """The fields of a cell for each variant, numbered."""
    cells: dict[str, str] = {}
    for n, variant in enumerate(islice(variants, MAX_VARIANTS)):
        stock = str(counts.get(variant, ""))
        cells |= {f"size_{n}": variant.size, f"color_{n}": variant.color, f"stock_{n}": stock, f"was_{n}": stock}
    return cells
