"""Bodies as the present front end sends them (docs/contract.md, "Orders"), and each kind of line."""

from typing import Any

PICTURES = "https://res.cloudinary.com/boutique-essai/image/upload"
AREA = {"id": 21, "x": 0.2, "y": 0.25, "width": 0.5, "height": 0.5, "rotation": 0, "name": None, "viewId": 8}
TEXT = {"id": "element-1", "type": "text", "text": "Équipe\n2026 🏀", "x": 0.5, "y": 0.6, "fontSize": 54, "curve": 0}
OWN = {
    "id": "element-2",
    "type": "image",
    "imageUrl": f"{PICTURES}/clients/logo.png",
    "designId": "upload-17",
    "designPrice": 0,
}
DESIGN = {"id": "element-3", "type": "image", "imageUrl": f"{PICTURES}/lion.png", "designId": 61, "designPrice": 2000}


def customised(size: str = "M", price: Any = 4490, **changes: Any) -> dict[str, Any]:
    """A T-shirt of ours (2490) with a text, a customer's picture and a design of the shop's (2000)."""
    line = {
        **{
            "productId": 1,
            "unitPrice": price,
            "color": "Blanc",
            "colorId": 1,
            "size": size,
            "sizeId": 402,
            "quantity": 2,
        },
        **{"mockupUrl": f"{PICTURES}/tshirt.jpg", "delimitation": None, "delimitations": [AREA, AREA | {"viewId": 9}]},
        **{"customizationId": 5120, "customizationIds": {"34-8": 5120, "34-9": 5121}},
        "designElementsByView": {"34-8": [OWN, TEXT], "34-9": [DESIGN]},
        "viewsMetadata": [{"viewKey": "34-8", "colorId": 34, "viewId": 8, "hasElements": True, "elementsCount": 2}],
    }
    return line | changes


def vendors(**changes: Any) -> dict[str, Any]:
    """A vendor's product with its design."""
    line = {
        **{"productId": 2, "vendorProductId": 2, "unitPrice": 18500, "color": "Noir", "colorId": 1, "size": "L"},
        **{"sizeId": 771, "quantity": 1, "mockupUrl": f"{PICTURES}/sweat.jpg", "designId": 61},
        "designPositions": {"x": 12.5, "y": -30, "scale": 0.72, "rotation": 0, "constraints": {"minScale": 0.1}},
        "designMetadata": {"designName": "Lion", "designImageUrl": f"{PICTURES}/lion.png"},
        **{"delimitation": AREA, "delimitations": [AREA]},
    }
    return line | changes


def sticker(**changes: Any) -> dict[str, Any]:
    line = {"productId": 3, "unitPrice": 1500, "color": "N/A", "colorId": 1, "size": "10x10cm", "quantity": 5}
    more = {"mockupUrl": f"{PICTURES}/lion-10.png", "designId": 74, "delimitation": None, "delimitations": []}
    return line | more | changes


def plain(**changes: Any) -> dict[str, Any]:
    """A mug of ours (1250) with nothing on it, as the third way to pay sends it."""
    line = {"productId": 3, "unitPrice": 1250, "color": "Blanc", "colorId": 1, "size": "Unique", "quantity": 3}
    return line | {"customizationIds": {}, "designElementsByView": {}, "viewsMetadata": []} | changes


def body(*lines: Any, method: str = "CASH_ON_DELIVERY", fee: int = 1000, **changes: Any) -> dict[str, Any]:
    info = {
        **{"deliveryType": "city", "countryCode": "SN", "transporteurName": "Livraison standard", "deliveryFee": fee},
        **{"deliveryTime": "24-48 heures", "cityId": "", "cityName": "Mermoz", "countryName": "Sénégal"},
        "metadata": {"availableCarriers": [], "isStandardDelivery": True},
    }
    address = {"firstName": "Awa", "lastName": "Ndiaye", "street": "Mermoz", "city": "Dakar", "country": "Sénégal"}
    fields = {
        **{
            "email": "awa@example.org",
            "shippingDetails": address,
            "phoneNumber": "77 123 45 67",
            "notes": "Portail\nbleu",
        },
        **{"orderItems": list(lines), "paymentMethod": method, "initiatePayment": False, "deliveryInfo": info},
        "totalAmount": sum(line["unitPrice"] * line["quantity"] for line in lines) + fee,
    }
    return fields | changes


CASH = body(customised("M"), customised("XL"))
PAYDUNYA = body(vendors(), sticker(), method="PAYDUNYA", fee=2000)
ORANGE_MONEY = body(
    plain(), customised("S", 2490, designElementsByView={"34-8": [TEXT], "34-9": [TEXT]}), method="ORANGE_MONEY"
)
