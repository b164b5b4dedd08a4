"""The owner's button for a backup in a real Chromium, pressed as hands press."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from printalma.backup import file
from tests.support import database as db
from tests.support.browser import Visitors
from tests.support.matrix import ON_SQLITE
from tests.support.server import ADMIN, Shop

pytestmark = ON_SQLITE
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}


@pytest.mark.parametrize("screen", [{}, PHONE], ids=["desk", "phone"])
def test_pressed_twice_it_is_one_file_and_the_page_stays(
    shop: Shop, visitors: Visitors, tmp_path: Path, screen: dict[str, object]
) -> None:
    visitors.expect_complaint(r"status of 400 .*/dashboard/backup")
    page = visitors.enter(shop.admin_once(), "/dashboard/backup", **screen)
    taken = "SELECT id FROM events WHERE type = 'BackupTaken'"
    before = len(db.select(shop.database_url, taken))
    button = page.get_by_role("button", name="Télécharger")
    page.get_by_label("Mot de passe").fill("not the password")
    button.click()
    expect(page.locator(".problem, [aria-invalid=true]").first).to_be_visible()
    page.get_by_label("Mot de passe").fill(ADMIN[1])
    with page.expect_download() as download:
        button.dblclick()
    assert re.fullmatch(r".+-\d{4}-\d\d-\d\d-\d{4}\.db", download.value.suggested_filename)
    download.value.save_as(tmp_path / "shop.db")
    assert file.checked(tmp_path / "shop.db").rows["users"] >= 1
    expect(page).to_have_url(re.compile(r"/dashboard/backup$"))
    assert len(db.select(shop.database_url, taken)) == before + 1
