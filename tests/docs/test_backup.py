"""The commands of docs/backup.md, run as they stand, in their order, beside a shop that serves."""

import os
import re
import subprocess
from pathlib import Path

import pytest

from tests.conftest import StartServer
from tests.support import database as db
from tests.support.matrix import ON_POSTGRES
from tests.support.page import Page
from tests.support.server import ROOT, eventually

SNIPPETS = re.findall(r"^```sh\n(.*?)^```$", (ROOT / "docs" / "backup.md").read_text(), re.MULTILINE | re.DOTALL)


@pytest.mark.matrix
@ON_POSTGRES
def test_what_the_owner_types_works(
    database: str, database_kind: str, start_server: StartServer, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    server = start_server(database)
    placed = [server.client().place()["id"] for _ in range(3)]
    boss = server.admin()
    there = tmp_path / "printalma"
    there.mkdir()
    for name in ("wsgi.py", "printalma", ".venv", "migrations"):
        (there / name).symlink_to(ROOT / name)
    programs = request.getfixturevalue("postgres").programs if database_kind == "postgres" else Path("/nowhere")
    env = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "DATABASE_URL": database,
        "PYTHONPATH": "",
    }
    trial = tmp_path / "trial.db"
    said = []
    for snippet in sorted(SNIPPETS, key=lambda text: "restored" in text):
        refuses = re.search(r"restore shop.db$", snippet.strip()) and "trial" not in snippet
        if "pg_dump" in snippet and database_kind != "postgres":
            continue
        typed = snippet.replace("/tmp/trial.db", str(trial))
        done = subprocess.run(["bash", "-ec", typed], cwd=there, env=env, capture_output=True, text=True, timeout=120)
        assert done.returncode == (1 if refuses else 0), snippet + done.stdout + done.stderr
        said.append(done.stdout)
    assert len(said) == (7 if database_kind == "postgres" else 6)
    assert db.select(f"sqlite:///{trial}", "SELECT count(*) FROM orders") == [(3,)]
    assert boss.get("/auth/check").status == 401
    page = Page(server.admin()).open()
    fresh = server.client().place()["id"]
    eventually(lambda: page.rows == [fresh, *reversed(placed)])
    page.close()
    assert "Traceback" not in server.log
