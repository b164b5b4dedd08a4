"""What several processes measured, added up: each writes its own down every few seconds, and reads the others'.

Ordinary files, written whole: the usual memory-mapped ones kill a process with SIGBUS when their disk is full.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path

import gevent
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector

from printalma.lib.metrics import MEASURED, Changes
from printalma.lib.rare import RARE

log = logging.getLogger(__name__)
FOLDER = "PRINTALMA_METRICS"  # gunicorn.conf.py makes it where there are several workers
EVERY_SECONDS = 5.0


def start() -> None:
    """Write this process's measures down from now on, where there are others to read them."""
    if FOLDER in os.environ:
        gevent.spawn(_write_for_ever, Path(os.environ[FOLDER]))


def text() -> bytes:
    """The sums over all processes, those that have ended included, in Prometheus' text format."""
    mine = generate_latest(MEASURED)
    others = _others(Path(os.environ[FOLDER])) if FOLDER in os.environ else []
    if not others:
        return mine
    registry = CollectorRegistry()
    registry.register(_Sum([mine.decode(), *others]))
    return generate_latest(registry)


class _Sum(Collector):
    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = texts

    def collect(self) -> Iterator[Metric]:
        families: dict[str, Metric] = {}
        sums: dict[tuple[str, str, tuple[tuple[str, str], ...]], float] = {}
        for each in self._texts:
            for family in text_string_to_metric_families(each):
                families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    key = (family.name, sample.name, tuple(sample.labels.items()))
                    sums[key] = sums.get(key, 0.0) + sample.value
        for (name, sample_name, labels), value in sums.items():
            families[name].add_sample(sample_name, dict(labels), value)
        yield from families.values()


def _others(folder: Path) -> list[str]:
    found = []
    for file in folder.glob("*.txt"):
        if file.stem != str(os.getpid()):
            try:
                found.append(file.read_text(encoding="utf-8"))
            except OSError as error:
                log.warning("another process's measures are left out: %s", error.strerror, extra=RARE)
    return found


def _write_for_ever(folder: Path) -> None:
    fresh, file = folder / f"{os.getpid()}.new", folder / f"{os.getpid()}.txt"
    written = -1
    while True:
        try:
            present = Changes.n
            if present != written:  # its text, and then the look at it, was most of what an idle process did
                fresh.write_bytes(generate_latest(MEASURED))
                fresh.replace(file)
                written = present
        except OSError as error:  # a full disk: the sums are a little old then
            log.warning("measures are not written: %s", error.strerror, extra=RARE)
        gevent.sleep(EVERY_SECONDS)
