"""Holds the tool to its shape: who may know whom, who may write, how large a thing may get.

Each rule is a function from sources to complaints. It is held against the tool itself, and against
a few lines that break it, because a rule that cannot complain is no rule.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parent.parent
TOOLS = ROOT / "tools"

RUNGS = {"base": 0, "read": 1, "code": 2, "graph": 3, "site": 4, "check": 4, "faces": 5}

MARKDOWN = {"markdown_it", "mdit_py_plugins"}
PUBLISHERS = {"mkdocs", "material", "markdown", "mkdocstrings"}
TERMINAL = {"click", "rich"}
DRAWING = {"pygments", "nh3", "latex2mathml", "fontTools", "ziamath"}
NEVER = {
    "base": MARKDOWN | PUBLISHERS | TERMINAL | DRAWING | {"yaml", "networkx"},
    "read": PUBLISHERS | TERMINAL | DRAWING | {"networkx"},
    "code": MARKDOWN | PUBLISHERS | TERMINAL | DRAWING | {"yaml", "networkx"},
    "graph": MARKDOWN | PUBLISHERS | TERMINAL | DRAWING | {"yaml"},
    "check": MARKDOWN | PUBLISHERS | TERMINAL | DRAWING | {"yaml"},
    "site": PUBLISHERS | TERMINAL | {"yaml"},
    "faces": DRAWING,
}

PUBLISHING = "lierne.faces.mkdocs."

OS_WRITES = {
    *("chmod", "fdopen", "ftruncate", "link", "makedirs", "mkdir", "open", "remove", "rename"),
    *("renames", "replace", "rmdir", "symlink", "truncate", "unlink", "utime", "write"),
}
PATH_WRITES = {
    *("chmod", "hardlink_to", "mkdir", "rename", "rmdir", "symlink_to", "touch", "unlink"),
    *("write_bytes", "write_text"),
}
WRITERS = {
    "shutil": {"disk_usage", "get_terminal_size", "which"},
    "sqlite3": set(),
    "tempfile": {"TemporaryDirectory", "gettempdir"},
}
"""Modules that are there to write, and the few things of theirs that leave nothing behind."""
THE_WRITERS = {"lierne.base.disk", "lierne.base.store", "lierne.base.swap"}


@dataclass(frozen=True)
class Module:
    """One module of the tool."""

    name: str
    source: str
    package: bool = False

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.source)

    @property
    def room(self) -> str:
        """The room it stands in; what stands at the door, such as `__main__`, is a face."""
        parts = self.name.split(".")
        return parts[1] if len(parts) > 1 and parts[1] in RUNGS else "faces"

    def imports(self, modules: Modules) -> Iterator[tuple[str, int]]:
        """All it imports, at the top, in a function, for its types, or by a name in a string."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                origin = self.origin(node)
                for alias in node.names:
                    inner = f"{origin}.{alias.name}"
                    yield (inner if inner in modules else origin), node.lineno
            elif (
                isinstance(node, ast.Constant) and "." in str(node.value) and node.value in modules
            ):
                yield str(node.value), node.lineno  # for `import_module`, sooner or later

    def origin(self, node: ast.ImportFrom) -> str:
        """The module that `from … import` names, with its dots resolved."""
        parts = self.name.split(".")
        here = parts[: len(parts) - node.level + self.package] if node.level else []
        return ".".join([*here, *filter(None, [node.module])])


Modules = dict[str, Module]


@cache
def the_tool() -> Modules:
    """Every module under `tools/lierne`."""
    modules = {}
    for path in sorted((TOOLS / "lierne").rglob("*.py")):
        parts = path.relative_to(TOOLS).with_suffix("").parts
        package = parts[-1] == "__init__"
        name = ".".join(parts[:-1] if package else parts)
        modules[name] = Module(name, path.read_text(encoding="utf-8"), package)
    return modules


# --- The rules ------------------------------------------------------------------------------------


def no_arrow_climbs(modules: Modules) -> list[str]:
    """`faces -> site, check -> graph -> code -> read -> base`: rungs are skipped, never climbed."""
    return [
        f"{module.name}:{line} imports {other}: {module.room} must not know {modules[other].room}"
        for module in modules.values()
        for other, line in module.imports(modules)
        if other in modules
        and modules[other].room != module.room
        and RUNGS[modules[other].room] >= RUNGS[module.room]
    ]


def no_module_needs_itself(modules: Modules) -> list[str]:
    """No circle of imports, not even one that is put off into a function or made for types only."""
    needs = {
        module.name: {other for other, _ in module.imports(modules) if other in modules}
        - {module.name}
        for module in modules.values()
    }
    try:
        TopologicalSorter(needs).prepare()
    except CycleError as error:
        return [" -> ".join(reversed(error.args[1]))]
    return []


def no_room_knows_too_much(modules: Modules) -> list[str]:
    """What a room has no business with: Markdown below `read`, MkDocs in `site`, and so on."""
    return [
        f"{module.name}:{line} imports {other}: no business of {module.room}"
        for module in modules.values()
        for other, line in module.imports(modules)
        if other.split(".")[0] in NEVER[module.room]
    ]


