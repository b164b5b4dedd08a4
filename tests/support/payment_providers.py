"""PayTech, PayDunya and Orange Money of our own: one server that answers, as they do, what it is told to say of each
payment, and their messages byte for byte."""

import contextlib
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.support.client import Answer, Client

HELD = 30.0  # seconds that a question which is never answered is held at most
NEVER, GARBAGE, DRIP, ELSEWHERE, LONG = "never", "garbage", "drip", "elsewhere", "long"
# An object, a status, or one of the words above.
Said = Mapping[str, Any] | int | str

API_KEY, API_SECRET = "paytech-api-key", "paytech-api-secret"
MASTER_KEY, PRIVATE_KEY, TOKEN = "paydunya-master-key", "paydunya-private-key", "paydunya-token"
CLIENT_ID, CLIENT_SECRET, CALLBACK_SECRET = "orange-client", "orange-client-secret", "orange-callback-secret"
BEARER = "orange-bearer"
FORM = "application/x-www-form-urlencoded"


class Providers:
    """Listens on loopback. `says` by the payment's token; `asked` are the tokens in the order of the questions, and
    `problems` the questions that were not asked as they must be."""

    def __init__(self) -> None:
        self.says: dict[str, Said] = {}
        self.asked: list[str] = []
        self.problems: list[str] = []
        self.elsewhere = 0
        self._ended = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def settings(self) -> dict[str, str]:
        """What a shop is told that has an account with all three."""
        return {
            "PAYTECH_URL": f"{self.origin}/paytech/api",
            "PAYTECH_API_KEY": API_KEY,
            "PAYTECH_API_SECRET": API_SECRET,
            "PAYDUNYA_URL": f"{self.origin}/paydunya/api/v1",
            "PAYDUNYA_MASTER_KEY": MASTER_KEY,
            "PAYDUNYA_PRIVATE_KEY": PRIVATE_KEY,
            "PAYDUNYA_TOKEN": TOKEN,
            "ORANGE_MONEY_URL": f"{self.origin}/orange",
            "ORANGE_MONEY_CLIENT_ID": CLIENT_ID,
            "ORANGE_MONEY_CLIENT_SECRET": CLIENT_SECRET,
            "ORANGE_MONEY_CALLBACK_SECRET": CALLBACK_SECRET,
        }

    def close(self) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def wait(self, seconds: float = HELD) -> bool:
        """Until then, or the test's end; whether that came first."""
        return self._ended.wait(seconds)

    def answer(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Said:
        address = urlsplit(path)
        if (method, address.path) == ("POST", "/orange/oauth/v1/token"):
            wanted = {"grant_type": ["client_credentials"], "client_id": [CLIENT_ID], "client_secret": [CLIENT_SECRET]}
            self._check(parse_qs(body.decode()) == wanted, "the client's credentials")
            return {"token_type": "Bearer", "access_token": BEARER, "expires_in": 300}
        token, keys = _question(address.path, address.query)
        if token is None:
            self.elsewhere += 1
            return 404
        self._check(method == "GET" and all(headers.get(name) == key for name, key in keys.items()), "keys")
        self.asked.append(token)
        return self.says.get(token, 404)

    def _check(self, is_right: bool, what: str) -> None:
        if not is_right:
            self.problems.append(what)


def _question(path: str, query: str) -> tuple[str | None, dict[str, str]]:
    """The payment that is asked for, and the headers that must come along."""
    if path == "/paytech/api/payment/get-status":
        return parse_qs(query)["token_payment"][0], {"api_key": API_KEY, "api_secret": API_SECRET}
    start, _, rest = path.partition("/checkout-invoice/confirm/")
    if start == "/paydunya/api/v1" and rest:
        keys = {"master-key": MASTER_KEY, "private-key": PRIVATE_KEY, "token": TOKEN}
        return unquote(rest), {f"paydunya-{name}": key for name, key in keys.items()}
    start, _, rest = path.partition("/api/eWallet/v1/transactions/")
    if start == "/orange" and rest.endswith("/status"):
        return unquote(rest.removesuffix("/status")), {"authorization": f"Bearer {BEARER}"}
    return None, {}


def paytech(order: Mapping[str, Any], token: str, /, proof: str = "hmac", **fields: str) -> bytes:
    """PayTech's form. `proof`: "hmac", "hashes" of the keys, or a signature that is sent as it is."""
    said = {
        "type_event": "sale_complete",
        "ref_command": order["orderNumber"],
        "item_name": "Commande T-shirt & mug",
        "command_name": "Paiement de la commande, n° 1",
        "item_price": str(order["totalAmount"]),
        "currency": "XOF",
        "env": "prod",
        "payment_method": "Orange Money",
        "client_phone": "+221770000001",
        "token": token,
        "custom_field": '{"orderId": 1}',
    } | fields
    if proof != "hashes":
        signed = f"{said['item_price']}|{said['ref_command']}|{API_KEY}"
        right = hmac.new(API_SECRET.encode(), signed.encode(), hashlib.sha256).hexdigest()
        said["hmac_compute"] = right if proof == "hmac" else proof
    for name, key in (("api_key_sha256", API_KEY), ("api_secret_sha256", API_SECRET)):
        said[name] = hashlib.sha256(key.encode()).hexdigest()
    return urlencode(said).encode()


def paydunya(order: Mapping[str, Any], token: str, /, status: str = "completed", **fields: str) -> bytes:
    """PayDunya's form: `fields` by the names within data, "invoice][total_amount"."""
    said = {
        "response_code": "00",
        "response_text": "Transaction Found",
        "hash": hashlib.sha512(MASTER_KEY.encode()).hexdigest(),
        "invoice][token": token,
        "invoice][total_amount": str(order["totalAmount"]),
        "invoice][description": "Commande",
        "custom_data][orderId": str(order["id"]),
        "custom_data][orderNumber": order["orderNumber"],
        "mode": "live",
        "status": status,
        "customer][name": "Awa Diop",
        "customer][phone": "770000001",
        "receipt_url": f"https://app.paydunya.com/checkout/receipt/pdf/{token}.pdf",
    } | fields
    return urlencode({f"data[{name}]": value for name, value in said.items()}).encode()


def invoice(order: Mapping[str, Any], status: str = "completed", **changes: Any) -> dict[str, Any]:
    """What PayDunya answers of an invoice."""
    return {
        "response_code": "00",
        "response_text": "Transaction Found",
        "invoice": {"total_amount": changes.get("amount", order["totalAmount"]), "description": "Commande"},
        "custom_data": {"orderId": order["id"], "orderNumber": changes.get("number", order["orderNumber"])},
        "mode": "live",
        "status": status,
    }


def orange(order: Mapping[str, Any], transaction: str, /, status: str = "SUCCESS", **changes: Any) -> bytes:
    """Orange's JSON, with spaces as no serializer of ours would write it."""
    said = {
        "amount": {"value": order["totalAmount"], "unit": "XOF"},
        "partner": {"idType": "CODE", "id": "123456"},
        "customer": {"idType": "MSISDN", "id": 770000001},
        "reference": "7f3c",
        "type": "MERCHANT_PAYMENT",
        "channel": "API",
        "transactionId": transaction,
        "paymentMethod": "QRCODE",
        "status": status,
        "metadata": {"orderId": str(order["id"]), "orderNumber": order["orderNumber"], "customerName": "Awa Diop"},
    } | changes
    return json.dumps(said, indent=3).encode()


def signature(body: bytes, age: float = 0, secret: str = CALLBACK_SECRET) -> str:
    """`X-Sonatel-Signature`, behind that of a secret that is going out of use."""
    moment = str(int(time.time() - age))
    right = hmac.new(secret.encode(), moment.encode() + b"," + body, hashlib.sha256).hexdigest()
    return f"t={moment},v1={'0' * 64},v1={right}"


def tell_paytech(client: Client, body: bytes) -> Answer:
    return client.raw("POST", "/paytech/ipn-callback", body, Content_Type=FORM)


def tell_paydunya(client: Client, body: bytes, path: str = "/paydunya/webhook") -> Answer:
    return client.raw("POST", path, body, Content_Type=FORM)


def tell_orange(client: Client, body: bytes, signed: str | None = None) -> Answer:
    headers = {
        "Content-Type": "application/json",
        "Authorization": "Basic b3JhbmdlLWFwaS1rZXk=",
        "X-Sonatel-Idempotency-Key": "9b1d",
        "X-Sonatel-Signature": signature(body) if signed is None else signed,
    }
    return client.raw("POST", "/orange-money/callback", body, **headers)


def _handler(providers: Providers) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle(self) -> None:
            with contextlib.suppress(ConnectionError):
                super().handle()

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            said = providers.answer(self.command, self.path, headers, body)
            if said in (NEVER, DRIP, GARBAGE):
                self.close_connection = True
                _odd(self, providers, str(said))
                return
            moved = said == ELSEWHERE
            content = b"{" + b" " * 70_000 + b"}" if said == LONG else json.dumps(said).encode()
            self.send_response(302 if moved else said if isinstance(said, int) else 200)
            if moved:
                self.send_header("Location", f"{providers.origin}/elsewhere")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            with contextlib.suppress(OSError):
                self.wfile.write(content)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    return Handler


def _odd(handler: BaseHTTPRequestHandler, providers: Providers, how: str) -> None:
    if how == NEVER:
        providers.wait()
    elif how == GARBAGE:
        handler.wfile.write(b"\x00\xffthis is no HTTP\r\n\r\n" * 100)
    else:
        for byte in b"HTTP/1.1 200 OK" + b"x" * 1000:
            if providers.wait(0.2):
                return
            try:
                handler.wfile.write(bytes([byte]))
            except OSError:
                return
