"""What several processes measured, added up: each writes its own down every few seconds, and reads the others'.

Ordinary files, written whole: the usual memory-mapped ones kill a process with SIGBUS when their disk is full.
"""

import json
import logging
import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import gevent
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.registry import Collector

from printalma.lib.metrics import MEASURED, Changes
from printalma.lib.rare import RARE

log = logging.getLogger(__name__)
FOLDER = "PRINTALMA_METRICS"  # gunicorn.conf.py makes it where there are several workers
SUFFIX = ".measures"
EVERY_SECONDS = 5.0

# A name, what it says, its kind, and its samples: a name, labels and a value each.
Family = tuple[str, str, str, Sequence[Any]]


def start() -> None:
    """Write this process's measures down from now on, where there are others to read them."""
    if FOLDER in os.environ:
        gevent.spawn(_write_for_ever, Path(os.environ[FOLDER]))


def text() -> bytes:
    """The sums over all processes, those that have ended included, in Prometheus' text format."""
    others = _others(Path(os.environ[FOLDER])) if FOLDER in os.environ else []
    if not others:
        return generate_latest(MEASURED)
    registry = CollectorRegistry()
    registry.register(_Sum([*_present(), *others]))
    return generate_latest(registry)


def _present() -> list[Family]:
    """What this process has measured: as text of Prometheus' it takes three times the work."""
    return [
        (found.name, found.documentation, found.type, [sample[:3] for sample in found.samples])
        for found in MEASURED.collect()
    ]


class _Sum(Collector):
    def __init__(self, families: Iterable[Family]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        found: dict[str, Metric] = {}
        sums: dict[tuple[str, str, tuple[tuple[str, str], ...]], float] = {}
        for name, documentation, kind, samples in self._families:
            found.setdefault(name, Metric(name, documentation, kind))
            for sample_name, labels, value in samples:
                key = (name, sample_name, tuple(labels.items()))
                sums[key] = sums.get(key, 0.0) + value
        for (name, sample_name, labels), value in sums.items():
            found[name].add_sample(sample_name, dict(labels), value)
        yield from found.values()


def _others(folder: Path) -> list[Family]:
    found: list[Family] = []
    for file in folder.glob(f"*{SUFFIX}"):
        if file.stem != str(os.getpid()):
            try:
                found += json.loads(file.read_bytes())
            except OSError as error:
                log.warning("another process's measures are left out: %s", error.strerror, extra=RARE)
    return found


def _write_for_ever(folder: Path) -> None:
    fresh, file = folder / f"{os.getpid()}.new", folder / f"{os.getpid()}{SUFFIX}"
    written = -1
    while True:
        try:
            present = Changes.n
            if present != written:  # to write them down, and then to look at them, was most of what an idle process did
                fresh.write_text(json.dumps(_present()), encoding="utf-8")
                fresh.replace(file)
                written = present
        except OSError as error:  # a full disk: the sums are a little old then
            log.warning("measures are not written: %s", error.strerror, extra=RARE)
        gevent.sleep(EVERY_SECONDS)
