"""A front end's plain WebSocket on /orders/live."""

import json
from typing import Any

from tests.support.client import Client, connect


class Stream:
    def __init__(self, url: str, query: str = "", **options: Any) -> None:
        self.socket = connect(url + "/orders/live" + query, suppress_origin=True, **options)

    def say(self, event: str, **data: Any) -> None:
        self.socket.send(json.dumps({"event": event, "data": data}))

    def receive(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.socket.recv())
        return found

    def told(self) -> dict[str, Any]:
        """The next frame that is no beat: one comes every few seconds, whatever happens."""
        while (frame := self.receive())["event"] == "beat":
            pass
        return frame

    def until_beat(self) -> list[dict[str, Any]]:
        """The frames before the next beat, which ends every catching up."""
        found = []
        while (frame := self.receive())["event"] != "beat":
            found.append(frame)
        return found


def stream(client: Client, query: str = "", **options: Any) -> Stream:
    """One opened with the client's token in the header."""
    return Stream(client.live_url, query, header=[f"Authorization: Bearer {client.token}"], **options)
