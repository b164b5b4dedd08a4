"""It starts on every Python of this machine that the README promises, with what running needs and nothing of the tests.

3.13 alone was tried once: 3.11 and 3.12 could not even import it.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import pytest

from tests.support.client import cart
from tests.support.install import install
from tests.support.server import ROOT, Cold, Server, flask

pytestmark = pytest.mark.matrix

PROMISED = ("3.11", "3.12", "3.13")
# A version manager's `python3` is another one in another folder: the program itself says where it is.
ASK = "import sqlite3, ssl, sys, venv; print(*sys.version_info[:3], sys.executable)"
KEPT = ROOT / ".pythons"

Say = Callable[[str, object], None]


@lru_cache
def pythons() -> dict[str, dict[str, Path]]:
    """One interpreter of each version there is: by 3.11, 3.12…, then by 3.11.2, 3.11.7…"""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    folders = [Path(sys.executable).parent, *map(Path, os.environ["PATH"].split(os.pathsep)), Path("/usr/bin")]
    found: dict[str, dict[str, Path]] = defaultdict(dict)
    for folder in [*folders, *sorted(pyenv.glob("versions/3.*/bin"))]:
        for file in [folder / "python3", *sorted(folder.glob("python3.[0-9][0-9]"))]:
            for minor, micro, program in asked(file):
                if int(minor) >= 11:
                    found[f"3.{minor}"].setdefault(f"3.{minor}.{micro}", Path(program))
    return found


def asked(file: Path) -> list[list[str]]:
    """Minor version, micro version and program; nothing for what is no working Python."""
    try:
        answer = subprocess.run([file, "-c", ASK], capture_output=True, text=True)
    except OSError:
        return []
    return [line.split(" ", 3)[1:] for line in answer.stdout.splitlines() if answer.returncode == 0]


def installed(version: str, file: Path) -> Path:
    """The folder of a virtual environment's programs; it is kept until the requirements change."""
    needed = (ROOT / "requirements.txt").read_bytes()
    folder = KEPT / f"{version}-{hashlib.sha256(needed).hexdigest()[:12]}"
    if not (folder / "complete").exists():
        for old in KEPT.glob(f"{version}-*"):
            shutil.rmtree(old)
        # Without pip: Debian's Python brings none.
        subprocess.run([file, "-m", "venv", "--without-pip", folder], check=True)
        install(folder / "bin" / "python")
        (folder / "complete").touch()
    return folder / "bin"


def boot(version: str, file: Path, folder: Path) -> None:
    """A shop is set up, takes an order and shows it."""
    programs, address = installed(version, file), f"sqlite:///{folder / version}.db"
    flask(address, "setup", "--catalogue", programs=programs)
    server = Server(address, folder, Cold(programs=programs)).start()
    try:
        placed = server.client().post("/orders/guest", cart())
        assert placed.status == 201, placed.text
        admin = server.admin()
        assert placed.data["orderNumber"] in admin.get("/dashboard", Cookie=admin.cookie).text
    finally:
        server.kill()
    assert "Traceback" not in server.log, server.log


@pytest.mark.parametrize("minor", PROMISED)
def test_it_starts_on_what_is_promised(minor: str, tmp_path: Path, record_property: Say) -> None:
    if minor not in pythons():
        pytest.skip(f"this machine has no Python {minor}")
    for version, file in pythons()[minor].items():
        boot(version, file, tmp_path)
        record_property("told", f"It starts on Python {version} ({file}).")


def test_newer_ones_are_tried(tmp_path: Path, record_property: Say) -> None:
    """What nobody has promised yet is told, and fails nothing."""
    newer = {version: file for minor in pythons().keys() - {*PROMISED} for version, file in pythons()[minor].items()}
    for version, file in newer.items():
        try:
            boot(version, file, tmp_path)
        except (AssertionError, OSError) as error:
            record_property("told", f"It does not start yet on Python {version} ({file}): {error}")
        else:
            record_property("told", f"It starts on Python {version} ({file}), which is newer than what is promised.")
