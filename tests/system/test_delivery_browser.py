"""The shop's owner sets delivery up: the sample, a price, a file; and a second admin, on a phone, sees it happen."""

from playwright.sync_api import expect

from tests.support.browser import Visitors
from tests.support.client import Client
from tests.support.matrix import ON_SQLITE
from tests.support.server import Shop

PAGE = "/dashboard/delivery"


@ON_SQLITE
def test_delivery_is_set_up_by_hand_and_by_file(shop: Shop, admins: tuple[Client, Client], visitors: Visitors) -> None:
    visitors.expect_complaint("400")
    owner = visitors.enter(admins[0], PAGE)
    other = visitors.enter(admins[1], PAGE, viewport={"width": 390, "height": 844}, has_touch=True)
    owner.get_by_role("button", name="Remplir avec l'exemple").dblclick()
    expect(owner.locator(".flash.done")).to_contain_text("51 réglages ajoutés")
    expect(other.get_by_role("link", name="Mermoz")).to_be_visible()

    expect(owner.locator("main [aria-disabled]")).to_have_count(0)  # what has just come takes no press
    owner.get_by_role("link", name="Mermoz").click()
    owner.get_by_label("Prix (EUR)").fill("19,90")
    expect(owner.get_by_role("button", name="Enregistrer")).to_be_enabled()
    owner.keyboard.press("Enter")
    mermoz = owner.locator("#city-mermoz")
    expect(mermoz).to_contain_text("19,90\u00a0€")
    expect(other.locator("#city-mermoz")).to_contain_text("19,90\u00a0€")

    other.get_by_role("button", name="Désactiver Mermoz").tap()
    expect(other.locator("#city-mermoz")).to_contain_text("Désactivé")
    expect(mermoz.get_by_role("button", name="Activer Mermoz")).to_be_visible()

    with owner.expect_download() as download:
        owner.get_by_role("link", name="Exporter").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    for content, told in (
        (text.replace("19,90", "dix-neuf"), "Prix :"),
        (text.replace("19,90", "21,50"), "1 modifié"),
    ):
        owner.get_by_label("Fichier CSV").set_input_files(
            {"name": "livraison.csv", "mimeType": "text/csv", "buffer": content.encode()}
        )
        owner.get_by_role("button", name="Importer").click()
        expect(owner.locator(".flash").filter(has_text=told)).to_be_visible()
    expect(other.locator("#city-mermoz")).to_contain_text("21,50\u00a0€")
    assert "Mermoz" not in [city["name"] for city in shop.client().get("/delivery/cities").json]
