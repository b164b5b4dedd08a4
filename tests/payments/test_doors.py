"""What payment providers report: believed when signature, amount, currency, number and the provider's own answer agree,
and acted upon once."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from printalma.payments.doors import asking
from tests.orders.test_transitions import move
from tests.payments.conftest import XOF, Place
from tests.support import database as db
from tests.support import recount
from tests.support.client import Answer, Client
from tests.support.inside import Inside
from tests.support.payment_providers import (
    API_KEY,
    API_SECRET,
    ELSEWHERE,
    GARBAGE,
    LONG,
    MASTER_KEY,
    NEVER,
    Providers,
    invoice,
    orange,
    paydunya,
    paytech,
    signature,
    tell_orange,
    tell_paydunya,
    tell_paytech,
)

Order = Mapping[str, Any]
COMPLETE = {"type_event": "sale_complete"}
MATRIX = pytest.mark.matrix
ODD: list[Any] = [404, LONG, [], "paid", {}, {"status": {}}]
ROUTES = ("/paytech/ipn-callback", "/paydunya/webhook", "/paydunya/callback", "/orange-money/callback")


def state(shop: Inside, order: Order) -> tuple[str, str, int, int]:
    row = db.select(shop.database_url, "SELECT * FROM orders WHERE id = :id", id=order["id"])[0]
    return row.status, row.payment_status, row.paid, row.noted


def messages(shop: Inside, order: Order) -> list[Any]:
    asks = "SELECT * FROM payment_messages WHERE order_id = :id ORDER BY id"
    return list(db.select(shop.database_url, asks, id=order["id"]))


def page(shop: Inside, order: Order) -> str:
    admin = shop.admin_once()
    return admin.get(f"/dashboard/orders/{order['id']}", Cookie=admin.cookie).text


def bad_signatures(body: bytes) -> list[str]:
    right = signature(body)
    old, early = signature(body, 400), signature(body, -400)
    others = [signature(body, secret="x"), signature(body + b" ")]
    return ["", "t=1", "t=²,v1=0", f"t=9,{right}", right.replace("t=", "t=-"), old, early, *others]


# How each provider reports that an order is paid, and confirms it.
def by_paytech(client: Client, order: Order, token: str, providers: Providers, **changes: str) -> Answer:
    providers.says.setdefault(token, COMPLETE)
    return tell_paytech(client, paytech(order, token, **changes))


def by_paydunya(client: Client, order: Order, token: str, providers: Providers, **changes: str) -> Answer:
    providers.says.setdefault(token, invoice(order))
    return tell_paydunya(client, paydunya(order, token, **changes))


def by_orange(client: Client, order: Order, token: str, providers: Providers, **changes: Any) -> Answer:
    providers.says.setdefault(token, {"status": "SUCCESS"})
    return tell_orange(client, orange(order, token, **changes))


Tell = Callable[..., Answer]
METHODS: dict[Tell, str] = {by_paytech: "PAYTECH", by_paydunya: "PAYDUNYA", by_orange: "ORANGE_MONEY"}
EACH = pytest.mark.parametrize("tell", METHODS, ids=METHODS.values())
GOOD = {by_paytech: "IPN OK", by_paydunya: '{"received":true}\n', by_orange: '{"received":true}\n'}
FAILS: dict[Tell, tuple[dict[str, str], Callable[[Order], Any]]] = {
    by_paytech: ({"type_event": "sale_canceled"}, lambda _order: {"type_event": "sale_canceled"}),
    by_paydunya: ({"status": "cancelled"}, lambda order: invoice(order, "cancelled")),
    by_orange: ({"status": "CANCELLED"}, lambda _order: {"status": "CANCELLED"}),
}


@EACH
def test_a_payment_is_noted_once(shop: Inside, providers: Providers, place: Place, token: str, tell: Tell) -> None:
    order = place(METHODS[tell])
    for _ in range(2):
        answer = tell(shop.client(), order, token, providers)
        assert (answer.status, answer.text) == (200, GOOD[tell])
        assert state(shop, order) == ("PENDING", "PAID", order["totalAmount"], 0)
    assert providers.asked.count(token) == 1
    assert [(row.token, row.state) for row in messages(shop, order)] == [(token, "paid")]
    history = page(shop, order)
    assert token in history
    assert shop.admin_once().get(f"/orders/{order['id']}").data["transactionId"] == token
    assert shop.client().get(f"/orders/number/{order['orderNumber']}").data["paymentStatus"] == "PAID"
    asked = shop.client().get(f"/orange-money/payment-status/{order['orderNumber']}").json
    assert asked["transactionId"] == (token if tell is by_orange else None)


@EACH
def test_nobody_is_asked_and_nothing_kept_for_a_bad_signature(
    shop: Inside, providers: Providers, place: Place, token: str, tell: Tell
) -> None:
    order = place(METHODS[tell])
    providers.says[token] = invoice(order) | COMPLETE
    client, body = shop.client(), orange(order, token)
    wrong = {
        by_paytech: [
            tell_paytech(client, paytech(order, token, proof="0" * 64)),
            tell_paytech(client, paytech(order, token, proof="é")),
            tell_paytech(client, paytech(order, token).replace(b"hmac_compute", b"x").replace(b"api_key", b"y")),
        ],
        by_paydunya: [
            tell_paydunya(client, paydunya(order, token, hash="0" * 128)),
            tell_paydunya(client, paydunya(order, token, hash="")),
            tell_paydunya(client, paydunya(order, token).replace(b"hash", b"x"), "/paydunya/callback"),
        ],
        by_orange: [tell_orange(client, body, signed) for signed in bad_signatures(body)],
    }[tell]
    assert {answer.status for answer in wrong} == {403}
    assert token not in providers.asked
    assert state(shop, order) == ("PENDING", "PENDING", 0, 0)
    assert messages(shop, order) == []


@pytest.mark.parametrize("age", [-290, 290])
def test_a_signature_is_good_for_five_minutes(
    shop: Inside, providers: Providers, place: Place, token: str, age: int
) -> None:
    order, providers.says[token] = place("ORANGE_MONEY"), {"status": "SUCCESS"}
    body = orange(order, token)
    assert tell_orange(shop.client(), body, signature(body, age)).status == 200
    assert state(shop, order)[1] == "PAID"


@EACH
@pytest.mark.parametrize(
    "said", [500, ELSEWHERE, GARBAGE, {"success": 1}, *(pytest.param(o, marks=MATRIX) for o in ODD)]
)
def test_what_is_not_confirmed_changes_nothing_and_comes_again(
    shop: Inside, providers: Providers, place: Place, token: str, tell: Tell, said: Any
) -> None:
    order, providers.says[token] = place(METHODS[tell]), said
    assert tell(shop.client(), order, token, providers).status == 503
    assert state(shop, order) == ("PENDING", "PENDING", 0, 0)
    assert messages(shop, order) == []
    del providers.says[token]
    assert tell(shop.client(), order, token, providers).status == 200
    assert state(shop, order)[1] == "PAID"


@EACH
def test_a_provider_that_never_answers_is_not_waited_for(
    shop: Inside, providers: Providers, place: Place, token: str, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "SECONDS", 0.3)
    order, providers.says[token] = place(METHODS[tell]), NEVER
    assert tell(shop.client(), order, token, providers).status == 503
    assert state(shop, order) == ("PENDING", "PENDING", 0, 0)


@EACH
def test_the_providers_word_counts_and_not_the_message(
    shop: Inside, providers: Providers, place: Place, token: str, tell: Tell
) -> None:
    """A genuine message of a payment that failed, sent again as one that went through."""
    order = place(METHODS[tell])
    providers.says[token] = FAILS[tell][1](order)
    assert tell(shop.client(), order, token, providers).status == 503
    assert state(shop, order) == ("PENDING", "PENDING", 0, 0)


DIFFERENT: dict[str, tuple[Tell, dict[str, Any], Any]] = {
    "another amount": (by_paytech, {"item_price": "100"}, COMPLETE),
    "no amount": (by_paytech, {"item_price": "1e9999"}, COMPLETE),
    "a long amount": (by_paytech, {"item_price": "9" * 999}, COMPLETE),
    "another currency": (by_paytech, {"currency": "EUR"}, COMPLETE),
    "another amount answered": (by_paytech, {}, COMPLETE | {"item_price": 100}),
    "another number answered": (by_paytech, {}, COMPLETE | {"ref_command": "CMD19990101001"}),
    "another currency answered": (by_paytech, {}, {"payment": COMPLETE | {"currency": "EUR"}}),
    "another amount of Orange": (by_orange, {"amount": {"value": 100, "unit": "XOF"}}, {"status": "SUCCESS"}),
    "another currency of Orange": (by_orange, {"amount": {"value": 24.98, "unit": "OUV"}}, {"status": "SUCCESS"}),
    "another amount Orange answers": (by_orange, {}, {"status": "SUCCESS", "amount": {"value": 1, "unit": "XOF"}}),
    "another number Orange answers": (by_orange, {}, {"status": "SUCCESS", "metadata": {"orderNumber": "CMD1"}}),
    "another amount PayDunya answers": (by_paydunya, {}, {"amount": 100}),
    "another number PayDunya answers": (by_paydunya, {}, {"number": "CMD19990101001"}),
    "another amount of PayDunya": (by_paydunya, {"invoice][total_amount": "100"}, {}),
}


ONCE_EACH = (
    "another amount",
    "another number answered",
    "another currency of Orange",
    "another amount PayDunya answers",
)


@pytest.mark.parametrize(
    "what", [each if each in ONCE_EACH else pytest.param(each, marks=MATRIX) for each in DIFFERENT]
)
def test_what_does_not_agree_is_no_payment_and_the_team_reads_it(
    shop: Inside, providers: Providers, place: Place, token: str, what: str
) -> None:
    tell, message, answer = DIFFERENT[what]
    order = place(METHODS[tell])
    providers.says[token] = invoice(order, **answer) if tell is by_paydunya else answer
    for _ in range(2):
        assert tell(shop.client(), order, token, providers, **message).status == 200
        assert state(shop, order) == ("PENDING", "PENDING", 0, 1)
    assert "Paiement à vérifier" in page(shop, order)


def test_hashes_of_the_keys_alone_need_an_answer_that_says_amount_and_number(
    shop: Inside, providers: Providers, place: Place, token: str
) -> None:
    order, providers.says[token] = place(), COMPLETE
    assert tell_paytech(shop.client(), paytech(order, token, proof="hashes")).status == 503
    assert state(shop, order)[1] == "PENDING"
    more = {"item_price": f"{order['totalAmount']}.00", "ref_command": order["orderNumber"], "currency": "XOF"}
    providers.says[token] = {"success": 1, "payment": COMPLETE | more}
    assert tell_paytech(shop.client(), paytech(order, token, proof="hashes")).status == 200
    assert state(shop, order)[1] == "PAID"


@EACH
def test_an_unknown_order_comes_again(shop: Inside, providers: Providers, token: str, tell: Tell) -> None:
    unknown = {"id": 1, "orderNumber": "CMD19990101001", "totalAmount": 100}
    assert tell(shop.client(), unknown, token, providers).status == 503
    assert token not in providers.asked


@EACH
def test_a_failure_fails_what_waits_and_can_be_paid_after(
    shop: Inside, providers: Providers, place: Place, token: str, tell: Tell
) -> None:
    message, answer = FAILS[tell]
    order = place(METHODS[tell])
    providers.says[f"{token}-1"] = answer(order)
    for _ in range(2):
        assert tell(shop.client(), order, f"{token}-1", providers, **message).status == 200
        assert state(shop, order) == ("PENDING", "FAILED", 0, 0)
    assert "Paiement échoué" in page(shop, order)
    assert tell(shop.client(), order, f"{token}-2", providers).status == 200
    assert state(shop, order)[1] == "PAID"


@EACH
def test_what_is_paid_never_fails(shop: Inside, providers: Providers, place: Place, token: str, tell: Tell) -> None:
    message, answer = FAILS[tell]
    order = place(METHODS[tell])
    assert tell(shop.client(), order, f"{token}-1", providers).status == 200
    providers.says[f"{token}-2"] = answer(order)
    assert tell(shop.client(), order, f"{token}-2", providers, **message).status == 200
    assert state(shop, order) == ("PENDING", "PAID", order["totalAmount"], 0)


def test_cash_to_collect_never_fails(shop: Inside, providers: Providers, place: Place, token: str) -> None:
    order, providers.says[token] = place("CASH_ON_DELIVERY"), {"type_event": "sale_canceled"}
    assert by_paytech(shop.client(), order, token, providers, type_event="sale_canceled").status == 200
    assert state(shop, order)[1] == "DUE"


@EACH
def test_an_order_that_has_ended_stays_so_and_its_money_is_noted(
    shop: Inside, providers: Providers, place: Place, token: str, tell: Tell
) -> None:
    order = place(METHODS[tell])
    move(shop.admin_once(), order, "CANCELLED")
    for _ in range(2):
        assert tell(shop.client(), order, token, providers).status == 200
        assert state(shop, order) == ("CANCELLED", "PAID", order["totalAmount"], 0)
    assert "Payé après annulation" in page(shop, order)
    assert recount.kept(shop.database_url) == recount.counted(shop.database_url)


def test_paid_once_more_is_no_payment_and_the_team_reads_it(
    shop: Inside, providers: Providers, place: Place, token: str
) -> None:
    order = place()
    for n in range(2):
        assert by_paytech(shop.client(), order, f"{token}-{n}", providers).status == 200
    assert state(shop, order) == ("PENDING", "PAID", order["totalAmount"], 1)
    assert "Payé une fois de trop" in page(shop, order)


def test_a_payments_name_pays_one_order(shop: Inside, providers: Providers, place: Place, token: str) -> None:
    """The signature does not cover it: with another order's genuine signature it must be worth nothing."""
    paid, other = place(), place()
    for order in (paid, other):
        assert by_paytech(shop.client(), order, token, providers).status == 200
    assert (state(shop, paid)[1], state(shop, other)[1]) == ("PAID", "PENDING")


