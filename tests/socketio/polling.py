"""Socket.IO over polling by hand, for what the official clients never send."""

import json
from typing import Any

from tests.support.client import Answer, Client

HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


class Session:
    """An Engine.IO session that polls. What `who` has for a token is only sent where a test says so."""

    def __init__(self, who: Client, **headers: str) -> None:
        self.who = who
        self._stranger = Client(who.url)
        answer = self._stranger.get(HANDSHAKE, **headers)
        assert answer.status == 200, answer.text
        self.sid = str(json.loads(answer.text[1:])["sid"])
        self.address = f"{HANDSHAKE}&sid={self.sid}"

    def send(self, packet: str, **headers: str) -> Answer:
        return self._stranger.raw("POST", self.address, packet.encode(), **headers)

    def receive(self) -> Answer:
        """What waits, or comes next."""
        return self._stranger.get(self.address)

    def connect(self, auth: Any = None, namespace: str = "/orders,", **headers: str) -> str:
        """Ask for a namespace; the answer."""
        assert self.send(f"40{namespace}{'' if auth is None else json.dumps(auth)}", **headers).text == "OK"
        return self.receive().text

    def connected(self) -> "Session":
        """The same, let in with the token."""
        assert self.connect({"token": self.who.token}).startswith("40/orders,{")
        return self
