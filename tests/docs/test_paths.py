"""What the papers for developers say about files is true."""

import re

import pytest

from tests.support.server import ROOT

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
