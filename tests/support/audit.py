"""Asks the open list of known holes (OSV) about every pin of a lock: `make audit`, and a test."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

SERVICE = os.environ.get("OSV_URL", "https://api.osv.dev/v1/query")


class Unreachable(Exception):
    """The list cannot be had here: nothing was learned."""


@dataclass
class Audit:
    """How many pins were asked about, and which have a hole: "jinja2 2.4: CVE-…"."""

    asked: int = 0
    holes: list[str] = field(default_factory=list)


def audit(lock: Path, service: str = SERVICE) -> Audit:
    """Look each pin of a requirements file up. Raises Unreachable."""
    command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--disable-pip", "--no-deps", "-f", "json"]
    asking = ["-s", "osv", "--osv-url", service, "--progress-spinner", "off", "--timeout", "10"]
    done = subprocess.run([*command, *asking], capture_output=True, text=True)
    if not done.stdout:
        raise Unreachable(done.stderr.strip().splitlines()[-1])
    found = json.loads(done.stdout)["dependencies"]
    passed_over = [pin["name"] for pin in found if "skip_reason" in pin]
    if passed_over:
        raise Unreachable(f"not looked up: {', '.join(passed_over)}")
    holes = [f"{pin['name']} {pin['version']}: {hole['id']}" for pin in found for hole in pin["vulns"]]
    return Audit(len(found), holes)


def main(locks: list[str], service: str = SERVICE) -> int:
    skipped = bad = 0
    for lock in locks:
        try:
            result = audit(Path(lock), service)
        except Unreachable as why:
            skipped += 1
            print(f"{lock}: SKIPPED, {why}")
            continue
        bad += len(result.holes)
        print(f"{lock}: {result.asked} pins, {len(result.holes)} with a known hole", *result.holes, sep="\n  ")
    print(f"{len(locks) - skipped} audited, {skipped} skipped")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
