"""The rules that can be read from files (docs/architecture.md, "Who may import whom", "Rules of the style")."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from printalma.accounts import live as accounts_live
from printalma.atelier import live as atelier_live
from printalma.catalog import live as catalog_live
from printalma.dashboard import live as dashboard_live
from printalma.delivery import live as delivery_live
from printalma.events import renderings
from printalma.lib.i18n import FOLDER, LANGUAGE
from printalma.notifications import live as notifications_live
from printalma.papers import live as papers_live
from printalma.refused import live as refused_live
from printalma.saved_views import live as saved_views_live
from printalma.shop import live as shop_live
from tests.support.server import ROOT

PACKAGE = ROOT / "printalma"

# Lowest first; who stands on a line may import what stands on the lines above, and nothing beside.
LAYERS = (
    ("lib",),
    ("boot",),
    ("config",),
    ("files",),
    ("db",),
    ("daily",),
    ("events",),
    ("web",),
    ("accounts",),
    ("team", "catalog", "delivery", "artwork"),
    ("shop",),
    ("live", "push", "mail", "pictures"),
    ("letterhead", "product_pictures"),
    ("orders",),
    ("print_checks",),
    ("placing", "refused", "payments"),
    ("mending",),
    ("clearing", "orders_api", "notifications"),
    ("dashboard",),
    (
        "holding",
        "entry",
        "export",
        "print_files",
        "papers",
        "atelier",
        "pwa",
        "saved_views",
        "bulk",
        "statistics",
        "ops",
        "openapi",
        "tidying",
        "backup",
    ),
    ("cli",),
    ("",),  # printalma/__init__.py
    ("demo",),
)
RANKS = {name: rank for rank, layer in enumerate(LAYERS) for name in layer}

MAX_FILE, MAX_FUNCTION, MAX_LINE = 250, 25, 120
LONG: dict[str, str] = {
    "__init__.py create_app": "the table of contents",
    "config.py load": "one line for each setting",
}

# French in Python: what is data, not a sentence.
DATA = {
    "demo/people.py": "people and places of made-up orders",
    "demo/artwork.py": "what people have printed on them",
    "lib/letters.py": "letters that are two without their accents",
    "cli/setup.py": "the address in the curl line",
}


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    return file.relative_to(PACKAGE).as_posix()


def module_of(file: Path) -> str:
    parts = ("printalma", *file.relative_to(PACKAGE).with_suffix("").parts)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@cache
def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


@cache
def walk(tree: ast.AST) -> tuple[ast.AST, ...]:
    """All nodes of a tree: walking anew for each rule was most of these tests' time."""
    return tuple(ast.walk(tree))


@cache
def modules() -> dict[str, Path]:
    return {module_of(file): file for file in sources()}


