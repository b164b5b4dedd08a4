"""A dashboard page without a browser: it applies fragments as htmx does, and comes back as htmx does."""

import json
import random
import re
import socket
import threading
from collections import Counter
from contextlib import suppress

import websocket

from tests.support.cleanup import at_end
from tests.support.client import Client

_PARTIAL = re.compile(r'<hx-partial hx-target="([^"]+)" hx-swap="(\w+)">(.*?)</hx-partial>', re.DOTALL)
_ROW = re.compile(r'<tr id="order-(\d+)"')
_POSITION = re.compile(r'id="position" value="(\d+)"')
RECONNECT = (0.05, 1.0)  # seconds, first and longest: htmx's own pace would only make the tests longer


class Page:
    """The rows of the orders list, as the page shows them now and as it ever showed them.

    `replays` False leaves out of its hello where it stopped: how a page without the log's ids would come back.
    """

    def __init__(self, client: Client, url: str | None = None, replays: bool = True) -> None:
        self._client = client
        self._origin = url or client.live_url
        self._replays = replays
        self._apply(client.get("/dashboard", Cookie=client.cookie).text, whole=True)
        self._socket: websocket.WebSocket | None = None
        self._stopped = threading.Event()
        self.connected = threading.Event()
        self.ever: set[int] = set(self.rows)
        self.twice: set[int] = set()
        self.closes: list[int] = []
        self._thread = threading.Thread(target=self._live, daemon=True)

    def open(self) -> "Page":
        self._thread.start()
        at_end(self.close)
        assert self.connected.wait(25)
        return self

    def close(self) -> None:
        self._stopped.set()
        line = self._socket.sock if self._socket is not None else None
        if line is not None:
            with suppress(OSError):  # the server may have hung up already
                line.shutdown(socket.SHUT_RDWR)
        self._thread.join(25)

    def _live(self) -> None:
        pause = RECONNECT[0]
        while not self._stopped.is_set():
            try:
                self._converse()
                pause = RECONNECT[0]
            except (OSError, websocket.WebSocketException):
                pause = min(pause * 2, RECONNECT[1])
            finally:
                if self._socket is not None:
                    self._socket.shutdown()
            self.connected.clear()
            self._stopped.wait(pause * random.uniform(0.7, 1.3))

    def _converse(self) -> None:
        address = self._origin.replace("http://", "ws://") + "/dashboard/live"
        self._socket = websocket.create_connection(address, timeout=5, cookie=self._client.cookie, origin=self._origin)
        self._socket.settimeout(40)
        hello = {"t": "hello", "view": "/dashboard"} | ({"since": self.position} if self._replays else {})
        self._socket.send(json.dumps(hello))
        while True:
            opcode, payload = self._socket.recv_data()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                self.closes.append(int.from_bytes(payload[:2], "big"))
                return
            self._apply(payload.decode())
            self.connected.set()

    def _apply(self, text: str, whole: bool = False) -> None:
        if whole:
            self.rows = [int(row) for row in _ROW.findall(text)]
            self.position = int(_POSITION.findall(text)[-1])
            return
        for target, swap, content in _PARTIAL.findall(text):
            rows = [int(row) for row in _ROW.findall(content)]
            if swap == "delete":
                gone = target.split(",")
                self.rows = [row for row in self.rows if f"#order-{row}" not in gone]
            elif target == "#orders[data-size]":
                self.rows = rows + self.rows
            elif target == "#list":
                self.rows = rows
            elif target == "#position":
                self.position = int(_POSITION.findall(content)[-1])
        self.ever |= set(self.rows)
        self.twice |= {row for row, n in Counter(self.rows).items() if n > 1}
