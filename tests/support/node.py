"""Node, and the front ends of tests/node that speak through the official socket.io-client."""

import itertools
import json
import shutil
import subprocess
import threading
import time
from pathlib import Path
from typing import Any

from tests.support.server import BIN, ENDS, ROOT, eventually

PACKAGES = ROOT / "tests" / "node"
LIBRARY = PACKAGES / "node_modules" / "socket.io-client" / "dist" / "socket.io.min.js"
WEBSOCKET, POLLING, UPGRADING = ["websocket"], ["polling"], ["polling", "websocket"]


def node() -> str:
    """The machine's Node; where there is none, the one that the Makefile installed."""
    found = shutil.which("node") or shutil.which("node", path=str(BIN))
    assert found, "no Node: `make lint` installs what the tests need"
    assert LIBRARY.exists(), "no socket.io-client: `make lint` installs what the tests need"
    return found


class FrontEnds:
    """One Node process in which front ends live."""

    def __init__(self) -> None:
        self._serial = itertools.count(1)
        self._opened: dict[int, FrontEnd] = {}
        self._node = subprocess.Popen(
            [node(), "front_ends.js"], cwd=PACKAGES, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        threading.Thread(target=self._listen, daemon=True).start()

    def open(
        self,
        url: str,
        token: str | None = None,
        transports: list[str] = WEBSOCKET,
        namespace: str = "/orders",
        **options: Any,
    ) -> "FrontEnd":
        """A front end that connects; a token goes where most front ends put it."""
        front_end = FrontEnd(self, next(self._serial))
        self._opened[front_end.id] = front_end
        settings = {"transports": transports} | ({"auth": {"token": token}} if token else {}) | options
        self.tell(do="open", id=front_end.id, url=url, namespace=namespace, options=settings)
        return front_end

    def connected(self, url: str, token: str | None = None, transports: list[str] = WEBSOCKET) -> "FrontEnd":
        """The same, and it is in."""
        front_end = self.open(url, token, transports)
        front_end.wait_for("connect")
        if transports == UPGRADING:
            eventually(lambda: front_end.all("upgrade"))
        return front_end

    def close_all(self) -> None:
        for front_end in list(self._opened.values()):
            self.close(front_end)

    def close(self, front_end: "FrontEnd") -> None:
        if self._opened.pop(front_end.id, None):
            self.tell(do="close", id=front_end.id)

    def tell(self, **command: Any) -> None:
        assert self._node.stdin is not None
        self._node.stdin.write(json.dumps(command) + "\n")
        self._node.stdin.flush()

    def end(self) -> None:
        assert self._node.stdin is not None
        assert self._node.stdout is not None
        self._node.stdin.close()
        assert self._node.wait(ENDS) == 0
        self._node.stdout.close()

    def _listen(self) -> None:
        assert self._node.stdout is not None
        for line in self._node.stdout:
            said = json.loads(line)
            front_end = self._opened.get(said["id"])
            if front_end:
                front_end.take(said["event"], said["args"])


class FrontEnd:
    """One front end's socket and all that happened to it."""

    def __init__(self, fleet: FrontEnds, number: int) -> None:
        self._fleet = fleet
        self.id = number
        self._happened: list[tuple[str, list[Any]]] = []
        self._read = 0
        self._news = threading.Condition()

    def emit(self, event: str, *args: Any) -> None:
        self._fleet.tell(do="emit", id=self.id, event=event, args=args)

    def ask(self, event: str, *args: Any) -> Any:
        """The server's acknowledgement of an event."""
        self._fleet.tell(do="ask", id=self.id, event=event, args=args)
        [answer] = self.wait_for("answered")
        return answer

    def close(self) -> None:
        self._fleet.close(self)

    def wait_for(self, event: str, within: float = 25.0) -> list[Any]:
        """The arguments of the next `event` behind the one waited for last."""
        deadline = time.monotonic() + within
        with self._news:
            while True:
                for at in range(self._read, len(self._happened)):
                    name, args = self._happened[at]
                    if name == event:
                        self._read = at + 1
                        return args
                left = deadline - time.monotonic()
                assert left > 0, f"no {event!r} within {within} s: {self._happened}"
                self._news.wait(left)

    def hear(self, event: str) -> Any:
        """The next thing the server says, which must be `event`; what it brings."""
        name, *brought = self.wait_for("heard")
        assert name == event, (name, brought)
        assert len(brought) == 1
        return brought[0]

    def ping(self) -> Any:
        """What a ping brings back. Whatever the server said before that has been heard by then."""
        self.emit("ping")
        return self.hear("pong")

    def all(self, event: str) -> list[list[Any]]:
        """The arguments of every `event` so far."""
        with self._news:
            return [args for name, args in self._happened if name == event]

    @property
    def heard(self) -> list[str]:
        """The names of all that the server said but pongs."""
        return [args[0] for args in self.all("heard") if args[0] != "pong"]

    def take(self, event: str, args: list[Any]) -> None:
        with self._news:
            self._happened.append((event, args))
            self._news.notify_all()


def run(script: str | Path, *arguments: str, module: bool = False) -> subprocess.CompletedProcess[str]:
    """Run a JavaScript file, or a text of it, where the packages of tests/node are found."""
    kind = ["--input-type=module"] if module else []
    command = [node(), *kind, str(script) if isinstance(script, Path) else "-", *arguments]
    text = None if isinstance(script, Path) else script
    env = {"PATH": str(Path(node()).parent), "NODE_PATH": str(PACKAGES / "node_modules")}
    return subprocess.run(command, input=text, cwd=PACKAGES, env=env, capture_output=True, text=True, timeout=60)