def imports(tree: ast.AST) -> Iterator[str]:
    """The modules of ours that a file imports, anywhere in it."""
    for node in walk(tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, "imports are written in full"
            inner = [f"{node.module}.{alias.name}" for alias in node.names]
            names = [name if name in modules() else str(node.module) for name in inner]
        else:
            continue
        yield from (name for name in names if name.split(".")[0] == "printalma")


def layer_of(module: str) -> str:
    return [*module.split("."), ""][1]


def of_each(files: Iterable[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """One test of all files, which names each that breaks the rule: a test for each cost `make test` half a minute."""

    def make(rule: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            broken = []
            for file in files:
                try:
                    rule(file)
                except AssertionError as error:
                    broken.append(f"{file.relative_to(ROOT)}: {error}")
            assert not broken, "\n".join(broken)

        return test

    return make


def test_every_package_has_its_place() -> None:
    assert {layer_of(module) for module in modules()} <= set(RANKS)


@of_each(sources())
def test_imports_go_down(file: Path) -> None:
    mine = layer_of(module_of(file))
    wrong = {
        module
        for module in imports(tree_of(file))
        if layer_of(module) != mine and RANKS[layer_of(module)] >= RANKS[mine]
    }
    assert not wrong, f"{name_of(file)} reaches up or sideways: {wrong}"


def test_no_files_import_each_other_in_a_circle() -> None:
    """Also not within a package, nor from inside a function: a file of a circle is never read alone."""
    asked = {module_of(file): {*imports(tree_of(file))} - {module_of(file)} for file in sources()}
    try:
        TopologicalSorter(asked).prepare()
    except CycleError as error:
        pytest.fail(" imports ".join(error.args[1][::-1]))


# Of what happens, the ways of telling know what is about themselves: whose sockets close, which device falls silent.
OWN_EVENTS = {"live": {"AccessEnded", "LogRenewed"}, "push": {"SignInEnding"}, "mail": {"PasswordForgotten"}}


@pytest.mark.parametrize("package", OWN_EVENTS)
def test_a_way_of_telling_knows_no_feature(package: str) -> None:
    """What an event becomes, each feature's live.py says; who keeps something in memory subscribes."""
    files = [file for file in sources() if layer_of(module_of(file)) == package]
    assert files
    found = {layer_of(module) for file in files for module in imports(tree_of(file))}
    assert found <= {package, "lib", "config", "db", "daily", "web", "events", "accounts"}
    events = {
        alias.name
        for file in files
        for node in walk(tree_of(file))
        if isinstance(node, ast.ImportFrom) and node.module == "printalma.events.types"
        for alias in node.names
    }
    assert events == OWN_EVENTS[package]


def test_migrations_import_nothing_of_the_app() -> None:
    """What one of them does must not change with the app."""
    files = (ROOT / "migrations" / "versions").glob("*.py")
    assert {file.name: found for file in files if (found := list(imports(tree_of(file))))} == {}


SQL = re.compile(r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|LOCK|FROM|JOIN)\b")
TABLE = re.compile(r"""\b(?:FROM|JOIN|INTO|UPDATE|TABLE|ON)\s+(?:ONLY\s+)?["']?(\w+)|\b(\w+)\.\w""")


@cache
def owners() -> dict[str, str]:
    """The layer that each table is of."""
    return {
        node.value.value: layer_of(module_of(file))
        for file in sources()
        for node in walk(tree_of(file))
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        if isinstance(node.targets[0], ast.Name) and node.targets[0].id == "__tablename__"
    }


def tables_in_text(tree: ast.AST) -> set[str]:
    """The tables that a file's SQL text names, and its foreign keys."""
    found = set()
    for node in walk(tree):
        if isinstance(node, ast.Call) and called(node) == "ForeignKey" and isinstance(node.args[0], ast.Constant):
            found.add(str(node.args[0].value).split(".")[0])
        parts = node.values if isinstance(node, ast.JoinedStr) else [node]
        text = "?".join(str(part.value) for part in parts if isinstance(part, ast.Constant))
        if SQL.search(text):
            found |= {name for names in TABLE.findall(text) for name in names}
    return found & set(owners())


def above(file: Path, tables: set[str]) -> set[str]:
    """Those of `tables` that belong to who stands above a file, or beside it."""
    mine = layer_of(module_of(file))
    return {name for name in tables if owners()[name] != mine and RANKS[owners()[name]] >= RANKS[mine]}


@of_each(sources())
def test_a_table_named_in_sql_is_an_import(file: Path) -> None:
    """Counters below orders once told in SQL what statuses mean: a new one would have been forgotten."""
    assert not above(file, tables_in_text(tree_of(file)))


def test_sql_text_is_read_for_its_tables() -> None:
    told = ast.parse("""
text("SELECT COUNT(*) FROM orders o JOIN order_items i ON i.order_id = o.id")
text(f"UPDATE {x} SET a = (SELECT max(daily_orders.day) FROM daily_orders)")
ForeignKey("users.id")
"the orders from then on, to be read"
""")
    assert tables_in_text(told) == {"orders", "order_items", "daily_orders", "users"}
    assert above(PACKAGE / "events" / "log.py", {"orders", "events", "users"}) == {"orders", "users"}
    assert above(PACKAGE / "orders" / "counters.py", {"orders", "events", "users", "read_marks"}) == {"read_marks"}


def reached(module: str, seen: set[str]) -> set[str]:
    """What is loaded with `module`. What a package's init_app imports is not loaded with the package."""
    if module in seen:
        return seen
    seen.add(module)
    tree = tree_of(modules()[module])
    is_package = modules()[module].name == "__init__.py"
    parts: list[ast.AST] = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
    for part in parts if is_package else [tree]:
        for found in imports(part):
            reached(found, seen)
    return seen


# Not push's own, which nobody who changes an order reaches.
SERVICES = [name for name in modules() if name.endswith((".service", ".attempts")) and layer_of(name) != "push"]


@pytest.mark.parametrize("module", SERVICES)
def test_a_service_reaches_no_screen_and_no_phone(module: str) -> None:
    told = {name for name in reached(module, set()) if re.search(r"\.(live|push)(\.|$)", name)}
    assert not told
    assert "flask_login" not in outside(modules()[module])


def outside(file: Path) -> set[str]:
    """The libraries a file imports."""
    found = set()
    for node in walk(tree_of(file)):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).split(".")[0])
    return found


@of_each([f for f in sources() if f.name in ("models.py", "commands.py", "hub.py")])
def test_models_commands_and_the_hub_know_nothing_of_http(file: Path) -> None:
    assert not {name for name in outside(file) if name.startswith(("flask", "werkzeug"))}


def test_the_hub_knows_no_database() -> None:
    assert not outside(PACKAGE / "live" / "hub.py") & {"sqlalchemy", "psycopg", "sqlite3"}
    assert "printalma.db" not in set(imports(tree_of(PACKAGE / "live" / "hub.py")))


@of_each([f for f in sources() if f.name == "serializers.py"])
def test_what_presents_is_given_everything(file: Path) -> None:
    found = {alias.name for node in walk(tree_of(file)) if isinstance(node, ast.ImportFrom) for alias in node.names}
    assert not found & {"request", "session", "current_user", "current_actor", "g", "settings"}


def test_only_one_package_commits() -> None:
    commits = re.compile(r"(?<!answer)\.(commit|begin|begin_nested)\(|db\.session")  # http.client's answers begin, too
    assert {name_of(file).split("/")[0] for file in sources() if commits.search(file.read_text())} == {"db"}


def test_upserts_are_written_one_way() -> None:
    other = re.compile(r"ON CONFLICT|sqlalchemy\.dialects\S* import .*\b[Ii]nsert\b|\b(sqlite|postgresql)\.insert\b")
    assert {name_of(file) for file in sources() if other.search(file.read_text())} == {"db/__init__.py"}


def test_whether_htmx_asks_is_asked_one_way() -> None:
    """`is_fragment()`; that an answer varies with it is said where it does."""
    asks = re.compile(r"""["']HX-Request["'] in|get\(["']HX-Request""")
    found = {name_of(file) for file in sources() if asks.search(file.read_text(encoding="utf-8"))}
    assert found == {"web/pages.py"}


def test_one_file_writes_to_a_socket_and_one_answers_requests() -> None:
    writes = re.compile(r"os\.write\(|\.sendall\(|\.sendmsg\(|ws\.send\(")
    found = {name_of(file) for file in sources() if writes.search(file.read_text())}
    elsewhere = {
        "live/socketio/relay.py",
        "pictures/decoding.py",
        "pictures/client.py",
    }  # our processes, and other hosts
    assert found - elsewhere == {"live/connection.py", "web/peer.py"}


def test_files_and_functions_fit_in_the_head() -> None:
    """A longer one needs a reason in LONG; a reason nobody needs any more goes."""
    found = set()
    for file in sources():
        if len(lines_of(file)) > MAX_FILE:
            found.add(name_of(file))
        for node in walk(tree_of(file)):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= MAX_FUNCTION:
                found.add(f"{name_of(file)} {node.name}")
    assert found == set(LONG)


# Of these languages ruff knows nothing; djlint and prettier leave a line long that they do not know how to break.
BROWSERS = {
    "templates": (".html",),
    "static": (".js", ".css"),
    "examples": (".js", ".html"),
    "tests/node": (".js", ".mjs"),
}
FETCHED = {"vendor", "node_modules"}


@pytest.mark.parametrize("folder", BROWSERS)
def test_lines_for_browsers_are_as_short_as_those_of_python(folder: str) -> None:
    files = [file for file in (ROOT / folder).rglob("*") if file.suffix in BROWSERS[folder]]
    ours = [file for file in files if not FETCHED & set(file.parts)]
    assert ours
    long = [(file.name, n) for file in ours for n, line in enumerate(lines_of(file), 1) if len(line) > MAX_LINE]
    assert long == []


@of_each(sorted((ROOT / "templates").rglob("*.html")))
def test_what_shows_its_line_breaks_gets_none_from_the_formatter(file: Path) -> None:
    """A customer's message once began with an empty line: it stood on a line of its own in the template."""
    opening = r'<(?:address|pre|textarea|\w+ class="message")[^>]*>\s+(?!\s|\{[{%]-)'
    assert re.findall(opening, file.read_text(encoding="utf-8")) == []


def test_every_icon_is_drawn_by_icon_and_exists() -> None:
    texts = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / "templates").rglob("*.html")}
    drawn = set(re.findall(r'<symbol id="i-([\w-]+)"', texts.pop("_icons.html")))
    assert [name for name, text in texts.items() if "#i-" in text] == []
    asked = {name for text in texts.values() for name in re.findall(r"""\bicon\(["']([\w-]+)["'][,)]""", text)}
    assert asked
    assert asked - drawn == set()


