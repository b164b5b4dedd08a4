"""What the papers for developers say about files, headings and each other is true."""

import re

import pytest

from tests.support.documents import pages
from tests.support.server import ROOT

ENTRANCES = ("README.md", "CONTRIBUTING.md")
DOCUMENTS = [*ENTRANCES, *(f"docs/{page.name}" for page in pages())]
QUOTED = re.compile(r"""([\w/-]+\.md)[`)]*,\s+"([^"]+)\"""")
PATH = re.compile(r"`([\w/.-]+/[\w.-]*|[\w-]+\.(?:py|html|po|css|js|md))`")


@pytest.mark.parametrize("document", ["architecture.md", "recipes.md", "glossary.md"])
def test_each_file_that_is_named_is_there(document: str) -> None:
    """From the top, or inside the package; a bare name is a file that features may have."""
    named = set(PATH.findall((ROOT / "docs" / document).read_text()))
    assert len(named) > 5
    package = ROOT / "printalma"
    bare = {file.name for file in package.rglob("*.py")}
    absent = {name for name in named if not (ROOT / name).exists() and not (package / name).exists()}
    assert {name for name in absent if name not in bare} == set()


def test_each_page_is_found_from_an_entrance() -> None:
    """Two were named by nothing but a test: who did not list the folder never read them."""
    linked = set().union(*(re.findall(r"\]\((docs/[\w-]+\.md)[#)]", (ROOT / name).read_text()) for name in ENTRANCES))
    assert set(DOCUMENTS) - linked == set(ENTRANCES)


@pytest.mark.parametrize("document", DOCUMENTS)
def test_each_heading_that_is_quoted_is_there(document: str) -> None:
    for name, heading in QUOTED.findall((ROOT / document).read_text()):
        quoted = ROOT / name if (ROOT / name).is_file() else ROOT / "docs" / name
        assert heading in re.findall(r"^#+ (.+)$", quoted.read_text(), re.MULTILINE), name
