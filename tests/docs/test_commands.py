"""Every command of docs/ is run as it stands, or says that it is not.

A block ```sh is run here, in a shop of its own on one machine, after those above it on the page. A page that needs more
has a test of its own, tests/docs/test_<page>.py; a single block names the test that runs it (```sh tests/…), and one
that cannot be tried here is marked ```sh untried.
"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.docs.test_snippets import DOCUMENTS
from tests.support.documents import Block, blocks, is_said, pages
from tests.support.platforms import services
from tests.support.server import BIN, ROOT

UNTRIED = "untried"
PAGES = [page for page in pages() if page.name not in DOCUMENTS]  # those have a running server: test_snippets


def shell(page: Path) -> list[Block]:
    return [block for block in blocks(page) if block.language == "sh"]


def own_test(page: Path) -> Path:
    return ROOT / "tests" / "docs" / f"test_{page.stem}.py"


def commands(page: Path) -> list[Block]:
    """What is run here."""
    return [] if own_test(page).is_file() else [block for block in shell(page) if block.mark is None]


def tried(page: Path) -> Any:
    """On docs/growth.md a shop is filled with orders."""
    return pytest.param(page, marks=pytest.mark.matrix) if page.stem == "growth" else page


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A checkout whose `instance/` is its own, in which the shop has been set up."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for top in {name.partition("/")[0] for name in listed.split()} - {"instance"}:
        (tmp_path / top).symlink_to(ROOT / top)
    (tmp_path / "instance").mkdir()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "bin").symlink_to(BIN)
    run(tmp_path, ".venv/bin/flask --app wsgi setup")
    return tmp_path


def run(machine: Path, command: str) -> str:
    """What it printed on either side. It must succeed."""
    env = {"PATH": f"{machine}/.venv/bin:{os.environ['PATH']}", "HOME": str(machine), "LANG": "C.UTF-8"}
    env |= {"DATABASE_URL": f"sqlite:///{machine}/instance/printalma.db"}
    done = subprocess.run(["bash", "-euc", command], cwd=machine, env=env, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout + done.stderr


@pytest.mark.parametrize("page", [tried(page) for page in PAGES if commands(page)], ids=lambda page: page.stem)
def test_the_commands_of_a_page_do_what_they_say(page: Path, machine: Path) -> None:
    for command in commands(page):
        printed = run(machine, command.text)
        assert command.expected is None or is_said(command.expected, printed), printed
    if page.name == "keys.md":
        assert {file.name for file in (machine / "instance").iterdir()} >= {"jwt_secret", "secret_key", "printalma.db"}
    if page.name == "deploy.md":
        given = dict(line.split("=", 1) for line in (machine / ".env").read_text().splitlines())
        asked = re.findall(r"\$\{(\w+):\?", str(services(ROOT)))
        assert {*asked, "SECRET_KEY", "JWT_SECRET", "ADMIN_EMAIL", "ADMIN_PASSWORD"} <= given.keys()
        assert all(len(given[name]) >= 32 for name in ("SECRET_KEY", "JWT_SECRET"))


@pytest.mark.parametrize("page", [page for page in PAGES if shell(page)], ids=lambda page: page.stem)
def test_what_is_not_run_here_says_who_runs_it(page: Path) -> None:
    for mark in {block.mark for block in shell(page)} - {UNTRIED}:
        if mark is None:
            continue
        assert re.fullmatch(r"tests/[\w/]+\.py", mark), mark
        assert (ROOT / mark).is_file(), mark
    if own_test(page).is_file():
        assert page.name in own_test(page).read_text()
    if any(block.mark == UNTRIED for block in shell(page)):
        assert "not tried here" in re.sub(r"\s+", " ", page.read_text()), "the page says so to whoever reads it"