def lines_of(file: Path) -> list[str]:
    return file.read_text(encoding="utf-8").splitlines()


def test_every_event_has_its_renderings_decided() -> None:
    features = (accounts_live, catalog_live, delivery_live, shop_live, dashboard_live, refused_live, notifications_live)
    for feature in (*features, atelier_live, papers_live, saved_views_live):
        feature.register()
    assert renderings.undecided() == set()


def test_every_form_that_is_decided_is_read() -> None:
    """One was set seven times, and read nowhere."""
    tree = tree_of(PACKAGE / "events" / "renderings.py")
    read = {node.attr for node in walk(tree) if isinstance(node, ast.Attribute)}
    assert {form.name for form in fields(renderings.Rendering)} - read == set()


# Texts


with open(FOLDER / LANGUAGE / "LC_MESSAGES" / "messages.po", encoding="utf-8") as _file:
    CATALOGUE = read_po(_file, abort_invalid=True)
KNOWN = {str(message.id[0] if message.pluralizable else message.id) for message in CATALOGUE if message.id}


def asked_in_python() -> Iterator[tuple[str, str]]:
    """What t() and count() are asked for: ("key", …), ("prefix", …) where the rest is a variable."""
    for file in sources():
        for node in walk(tree_of(file)):
            if isinstance(node, ast.Call) and called(node) in ("t", "count") and node.args:
                yield from literal(node.args[0])


