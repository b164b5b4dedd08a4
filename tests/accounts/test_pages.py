"""The sign-in page."""

import pytest

from tests.accounts.people import PASSWORD, cookie, customer
from tests.support.client import address
from tests.support.matrix import ON_POSTGRES
from tests.support.server import ADMIN, Shop

pytestmark = ON_POSTGRES
FIELDS = {"email": ADMIN[0], "password": ADMIN[1]}


def test_a_guest_is_led_to_the_sign_in_page_and_back(shop: Shop) -> None:
    sent = shop.client().get("/dashboard?status=PENDING&page=2")
    assert sent.status == 303
    assert sent.headers["Location"] == "/login?next=%2Fdashboard%3Fstatus%3DPENDING%26page%3D2"
    page = shop.client().get(sent.headers["Location"])
    assert page.status == 200
    assert 'name="next" value="/dashboard?status=PENDING&amp;page=2"' in page.text
    back = shop.client().form("/login", FIELDS | {"next": "/dashboard?status=PENDING&page=2"})
    assert (back.status, back.headers["Location"]) == (303, "/dashboard?status=PENDING&page=2")
    signed_in = shop.client().get("/dashboard", Cookie=f"auth_token={cookie(back).value}")
    assert signed_in.status == 200


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/dashboard",
        "//evil.example/dashboard",
        "/\\evil.example",
        "/dashboard\\@evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/dashboard\r\nSet-Cookie: a=b",
        "/dashboard\u2028",
        "dashboard",
        "",
    ],
)
def test_signing_in_leads_nowhere_but_to_the_dashboard(shop: Shop, elsewhere: str) -> None:
    back = shop.client().form("/login", FIELDS | {"next": elsewhere})
    assert (back.status, back.headers["Location"]) == (303, "/dashboard")
    assert "a=b" not in str(back.headers)


def test_an_admin_who_is_signed_in_needs_no_sign_in_page(shop: Shop) -> None:
    admin = shop.admin_once()
    page = admin.get("/login?next=/dashboard/products", Cookie=admin.cookie)
    assert (page.status, page.headers["Location"]) == (303, "/dashboard/products")


def test_a_wrong_password_keeps_the_address_typed_and_says_one_sentence(proxied: Shop) -> None:
    typed = '"><script>alert(1)</script>@example.org'
    page = proxied.client().form("/login", {"email": typed, "password": "wrong"}, X_Forwarded_For=address())
    assert page.status in (400, 401)
    assert "Email ou mot de passe incorrect" in page.text
    assert "<script>alert" not in page.text
    assert "&#34;&gt;&lt;script&gt;" in page.text
    assert page.headers["Set-Cookie"] is None
    assert proxied.client().form("/login", {}, X_Forwarded_For=address()).status == 400


def test_a_customer_who_signs_in_sees_no_dashboard(proxied: Shop) -> None:
    somebody = customer(proxied)
    sent = proxied.client().form("/login", {"email": somebody.user["email"], "password": PASSWORD})
    assert sent.status == 303
    for path in ("/dashboard", "/dashboard/products", "/dashboard/orders/1"):
        page = somebody.get(path, Cookie=f"auth_token={cookie(sent).value}")
        assert page.status == 403
        assert page.headers["Content-Type"] == "text/html; charset=utf-8"


def test_signing_out_ends_the_sign_in_behind_the_cookie(shop: Shop) -> None:
    admin = shop.admin()
    gone = admin.form("/logout", {}, Cookie=admin.cookie)
    assert (gone.status, gone.headers["Location"]) == (303, "/login")
    assert cookie(gone).value == ""
    assert admin.get("/auth/check").status == 401
    assert admin.get("/dashboard", Cookie=admin.cookie).headers["Location"] == "/login?next=%2Fdashboard"


def test_a_form_after_the_session_leads_to_the_sign_in_page(shop: Shop) -> None:
    sent = shop.client().form("/dashboard/orders/1/status", {"status": "CONFIRMED"})
    assert (sent.status, sent.headers["Location"]) == (303, "/login")
