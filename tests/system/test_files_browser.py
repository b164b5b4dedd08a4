"""What orders are printed from, as people get it: by a click, of one order or of those that are ticked."""

import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page

from tests.orders.originals import PNG, kept
from tests.print_files.test_files import address, drawn, image, place
from tests.support.browser import PHONE, Visitors
from tests.support.client import Client
from tests.support.inside import Inside
from tests.support.matrix import ONLY_SQLITE

pytestmark = ONLY_SQLITE


def saved(page: Page, link: str, folder: Path) -> tuple[str, bytes]:
    """What a click on the link saves: the file's name and its bytes."""
    with page.expect_download() as expected:
        page.get_by_role("link", name=link).click()
    download: Download = expected.value
    file = folder / "saved"
    download.save_as(file)
    return download.suggested_filename, file.read_bytes()


@pytest.mark.parametrize("viewport", [None, PHONE])
def test_files_are_saved_from_the_order_s_page_and_from_the_list(
    own_shop: Inside,
    visitors: Visitors,
    admins: tuple[Client, Client],
    tmp_path: Path,
    viewport: dict[str, int] | None,
) -> None:
    here = address("écusson.png")
    orders = [place(own_shop, drawn(image(here, designName="Écusson d'équipe"))) for _ in range(2)]
    content = PNG + b"in a browser"
    kept(own_shop.database_url, here, content, "image/png")
    screen = {"viewport": viewport, "has_touch": True} if viewport else {}
    page = visitors.enter(admins[0], f"/dashboard/orders/{orders[0]['id']}", **screen)
    number = orders[0]["orderNumber"]
    assert saved(page, "Écusson d'équipe", tmp_path) == (f"{number}-1-Devant-Écusson-d'équipe.png", content)
    assert saved(page, "SVG à imprimer", tmp_path)[0] == f"{number}-1-Devant-vue.svg"
    assert saved(page, "Fichiers (ZIP)", tmp_path)[0] == f"{number}.zip"
    page.goto("/dashboard")
    for order in orders:
        page.get_by_role("row").filter(has_text=order["orderNumber"]).get_by_role("checkbox").check()
    page.get_by_role("button", name="Autres actions pour la sélection").click()
    name, archive = saved(page, "Fichiers (ZIP)", tmp_path)
    assert name.endswith("-2-commandes.zip")
    (tmp_path / "all.zip").write_bytes(archive)
    with zipfile.ZipFile(tmp_path / "all.zip") as files:
        assert sorted(files.namelist()) == sorted(
            f"{each['orderNumber']}-1-Devant-Écusson-d'équipe.png" for each in orders
        )
