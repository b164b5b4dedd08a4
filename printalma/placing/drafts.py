"""Drawing up an order: what a cart becomes, before it is saved."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from printalma.accounts.actor import Actor
from printalma.config import settings
from printalma.delivery.service import Quote
from printalma.lib.clock import shop_day
from printalma.lib.errors import FieldError, Invalid
from printalma.lib.i18n import t
from printalma.lib.lenient import as_minor, as_object
from printalma.orders import sent
from printalma.orders.commands import PlaceOrder
from printalma.orders.marks import Doubt, Mark
from printalma.orders.models import Status
from printalma.orders.payments import settled
from printalma.orders.queries import ItemRow, OrderRow
from printalma.placing import articles, doubts
from printalma.placing.articles import Accepted, Line
from printalma.placing.customers import recognizable
from printalma.placing.taken import Taken

MAX_SUMMARY, MAX_CUSTOMER = 200, 200
MAX_TOTAL = 10**15  # minor units: what is announced beyond was not meant


@dataclass(frozen=True)
class Cart:
    """An order as somebody wants it. `actor` is None for a guest, `key` the request's idempotency key if it has one.
    `pictures` are hashes of those that came with it and are kept, `dropped` counts those that are not. `taken` says who
    of the team took it: then it is nobody's until its customer signs in for it. `size` is how many bytes came of it."""

    command: PlaceOrder
    actor: Actor | None
    key: str | None = None
    fingerprint: str = ""
    pictures: tuple[str, ...] = ()
    dropped: int = 0
    taken: Taken | None = None
    size: int = 0

    @property
    def by(self) -> Actor | None:
        """Whose doing it is."""
        return self.taken.by if self.taken else self.actor

    @property
    def caller(self) -> str:
        """Whose idempotency keys count. Guests are one caller."""
        return str(self.actor.id) if self.actor else "guest"


@dataclass(frozen=True, eq=False)
class Draft:
    """What a cart becomes, but for its number and ids, which the database gives, and what depends on other orders."""

    cart: Cart
    order: OrderRow
    items: list[ItemRow]
    texts: dict[int, str]  # by line, counted from 1; 0 is the order's
    doubts: list[Doubt]
    is_judged_later: bool = False  # whether its pictures have dots enough

    def take(self, counted: Sequence[bool]) -> None:
        """Its lines have their pieces from the shelf, those that are counted there."""
        if any(counted):
            self.items[:] = [
                item._replace(from_stock=item.quantity) if has else item
                for item, has in zip(self.items, counted, strict=True)
            ]


def drawn_up(cart: Cart, lines: Sequence[Line], accepted: Accepted, quote: Quote, moment: datetime) -> Draft:
    """What becomes of a cart whose delivery costs what `quote` says. Raises Invalid where our own prices add up to more
    than an order may cost."""
    command, currency = cart.command, settings().shop_currency
    is_agreed = cart.taken is not None
    lines = lines if is_agreed else articles.as_meant(lines)
    items = [articles.saved(line, is_agreed) for line in lines]
    if sum(item.total_price for item in items) > articles.MAX_SUM:
        raise Invalid(t("errors.invalid"), errors=[FieldError("orderItems", t("orders.too_dear"))])
    of_lines = (sent.of_line(line.item.sent, line.by_number) for line in lines)
    texts = {n: text for n, text in enumerate([sent.of_order(command.sent), *of_lines]) if text}
    order = _order(cart, items, quote, moment)._replace(
        announced_total=as_minor(command.sent.get("totalAmount"), currency, MAX_TOTAL),
        announced_fee=as_minor(as_object(command.sent.get("deliveryInfo")).get("deliveryFee"), currency, MAX_TOTAL),
        sent_size=sum(len(text.encode()) for text in texts.values()),
        likeness=doubts.likeness(command, lines),
    )
    is_judged_later = articles.is_too_much(lines)
    found = articles.doubts(lines, accepted, is_agreed, measures=not is_judged_later)
    found += [*doubts.of_contact(order, command, is_agreed), *doubts.of_total(order, lines)]
    if quote.doubtful:
        found.append(Doubt(Mark.DELIVERY, facts={"announced": order.announced_fee, "zone": quote.zone}))
    if cart.dropped:
        found.append(Doubt(Mark.ARTWORK, facts={"why": "dropped", "count": cart.dropped}))
    return Draft(cart, order, items, texts, found, is_judged_later)


def _order(cart: Cart, items: Sequence[ItemRow], quote: Quote, moment: datetime) -> OrderRow:
    command, actor = cart.command, cart.actor
    subtotal = sum(item.total_price for item in items)
    order = OrderRow(
        day=shop_day(moment, settings().shop_tz).isoformat(),
        user_id=actor.id if actor else None,
        status=Status.PENDING.value,
        version=1,
        subtotal=subtotal,
        shipping_amount=quote.fee,
        total=subtotal + quote.fee,
        carrier=quote.carrier,
        delivery_place=quote.place,
        delivery_time=quote.time,
        payment_method=command.payment_method,
        payment_status="",  # settled below
        phone=command.phone,
        summary=summary_of(items),
        lines=len(items),
        created_at=moment,
        updated_at=moment,
    )
    return recognizable(_said(settled(order), command, actor))


def _said(order: OrderRow, command: PlaceOrder, actor: Actor | None) -> OrderRow:
    """With what its customer says of it, and of where it is to go."""
    address = command.address
    return order._replace(
        email=command.email or (actor.email if actor else None),
        notes=command.notes,
        customer=_brief(address.name or (actor.name if actor else "") or t("orders.guest"), MAX_CUSTOMER),
        shipping_name=address.name,
        shipping_company=address.company,
        shipping_street=address.street or "",
        shipping_apartment=address.apartment,
        shipping_city=address.city,
        shipping_region=address.region,
        shipping_postal_code=address.postal_code,
        shipping_country=address.country,
    )


def summary_of(items: Iterable[ItemRow]) -> str:
    """An order's lines in a few words."""
    return _brief(", ".join(f"{item.quantity} × {item.product_name}" for item in items), MAX_SUMMARY)


def _brief(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
