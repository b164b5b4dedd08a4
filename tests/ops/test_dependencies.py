"""What is installed is what was locked: every pin, every hash; and whoever knows of a hole in one is heard."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.audit import Unreachable, audit, main
from tests.support.server import ROOT

LOCKS = ("requirements", "requirements-dev", "requirements-node")
PIN = re.compile(r"^([A-Za-z0-9_.-]+)(\[[a-z,]+\])?==([^ ;]+)")
BAD = ("jinja2", "2.4.1")


class KnownHoles(BaseHTTPRequestHandler):
    """Stands for the open list of holes: it knows one, and checks how it is asked."""

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        assert asked["package"]["ecosystem"] == "PyPI"
        is_bad = (asked["package"]["name"].lower(), asked["version"]) == BAD
        hole = {"id": "PYSEC-0000-1", "summary": "a hole", "modified": "2020-01-01T00:00:00Z"}
        package = {"name": BAD[0], "ecosystem": "PyPI"}
        affected = [{"package": package, "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]}]
        answer = json.dumps({"vulns": [hole | {"affected": affected}]} if is_bad else {}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """A test's output is no place for it."""


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), KnownHoles)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1/query"
    server.shutdown()
    server.server_close()


def pins(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text().splitlines()
    return {found[1].lower().replace("_", "-"): found[3] for line in lines if (found := PIN.match(line))}


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_holds_what_was_asked_for_with_hashes_and_no_address(name: str) -> None:
    lock = (ROOT / f"{name}.txt").read_text()
    locked, wanted = pins(f"{name}.txt"), pins(f"{name}.in")
    assert wanted
    assert {package: locked.get(package) for package in wanted} == wanted, "run `make lock`"
    for entry in re.split(r"\n(?=[A-Za-z0-9])", lock):
        assert not PIN.match(entry) or "--hash=sha256:" in entry, entry
    assert "://" not in lock


def test_the_tools_lock_has_the_very_versions_of_the_product() -> None:
    tools = pins("requirements-dev.txt")
    assert {package: tools.get(package) for package in pins("requirements.txt")} == pins("requirements.txt")


def test_a_known_hole_is_found(service: str, tmp_path: Path) -> None:
    lock = tmp_path / "bad.txt"
    lock.write_text(f"{BAD[0]}=={BAD[1]}\nmarkupsafe==3.0.0\n")
    found = audit(lock, service)
    assert (found.asked, found.holes) == (2, [f"{BAD[0]} {BAD[1]}: PYSEC-0000-1"])


def test_a_list_that_cannot_be_reached_is_said_and_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lock = tmp_path / "good.txt"
    lock.write_text("markupsafe==3.0.0\n")
    with pytest.raises(Unreachable):
        audit(lock, "http://127.0.0.1:9/v1/query")
    assert main([str(lock)], "http://127.0.0.1:9/v1/query") == 0
    said = capsys.readouterr().out
    assert "SKIPPED" in said
    assert "0 audited, 1 skipped" in said


@pytest.mark.parametrize("name", ["requirements-dev", "requirements-node"])
def test_nothing_that_is_pinned_has_a_known_hole(name: str) -> None:
    try:
        found = audit(ROOT / f"{name}.txt")
    except Unreachable as why:
        pytest.skip(f"the list of known holes cannot be reached: {why}")
    assert found.holes == []