def called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def literal(node: ast.expr) -> Iterator[tuple[str, str]]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield "key", node.value
    elif isinstance(node, ast.JoinedStr) and isinstance(node.values[0], ast.Constant):
        yield "prefix", str(node.values[0].value)
    elif isinstance(node, ast.IfExp):
        yield from literal(node.body)
        yield from literal(node.orelse)


def asked_in_templates() -> Iterator[tuple[str, str]]:
    call = re.compile(r"""\b(?:t|count)\(\s*["']([\w.]+)["']\s*(~?)""")
    for file in (ROOT / "templates").rglob("*.html"):
        for key, open_ended in call.findall(file.read_text(encoding="utf-8")):
            yield "prefix" if open_ended else "key", key


def test_every_sentence_is_filed_once_and_filled_in() -> None:
    text = (FOLDER / LANGUAGE / "LC_MESSAGES" / "messages.po").read_text(encoding="utf-8")
    filed = re.findall(r'^msgid "(.+)"$', text, re.MULTILINE)
    assert sorted(filed) == sorted(set(filed))
    assert [message.id for message in CATALOGUE if message.id and not message.string] == []


def test_every_sentence_asked_for_is_there() -> None:
    asked = set(asked_in_python()) | set(asked_in_templates())
    assert len(asked) > 100
    assert {key for kind, key in asked if kind == "key"} - KNOWN == set()
    assert {key for kind, key in asked if kind == "prefix" and not any(k.startswith(key) for k in KNOWN)} == set()


