"""Saying what an article is that a front end called in its own way: a name for it, or which product of ours."""

from printalma.catalog import answers
from printalma.catalog import queries as catalog
from printalma.clearing.case import Case, Settled
from printalma.db import Row
from printalma.lib.errors import Invalid, NotFound
from printalma.lib.i18n import t
from printalma.lib.letters import plain
from printalma.orders import marks
from printalma.orders.marks import Done, Doubt, Mark
from printalma.orders.queries import ItemRow


def name(case: Case) -> Settled:
    """It is called so, and is none of our products."""
    called = case.command.name
    if called is None:
        raise Invalid(t("marks.needs.name"))
    alike, also = _alike(case)
    if case.command.always:
        answers.say(case.tx, _reference(case), name=called)
    named = case.with_items(*(item._replace(product_name=called) for item in alike))
    done = Done.NAMED_FROM_NOW_ON if case.command.always else Done.NAMED
    return Settled(done, named, f"{case.name} → {called}", also=also)


def product(case: Case) -> Settled:
    """It is this product of ours."""
    found = _product(case)
    alike, also = _alike(case)
    if case.command.always:
        answers.say(case.tx, _reference(case), product_id=found.id)
    changed = [_as_product(item, found) for item in alike]
    explained = [each for item in changed for each in _priced_anew(case, item, found)]
    for item in changed:
        _look_again(case, item, found)
    text = f"{case.name} → {found.name}"
    done = Done.PRODUCT_FROM_NOW_ON if case.command.always else Done.PRODUCT
    return Settled(done, case.with_items(*changed), text, also=(*also, *explained))


def _product(case: Case) -> Row:
    found = catalog.named(case.tx, case.command.product or "")
    if found is None:
        raise Invalid(t("marks.needs.product"))
    return found


def _reference(case: Case) -> str:
    reference = case.item.reference or case.row.facts.get("reference")
    if not reference:
        raise Invalid(t("marks.needs.reference"))
    return str(reference)


def _alike(case: Case) -> tuple[list[ItemRow], tuple[int, ...]]:
    """The lines that are settled at once, and their other marks: all with the reference, if it is from now on."""
    if case.row.facts.get("why") != "unknown":
        raise NotFound(t("marks.unknown"))
    if not case.command.always:
        return [case.item], ()
    alike = {item.id: item for item in case.details.items if item.reference == case.item.reference}
    rows = [row for row in case.still_open() if row.item_id in alike and row.facts.get("why") == "unknown"]
    return [alike[row.item_id] for row in rows], tuple(row.id for row in rows if row.id != case.row.id)


def _as_product(item: ItemRow, found: Row) -> ItemRow:
    """Nobody makes an order cheaper than the catalogue, but who has set a price meant it."""
    is_announced = item.unit_price == (item.announced_price or 0)
    unit_price = max(found.price, item.unit_price) if is_announced else item.unit_price
    return item._replace(product_id=found.id, product_name=found.name, unit_price=unit_price)


def _priced_anew(case: Case, item: ItemRow, found: Row) -> list[int]:
    """Marks of the line's price that its product's price explains; the others say how it is now."""
    explained = []
    for row in case.still_open():
        if row.item_id != item.id or row.facts.get("why") != "unaccepted":
            continue
        announced = row.facts.get("announced") or 0
        if found.price <= announced and row.facts.get("upto", announced) <= found.price:
            explained.append(row.id)
        else:
            why = "below" if announced < found.price else "above"
            marks.restate(case.tx, row.id, {**row.facts, "why": why, "ours": found.price})
    return explained


def _look_again(case: Case, item: ItemRow, found: Row) -> None:
    """Mark a size or a colour that the product does not have."""
    asked = (("size", item.size, found.sizes), ("color", item.color, found.colors))
    strange = [(why, value) for why, value, offered in asked if _is_strange(value, offered)]
    doubts = [Doubt(Mark.ARTICLE, 0, {"why": why, "announced": value}) for why, value in strange]
    marks.add(case.tx, marks.rows(case.details.order.id, doubts, [item.id]))


def _is_strange(value: str | None, offered: list[str]) -> bool:
    return bool(value and offered and plain(value) not in map(plain, offered))
