"""A bad network between a socket and the server: it cuts, delays, halves and swallows."""

import re
import socket
import threading
import time
from contextlib import suppress
from urllib.parse import urlsplit

from tests.support.cleanup import at_end


class Proxy:
    """Passes bytes both ways. Its faults apply to what the server says.

    cut_after   drop the line after so many bytes of the next connection
    delay       seconds each piece is held back
    piece       bytes of which a piece has at most
    silent      swallow everything, and keep the line open
    host        what requests name as the server, in place of what the client does
    refuse_upgrades   hang up on every WebSocket handshake, as some company networks do
    """

    def __init__(self, url: str) -> None:
        self.lead_to(url)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.cut_after: int | None = None
        self.delay = 0.0
        self.piece = 65536
        self.silent = False
        self.host: str | None = None
        self.refuse_upgrades = False
        self._lines: list[socket.socket] = []
        self._forsaken: set[socket.socket] = set()
        threading.Thread(target=self._accept, daemon=True).start()
        at_end(self.close)

    def address(self, database_url: str) -> str:
        """That of the database behind it."""
        return re.sub(r"@[^/]+", f"@{self.url.removeprefix('http://')}", database_url)

    def forsake(self) -> None:
        """Let every open line die without a word, as when its host vanishes; new lines work."""
        lines, self._lines = self._lines, []
        self._forsaken.update(lines)

    def lead_to(self, url: str) -> None:
        """Have new lines go to another server; those that are open stay where they are."""
        parts = urlsplit(url)
        self._server = (parts.hostname or "", parts.port or 0)

    def cut_all(self) -> None:
        """Drop every open line, as a router that restarts."""
        lines, self._lines = self._lines, []
        self._hang_up(*lines)

    def close(self) -> None:
        self._hang_up(self._listener)  # closed alone it would take one more line: somebody waits for it
        self._listener.close()
        self._lines += self._forsaken
        self.cut_all()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(self._server, timeout=5)
            except OSError:
                client.close()
                continue
            server.settimeout(None)
            self._lines += [client, server]
            threading.Thread(target=self._serve, args=(client, server, self.cut_after), daemon=True).start()

    def _serve(self, client: socket.socket, server: socket.socket, cut_after: int | None) -> None:
        answering = threading.Thread(target=self._spoil, args=(server, client, cut_after), daemon=True)
        answering.start()
        self._pass(client, server)
        answering.join()
        client.close()
        server.close()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                if self.refuse_upgrades and b"upgrade: websocket" in data.lower():
                    break
                if self.host:
                    data = re.sub(rb"\r\nHost: [^\r]+", f"\r\nHost: {self.host}".encode(), data, count=1)
                if not self.silent and target not in self._forsaken:
                    target.sendall(data)
        self._hang_up(source, target)

    def _spoil(self, source: socket.socket, target: socket.socket, left: int | None) -> None:
        with suppress(OSError):
            while data := source.recv(self.piece):
                if self.silent or target in self._forsaken:
                    continue
                if self.delay:
                    time.sleep(self.delay)
                target.sendall(data if left is None else data[:left])
                left = None if left is None else left - len(data)
                if left is not None and left <= 0:
                    break
        self._hang_up(source, target)

    def _hang_up(self, *lines: socket.socket) -> None:
        for line in lines:
            with suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