def test_every_sentence_is_asked_for() -> None:
    asked = set(asked_in_python()) | set(asked_in_templates())
    prefixes = tuple(key for kind, key in asked if kind == "prefix")
    texts = [file.read_text(encoding="utf-8") for file in (*sources(), *(ROOT / "templates").rglob("*.html"))]
    named = {word for text in texts for word in re.findall(r"""["']([a-z_]+(?:\.\w+)+)["']""", text)}
    unused = {key for key in KNOWN if key not in named and ("key", key) not in asked and not key.startswith(prefixes)}
    assert unused == set()


@of_each([f for f in sources() if name_of(f) not in DATA])
def test_no_french_sentence_in_python(file: Path) -> None:
    tree = tree_of(file)
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef)
    firsts = [node.body[0] for node in walk(tree) if isinstance(node, documented) and has_doc(node)]
    docs = {id(first.value) for first in firsts if isinstance(first, ast.Expr)}
    french = [
        node.value
        for node in walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs
        if re.search(r"[àâçéèêëîïôùûœÀÉÈ]", node.value)
    ]
    assert french == []


def has_doc(node: ast.Module | ast.ClassDef | ast.FunctionDef) -> bool:
    return ast.get_docstring(node) is not None


# Addresses

ADDRESS = re.compile(r"""["'](?:/dashboard|/login|/logout|/invitation)\b""")
# Which pages are for people is told by the beginnings of their addresses.
ADDRESSES_SAID = {"web/routing.py"}


def addresses_in_python(file: Path) -> list[str]:
    """What looks like a page's address, but for where a route is declared and for what a comment says."""
    tree = tree_of(file)
    declared = {id(part) for node in walk(tree) for part in parts(node)}
    declared |= {
        id(word.value)
        for node in walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "url_prefix"
    }
    words = (node for node in walk(tree) if isinstance(node, ast.Constant) and id(node) not in declared)
    return [str(word.value) for word in words if ADDRESS.match(f'"{word.value!s}')]


def parts(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef):
        for decorator in node.decorator_list:
            yield from walk(decorator)
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and has_doc(node):
        yield from walk(node.body[0])


@of_each([f for f in sources() if name_of(f) not in ADDRESSES_SAID])
def test_an_address_is_built_from_its_view(file: Path) -> None:
    """An address that was written out led nowhere when its route had moved."""
    assert addresses_in_python(file) == []


def test_templates_write_no_address_out() -> None:
    files = (ROOT / "templates").rglob("*.html")
    assert {file.name: found for file in files if (found := ADDRESS.findall(file.read_text(encoding="utf-8")))} == {}


@of_each(sorted((ROOT / "static").glob("*.js")))
def test_scripts_are_given_addresses_by_their_page(file: Path) -> None:
    """A form's action, a link's, or data that the template built: a script that knew an address missed the move."""
    words = re.sub(r"^\s*//.*$", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert re.findall(r"""["'`(=^}]["']?/[a-z][\w.-]*[/"'`?$)\]]""", words) == []


@of_each(sorted((ROOT / "templates").rglob("*.html")))
def test_no_sentence_in_a_template(file: Path) -> None:
    text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", file.read_text(encoding="utf-8"), flags=re.DOTALL)
    text = re.sub(r"&\w+;|[\w-]+=(\"[^\"]*\")?", " ", re.sub(r"<(?:\"[^\"]*\"|'[^']*'|[^'\">])*>", " ", text))
    assert re.findall(r"[^\W\d_]{3,}", text) == []
