"""Carts of a front end whose customers draw on what they order: artwork by address, texts, delivery.

The numbers are what such a front end sends: places are parts of the article's picture, sizes are its pixels.
"""

import random
from base64 import b64encode
from typing import Any

PICTURES = "https://images.example.org"
DESIGNS = (("Baobab", 61), ("Lion", 74), ("Pirogue", 82))
TEXTS = ("AS Médina\n2026", "Bonne fête Maman", "Teranga", "Promo 2026")
STICKERS = 0.1  # of these carts hold one, which is none of the catalogue's
OWN = 0.6  # of the pictures are the customer's own
SIDE = 1200  # pixels of an article's picture
# What is at PICTURES, as far as a demo goes: an article, a tree, a boat, a sun, a badge.
_SHIRT = (
    '<path d="M0 0h100v100H0z" fill="#eef0ef"/>'
    '<path d="m35 12-24 13 7 19 10-4v50h44V40l10 4 7-19-24-13q-15 11-30 0z" fill="#fdfdfb" stroke="#b9c2be"/>'
)
_MARKS = (
    '<path d="M46 98V62Q4 70 8 40 4 14 34 14q16-22 36 0 26 0 22 26 4 30-38 22v36z"/>',
    '<path d="M4 62h92L80 88H20zM50 6v50H14zM56 18v38h26z"/>',
    '<circle cx="50" cy="50" r="28"/><path d="m50 0 6 16H44zm0 100 6-16H44zM0 50l16-6v12zm100 0-16-6v12z"/>',
    '<path d="M50 2 92 18v34Q88 82 50 98 12 82 8 52V18zm0 22-8 18-20 2 15 13-5 20 18-11 18 11-5-20 15-13-20-2z"/>',
)
_COLORS = ("#0d6b60", "#a3231b", "#1a4f94", "#7d4d00", "#5a3aa6")


def dressed(cart: dict[str, Any], price_of: dict[int, float | None], chance: random.Random) -> dict[str, Any]:
    """The same cart as such a front end would have sent it. `price_of` has the prices of products, as numbers of the
    wire; a line whose price is not known announces none."""
    lines = [_drawn(line, price_of.get(line["productId"]), chance) for line in cart["orderItems"]]
    if chance.random() < STICKERS:
        lines.append(_sticker(chance))
    place = cart["shippingDetails"]["city"]
    return cart | {"orderItems": lines, "initiatePayment": False, "deliveryInfo": _delivery(place)}


def pictured(sent: Any) -> Any:
    """The same cart with its pictures in it, as front ends send what they could not upload: no host has a demo's."""
    if isinstance(sent, dict):
        return {name: pictured(value) for name, value in sent.items()}
    if isinstance(sent, list):
        return [pictured(value) for value in sent]
    return _picture_at(sent) if isinstance(sent, str) and sent.startswith(PICTURES) else sent


def _picture_at(address: str) -> str:
    folder, _, name = address.removeprefix(f"{PICTURES}/").partition("/")
    number = int("".join(filter(str.isdigit, name)) or 0)
    body, color = _SHIRT if folder == "articles" else _MARKS[number % len(_MARKS)], _COLORS[number % len(_COLORS)]
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100" fill="{color}">{body}</svg>'
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"


def _drawn(line: dict[str, Any], price: float | None, chance: random.Random) -> dict[str, Any]:
    view = f"{30 + line['productId']}-{80 + line['productId']}"
    blank = f"{PICTURES}/articles/{line['productId']}.jpg"
    design = None if chance.random() < OWN else chance.choice(DESIGNS)
    costs = round(price / 10) if design and price else 0
    elements = [_picture(design, costs, chance), *([_text(chance)] if chance.random() < 0.5 else [])]
    announced = {} if price is None else {"unitPrice": price + costs}
    return (
        line
        | announced
        | {
            "colorId": 1,
            "mockupUrl": blank,
            "delimitation": None,
            "delimitations": [_area(view, blank)],
            "customizationId": (number := chance.randrange(1000, 9999)),
            "customizationIds": {view: number},
            "designElementsByView": {view: elements},
            "viewsMetadata": [_view(view, blank, len(elements))],
        }
    )


def _picture(design: tuple[str, int] | None, costs: int, chance: random.Random) -> dict[str, Any]:
    """A design of the shop's, which costs, or the customer's own file."""
    name, number = design or ("logo.png", f"upload-{chance.randrange(10**12, 10**13)}")
    folder = "designs" if design else "clients"
    return {
        "id": f"element-{chance.randrange(10**12, 10**13)}-a",
        "type": "image",
        "imageUrl": f"{PICTURES}/{folder}/{number}.png",
        **{"x": 0.5, "y": 0.42, "width": 420, "height": 400, "rotation": 0, "zIndex": 0},
        **{"naturalWidth": 1800, "naturalHeight": 1714},
        **{"designId": number, "designPrice": costs, "designName": name, "isClientUpload": False},
    }


def _text(chance: random.Random) -> dict[str, Any]:
    return {
        "id": f"element-{chance.randrange(10**12, 10**13)}-b",
        "type": "text",
        "text": chance.choice(TEXTS),
        **{"x": 0.5, "y": 0.66, "width": 360, "height": 120, "rotation": 0, "zIndex": 1},
        **{"fontSize": 54, "baseFontSize": 54, "baseWidth": 360, "fontFamily": "Arial, sans-serif", "color": "#14689A"},
        **{"fontWeight": "bold", "fontStyle": "normal", "textDecoration": "none", "textAlign": "center", "curve": 0},
    }


def _area(view: str, blank: str) -> dict[str, Any]:
    return {
        **{"x": 0.27, "y": 0.22, "width": 0.46, "height": 0.52, "rotation": 0, "name": None},
        **{"coordinateType": "PERCENTAGE", "referenceWidth": SIDE, "referenceHeight": SIDE},
        **{"viewId": int(view.partition("-")[2]), "viewType": "FRONT", "imageUrl": blank},
    }


def _view(view: str, blank: str, count: int) -> dict[str, Any]:
    color, _, picture = view.partition("-")
    return {
        **{"viewKey": view, "colorId": int(color), "viewId": int(picture), "viewType": "FRONT"},
        **{"imageUrl": blank, "hasElements": True, "elementsCount": count},
    }


def _sticker(chance: random.Random) -> dict[str, Any]:
    """None of the catalogue's: the number is the sticker's own."""
    number = chance.randrange(30, 60)
    return {
        **{"productId": number, "unitPrice": 3, "color": "N/A", "colorId": 1, "size": "10x10cm"},
        **{"quantity": 5, "mockupUrl": f"{PICTURES}/stickers/{number}.png", "designId": 74},
        **{"delimitation": None, "delimitations": []},
    }


def _delivery(place: str) -> dict[str, Any]:
    return {
        **{"deliveryType": "city", "countryCode": "SN", "transporteurName": "Livraison standard"},
        **{"deliveryFee": 0, "deliveryTime": "24-48 heures", "cityId": "", "cityName": place},
    }
