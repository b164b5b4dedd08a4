"""What running needs, installed into another environment."""

import subprocess
import sys
from pathlib import Path

from tests.support.server import BIN, ROOT


def install(python: Path) -> None:
    """Install requirements.txt beside `python`. uv takes a fifth of pip's time; where it does not reach what pip does,
    for pip's settings are not its own, pip installs."""
    needed = ["--quiet", "-r", str(ROOT / "requirements.txt")]
    if subprocess.run([BIN / "uv", "pip", "install", "--python", python, *needed], capture_output=True).returncode:
        pip: list[str | Path] = [sys.executable, "-m", "pip", "--python", python, "install", "--no-compile"]
        done = subprocess.run([*pip, *needed], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
