"""Imports between files: read, resolved, and never run."""

from __future__ import annotations

import pytest

from lierne.code.imports import imports, module_name

ROOTS = ("src", "tests")

FILES = {
    "src/p/__init__.py": "from .a import f\n",
    "src/p/a.py": "",
    "src/p/b.py": "",
    "src/p/q/__init__.py": "",
    "src/p/q/c.py": "",
    "src/single.py": "",
    "src/space/x.py": "",
    "src/typed.pyi": "",
    "tests/p/helper.py": "",
    "tests/single.py": "",
    "data/p.txt": "import p.a\n",
}


@pytest.mark.parametrize(
    ("path", "code", "expected"),
    [
        ("src/m.py", "import single", ["src/single.py"]),
        ("src/m.py", "import p", ["src/p/__init__.py"]),
        ("src/m.py", "import p.a", ["src/p/a.py"]),
        ("src/m.py", "import p.a as x, p.b", ["src/p/a.py", "src/p/b.py"]),
        ("src/m.py", "import p.nothing", ["src/p/__init__.py"]),
        ("src/m.py", "from p import a, b", ["src/p/a.py", "src/p/b.py"]),
        ("src/m.py", "from p import f", ["src/p/__init__.py"]),
        ("src/m.py", "from p.a import f, g", ["src/p/a.py", "src/p/a.py"]),
        ("src/m.py", "from p.a import *", ["src/p/a.py"]),
        ("src/m.py", "from space import x", ["src/space/x.py"]),
        ("src/m.py", "from space import nothing", []),
        ("src/m.py", "import typed", ["src/typed.pyi"]),
        ("src/m.py", "import src.p.a", ["src/p/a.py"]),
        ("src/m.py", "import numpy as np\nfrom os import path", []),
        ("src/m.py", "def f():\n    if True:\n        import p.a", ["src/p/a.py"]),
        ("src/m.py", "'import p.a'\n# import p.a", []),
        ("src/m.py", "import m", []),
        ("src/m.py", "import importlib\nimportlib.import_module('p.a')", ["src/p/a.py"]),
        (
            "src/m.py",
            "x = [import_module('p.b'), __import__('single')]",
            ["src/p/b.py", "src/single.py"],
        ),
        ("src/m.py", "import_module(name)\nimport_module('.a', 'p')\nprint('p.a')", []),
        ("src/p/d.py", "from . import a", ["src/p/a.py"]),
        ("src/p/d.py", "from . import f", ["src/p/__init__.py"]),
        ("src/p/d.py", "from .q.c import f", ["src/p/q/c.py"]),
        ("src/p/d.py", "from .q import c, d", ["src/p/q/c.py", "src/p/q/__init__.py"]),
        ("src/p/d.py", "import a", ["src/p/a.py"]),
        ("src/p/q/d.py", "from .. import b", ["src/p/b.py"]),
        ("src/p/q/d.py", "from ..b import f", ["src/p/b.py"]),
        ("src/p/q/d.py", "from .....b import f", []),
        ("tests/p/test_a.py", "from p.a import f", ["src/p/a.py"]),
        ("tests/p/test_a.py", "import helper", ["tests/p/helper.py"]),
        ("tests/p/test_a.py", "import single", ["tests/single.py"]),
    ],
)
def test_what_an_import_means(path: str, code: str, expected: list[str]) -> None:
    found, unreadable = imports({path: code, **FILES}, ROOTS)

    assert [one.target for one in found if one.source == path] == expected
    assert unreadable == ()


def test_places_count_characters() -> None:
    found, _ = imports({"src/m.py": "x = 'ş'; import p.a, p.b\r\n\rimport p.b", **FILES}, ROOTS)

    places = [(one.target, one.line, one.column) for one in found if one.source == "src/m.py"]
    assert places == [("src/p/a.py", 1, 17), ("src/p/b.py", 1, 22), ("src/p/b.py", 3, 8)]


@pytest.mark.parametrize(
    ("code", "line"),
    [("x = 1\ndef f(:\n", 2), ("a\0b", 1), ("(" * 5000, 1), ("x = 1\n  y = 2\n", 2)],
)
def test_what_is_not_python_stops_nothing_else(code: str, line: int) -> None:
    found, unreadable = imports({"src/bad.py": code, "src/m.py": "import p.a", **FILES}, ROOTS)

    assert [(one.path, one.line) for one in unreadable] == [("src/bad.py", line)]
    assert ("src/m.py", "src/p/a.py") in {(one.source, one.target) for one in found}


def test_odd_escapes_warn_nobody() -> None:
    assert imports({"src/m.py": "x = '\\d'"}, ROOTS) == ((), ())


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("src/p/a.py", "p.a"),
        ("src/p/__init__.py", "p"),
        ("src/typed.pyi", "typed"),
        ("src/inner/p/a.py", "p.a"),
        ("src/src/a.py", "src.a"),
        ("srcs/a.py", "srcs.a"),
        ("a__init__.py", "a__init__"),
        ("src/__init__.py", ""),
    ],
)
def test_a_module_is_called_as_an_import_calls_it(path: str, name: str) -> None:
    assert module_name(path, ("src", "src/inner", "tests")) == name