def test_a_trial_moves_no_money(shop: Inside, providers: Providers, place: Place, token: str) -> None:
    order = place()
    assert by_paytech(shop.client(), order, token, providers, env="test").status == 200
    assert state(shop, order) == ("PENDING", "PENDING", 0, 1)
    assert "Paiement d&#39;essai" in page(shop, order)
    assert token not in providers.asked


ON_ITS_WAY = ("INITIATED", "PENDING", "PRE_INITIATED", "", "x")


@pytest.mark.parametrize("status", ["ACCEPTED", "success", *(pytest.param(each, marks=MATRIX) for each in ON_ITS_WAY)])
def test_what_is_on_its_way_says_nothing(
    shop: Inside, providers: Providers, place: Place, token: str, status: str
) -> None:
    order = place("ORANGE_MONEY")
    assert by_orange(shop.client(), order, token, providers, status=status).status == 200
    assert state(shop, order)[1] == "PENDING"
    assert token not in providers.asked


def test_oranges_short_form_names_the_order_as_its_reference(
    shop: Inside, providers: Providers, place: Place, token: str
) -> None:
    order = place("ORANGE_MONEY")
    short = {"partner": None, "customer": None, "metadata": None, "reference": order["orderNumber"]}
    assert by_orange(shop.client(), order, token, providers, **short).status == 200
    assert state(shop, order)[1] == "PAID"


