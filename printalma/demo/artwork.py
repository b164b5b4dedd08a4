"""Carts of a front end whose customers draw on what they order: artwork by address, texts, delivery.

The numbers are what such a front end sends: places are parts of the article's picture, sizes are its pixels.
"""

import random
from typing import Any

PICTURES = "https://images.example.org"
DESIGNS = (("Baobab", 61), ("Lion", 74), ("Pirogue", 82))
TEXTS = ("AS Médina\n2026", "Bonne fête Maman", "Teranga", "Promo 2026")
STICKERS = 0.1  # of these carts hold one, which is none of the catalogue's
OWN = 0.6  # of the pictures are the customer's own
SIDE = 1200  # pixels of an article's picture


def dressed(cart: dict[str, Any], price_of: dict[int, float | None], chance: random.Random) -> dict[str, Any]:
    """The same cart as such a front end would have sent it. `price_of` has the prices of products, as numbers of the
    wire; a line whose price is not known announces none."""
    lines = [_drawn(line, price_of.get(line["productId"]), chance) for line in cart["orderItems"]]
    if chance.random() < STICKERS:
        lines.append(_sticker(chance))
    place = cart["shippingDetails"]["city"]
    return cart | {"orderItems": lines, "initiatePayment": False, "deliveryInfo": _delivery(place)}


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