def one_face_knows_mkdocs(modules: Modules) -> list[str]:
    """The publisher is known to one face, so that moving to its successor touches only that."""
    return [
        f"{module.name}:{line} imports {other}"
        for module in modules.values()
        for other, line in module.imports(modules)
        if other.split(".")[0] in PUBLISHERS and not module.name.startswith(PUBLISHING)
    ]


def only_disk_writes(modules: Modules) -> list[str]:
    """Only three files of `base` change what lies on the disk."""
    return [
        f"{module.name}:{node.lineno} writes: {ast.unparse(node)}"
        for module in modules.values()
        if module.name not in THE_WRITERS
        for node in ast.walk(module.tree)
        if writes(node)
    ]


def writes(node: ast.AST) -> bool:
    """Whether a call creates, changes or removes a file, or an import brings in what does."""
    if isinstance(node, ast.ImportFrom):
        brought = {alias.name for alias in node.names}
        return bool(node.module in WRITERS and brought - WRITERS[node.module]) or (
            node.module == "os" and bool(brought & OS_WRITES)
        )
    return isinstance(node, ast.Call) and writes_when_called(node)


def writes_when_called(call: ast.Call) -> bool:
    """Whether a call creates, changes or removes a file."""
    function = call.func
    if isinstance(function, ast.Name):
        return function.id == "open" and opens_to_write(call, 1)
    if not isinstance(function, ast.Attribute):
        return False
    owner, verb = ast.unparse(function.value), function.attr
    if verb == "open" and owner != "os":
        return opens_to_write(call, 1 if owner in {"io", "codecs"} else 0)
    if verb == "replace" and owner != "os":  # a text's takes two arguments, and data's keywords
        return len(call.args) == 1 and not call.keywords
    if owner in WRITERS:
        return verb not in WRITERS[owner]
    return verb in (OS_WRITES if owner == "os" else PATH_WRITES)


def opens_to_write(call: ast.Call, position: int) -> bool:
    """Whether `open` is given a mode that writes, or one that cannot be read here."""
    named = [keyword.value for keyword in call.keywords if keyword.arg == "mode"]
    modes = [*named, *call.args[position : position + 1]]
    if call.args and ast.unparse(call.args[0]) == "os.devnull":
        return False
    return any(
        not isinstance(mode, ast.Constant) or set("wax+") & set(str(mode.value)) for mode in modes
    )


def nothing_is_large(modules: Modules) -> list[str]:
    """A module has at most 400 lines and a function at most 60."""
    long = [
        f"{module.name} has {lines} lines"
        for module in modules.values()
        if (lines := len(module.source.splitlines())) > 400
    ]
    for module in modules.values():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 60:
                    long.append(f"{module.name}:{node.lineno} {node.name} has {lines} lines")
    return long


def everything_has_a_purpose(modules: Modules) -> list[str]:
    """Each module says in its first line what it is for, and its name is not a drawer."""
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    return [
        f"{module.name} does not say what it is for"
        for module in modules.values()
        if not ast.get_docstring(module.tree) or drawers & set(module.name.split("."))
    ]


def every_code_is_one_kind(modules: Modules) -> list[str]:
    """A problem's code is a letter and three digits, and stands for one kind of problem."""
    codes = Counter(
        str(node.args[0].value)
        for module in modules.values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Kind"
        and node.args
        and isinstance(node.args[0], ast.Constant)
    )
    return [
        f"{code} is declared {count} times or badly named"
        for code, count in codes.items()
        if count > 1 or not re.fullmatch(r"[A-Z]\d{3}", code)
    ]