def test_a_provider_in_a_browsers_clothes_is_none_the_worse(
    shop: Inside, providers: Providers, place: Place, token: str
) -> None:
    order, providers.says[token] = place(), COMPLETE
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=UTF-8", "Accept": "text/html"}
    answer = shop.client().raw("POST", "/paytech/ipn-callback", paytech(order, token), **headers)
    assert (answer.status, answer.text, answer.headers["Content-Type"]) == (200, "IPN OK", "text/plain; charset=utf-8")


@pytest.mark.parametrize(
    ("path", "body", "media", "status"),
    [
        ("/paytech/ipn-callback", b"{}", "application/json", 415),
        ("/paytech/ipn-callback", b"x" * 40_000, "application/x-www-form-urlencoded", 413),
        ("/paytech/ipn-callback", b"\xff=%ff&" * 300, "application/x-www-form-urlencoded", 400),
        ("/paydunya/webhook", b"", "application/x-www-form-urlencoded", 403),
        ("/paydunya/callback", b"data=x", "multipart/form-data", 415),
        ("/orange-money/callback", b"x" * 40_000, "application/json", 413),
        ("/orange-money/callback", b"", "application/json", 403),
    ],
)
def test_what_is_no_message_is_refused_for_good(shop: Inside, path: str, body: bytes, media: str, status: int) -> None:
    assert shop.client().raw("POST", path, body, Content_Type=media).status == status


