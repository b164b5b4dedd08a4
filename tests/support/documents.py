"""The fenced blocks of docs/, as tests run them."""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.support.server import ROOT

FENCE = re.compile(r"^( *)```(\w*)(?: ([^\n]+))?\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """`language` and `mark` are what stands behind the fence."""

    language: str
    mark: str | None
    text: str

    @property
    def expected(self) -> str | None:
        """What its comment says that it prints; … stands for anything."""
        said = re.search(r"^# → (.+)$", self.text, re.MULTILINE)
        return said[1] if said else None


def pages() -> list[Path]:
    return sorted((ROOT / "docs").glob("*.md"))


def blocks(page: Path) -> Iterator[Block]:
    text = page.read_text()
    found = FENCE.findall(text)
    assert len(found) * 2 == text.count("```"), f"{page.name}: a fence is not closed"
    return (Block(language, mark or None, textwrap.dedent(body)) for _, language, mark, body in found)


def is_said(expected: str, printed: str) -> bool:
    """Whether it is that, whatever space stands between its words."""
    pattern = ".*".join(re.escape(part) for part in _bare(expected).split("…"))
    return re.fullmatch(pattern, _bare(printed)) is not None


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)