RULES = [
    no_arrow_climbs,
    no_module_needs_itself,
    no_room_knows_too_much,
    one_face_knows_mkdocs,
    only_disk_writes,
    nothing_is_large,
    everything_has_a_purpose,
    every_code_is_one_kind,
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_tool_keeps_the_rule(rule: Callable[[Modules], list[str]]) -> None:
    assert rule(the_tool()) == []


def test_the_whole_tool_is_looked_at() -> None:
    rooms = {module.room for module in the_tool().values()}

    assert rooms == set(RUNGS)


# --- The rules can complain -----------------------------------------------------------------------


def tool(**sources: str) -> Modules:
    """A small tool; `read__note` stands for `lierne.read.note`."""
    names = {"lierne." + key.replace("__", "."): source for key, source in sources.items()}
    return {name: Module(name, source) for name, source in names.items()}


LONG_FUNCTION = '"""A long one."""\ndef long() -> None:\n' + "    pass\n" * 60
KINDS = '"""Kinds."""\nA = Kind("L101", 1, "a")\nB = Kind("{}", 1, "b")'


@pytest.mark.parametrize(
    ("rule", "modules", "complaint"),
    [
        (
            no_arrow_climbs,
            tool(base__disk="from lierne.read.note import Note", read__note=""),
            "base must not know read",
        ),
        (
            no_arrow_climbs,
            tool(base__disk="def f():\n    from ..read import note", read__note=""),
            "base.disk:2 imports lierne.read.note",
        ),
        (
            no_arrow_climbs,
            tool(code__map="if TYPE_CHECKING:\n    import lierne.check", check=""),
            "code must not know check",
        ),
        (
            no_arrow_climbs,
            tool(graph__build="import_module('lierne.faces.cli')", faces__cli=""),
            "graph must not know faces",
        ),
        (
            no_arrow_climbs,
            tool(check="from lierne.site import render", site__render=""),
            "check must not know site",
        ),
        (
            no_arrow_climbs,
            tool(site__render="from lierne.check import check", check=""),
            "site must not know check",
        ),
        (
            no_module_needs_itself,
            tool(
                read__note="from lierne.read.vault import Vault",
                read__vault="def late():\n    from . import note",
            ),
            "lierne.read.note -> lierne.read.vault",
        ),
        (
            no_module_needs_itself,
            tool(
                code__a="import lierne.code.b",
                code__b="import lierne.code.c",
                code__c="if TYPE_CHECKING:\n    from lierne.code.a import A",
            ),
            "lierne.code.b -> lierne.code.c",
        ),
        (no_room_knows_too_much, tool(base__text="import markdown_it.token"), "markdown_it.token"),
        (no_room_knows_too_much, tool(code__map="from markdown_it import X"), "business of code"),
        (no_room_knows_too_much, tool(site__render="import mkdocs.plugins"), "business of site"),
        (no_room_knows_too_much, tool(site__render="from material import X"), "business of site"),
        (no_room_knows_too_much, tool(faces__cli="import nh3"), "business of faces"),
        (one_face_knows_mkdocs, tool(faces__build="import mkdocs"), "faces.build:1"),
        *(
            (only_disk_writes, tool(code__tangle=line), "code.tangle:1 writes")
            for line in [
                "open(name, 'w')",
                "open(name, mode='ab')",
                "open(name, how)",
                "path.open('x')",
                "path.open(mode='r+')",
                "path.write_text('')",
                "Path(name).write_bytes(b'')",
                "os.replace(a, b)",
                "os.open(name, flags)",
                "a.replace(b)",
                "a.rename(b)",
                "path.unlink(missing_ok=True)",
                "path.mkdir()",
                "shutil.rmtree(path)",
                "tempfile.mkstemp()",
                "sqlite3.connect(path)",
                "from shutil import rmtree",
                "from os import replace",
            ]
        ),
        (nothing_is_large, tool(base__text="#\n" * 401), "401 lines"),
        (nothing_is_large, tool(base__text=LONG_FUNCTION), "long has 61 lines"),
        (everything_has_a_purpose, tool(base__text="import os"), "base.text"),
        (everything_has_a_purpose, tool(base__utils='"""Texts."""'), "base.utils"),
        (every_code_is_one_kind, tool(read__note=KINDS.format("L101")), "L101"),
        (every_code_is_one_kind, tool(read__note=KINDS.format("link")), "link"),
    ],
)
def test_a_rule_sees_what_breaks_it(
    rule: Callable[[Modules], list[str]], modules: Modules, complaint: str
) -> None:
    complaints = rule(modules)

    assert len(complaints) == 1
    assert complaint in complaints[0]


@pytest.mark.parametrize(
    ("rule", "modules"),
    [
        (
            no_arrow_climbs,
            tool(
                base__text='"""Texts."""',
                read__note="from lierne.base.text import Text",
                check="from lierne.base import text",
                faces__cli="import lierne.check\nfrom lierne.read.note import Note",
            ),
        ),
        (no_module_needs_itself, tool(read__note="import lierne.base.text", base__text="")),
        (no_room_knows_too_much, tool(site__render="from markdown_it.token import Token")),
        (
            one_face_knows_mkdocs,
            tool(faces__mkdocs__plugin="from mkdocs.plugins import BasePlugin"),
        ),
        *(
            (only_disk_writes, tool(code__tangle=line))
            for line in [
                "open(name)",
                "open(name, 'rb')",
                "path.open('r')",
                "path.read_bytes()",
                "text.replace('a', 'b')",
                "dataclasses.replace(note, backlinks=())",
                "shutil.which('git')",
                "open(os.devnull, 'w')",
                "os.path.realpath(name)",
                "from os import environ",
                "from shutil import which",
                "os.fspath(name)",
            ]
        ),
        (only_disk_writes, tool(base__disk="os.replace(a, b)")),
        (only_disk_writes, tool(base__store="sqlite3.connect(path)")),
        (nothing_is_large, tool(base__text="#\n" * 400)),
        (every_code_is_one_kind, tool(read__note=KINDS.format("L102"))),
    ],
)
def test_a_rule_lets_the_right_thing_through(
    rule: Callable[[Modules], list[str]], modules: Modules
) -> None:
    assert rule(modules) == []