@pytest.mark.parametrize("number", ["\0", "\ud800", "", "CMD 1"])
def test_a_number_that_is_none_is_an_unknown_order(shop: Inside, providers: Providers, token: str, number: str) -> None:
    order = {"id": 1, "orderNumber": number, "totalAmount": 1}
    assert by_orange(shop.client(), order, token, providers).status == 503


def test_any_text_of_a_message_is_kept(shop: Inside, providers: Providers, place: Place, token: str) -> None:
    order = place("ORANGE_MONEY")
    assert by_orange(shop.client(), order, token, providers, channel="\0 \ud800 é").status == 200
    assert "\\u0000 \\ud800" in messages(shop, order)[0].body


@pytest.mark.parametrize("body", [b"[]", b"{", b"{}", b'{"transactionId": "\\u0000"}', b'{"transactionId": {}}'])
def test_signed_nonsense_is_refused(shop: Inside, body: bytes) -> None:
    assert tell_orange(shop.client(), body).status == 400


@EACH
def test_a_payment_without_a_name_is_refused(shop: Inside, providers: Providers, place: Place, tell: Tell) -> None:
    for name in ("", "x" * 201, "é"):
        providers.says.pop(name, None)
        assert tell(shop.client(), place(METHODS[tell]), name, providers).status == 400


def test_neither_bodies_nor_keys_are_in_the_log_and_no_key_is_kept(
    shop: Inside, providers: Providers, place: Place, token: str
) -> None:
    order = place()
    for n, tell in enumerate(METHODS):
        assert tell(shop.client(), order, f"{token}-{n}", providers).status == 200
    kept = " ".join(row.body for row in messages(shop, order))
    assert "+221770000001" in kept
    for secret in (API_KEY, API_SECRET, MASTER_KEY, "sha256", "hash", "hmac"):
        assert secret not in kept + shop.log
    assert "221770000001" not in shop.log


@pytest.mark.parametrize("path", ROUTES)
def test_without_keys_there_is_no_door(common_shop: Inside, path: str) -> None:
    assert common_shop.client().raw("POST", path, b"", Content_Type="application/json").status == 404


def test_messages_are_kept_for_thirty_days(open_shop: Any, database: str, providers: Providers, token: str) -> None:
    from printalma import daily

    shop = open_shop(database, **XOF, **providers.settings)
    order = shop.client().place(paymentMethod="PAYTECH")
    assert by_paytech(shop.client(), order, token, providers).status == 200
    for days, left in ((29, 1), (31, 0)):
        db.execute(database, "UPDATE payment_messages SET received_at = received_at - :ms", ms=days * 86_400_000)
        with shop.app.app_context():
            daily.run()
        assert len(messages(shop, order)) == left
    assert state(shop, order)[1] == "PAID"
