"""A key changes with all that an output comes from, and with nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lierne.code.run.blocks import all_run_blocks
from lierne.code.run.key import Keys

if TYPE_CHECKING:
    from collections.abc import Callable

    from conftest import Project

NOTE = """---
tangle: src/own.py
---
# Title

Prose.

```python
def own():
    return 1
```

```python run
first = 1
```

```python run figure=f alt="words" tolerance=1e-3 data="data/a.csv data/b.csv" title="T"
import importlib, own
import pkg.sub.deep as deep
from pkg import attribute
plain = importlib.import_module("lying")
```
"""
FILES = {
    "vault/N.md": NOTE,
    "vault/Deep.md": "```python file=src/pkg/sub/deep.py\nfrom ..far import x\n```\n",
    "vault/Far.md": "```python file=src/pkg/far.py\nx = 1\n```\n",
    "vault/Other.md": "```python file=src/other.py\nx = 1\n```\n",
    "src/pkg/__init__.py": "attribute = 1\n",
    "src/pkg/sub/__init__.py": "",
    "src/lying.py": "import lying_too\n",
    "src/lying_too.py": "import lying\n",
    "src/unused.py": "",
    "data/a.csv": "1,2\n",
    "data/b.csv": "3,4\n",
    "data/c.csv": "5,6\n",
}


@pytest.fixture
def full(project: Project) -> Project:
    fill(project)
    return project


def fill(project: Project) -> None:
    for path, text in FILES.items():
        project.write(path, text)


def keys(project: Project) -> list[str]:
    vault, tangled = project.read()
    found = Keys(vault, tangled)
    return [found.of(block) for block in all_run_blocks(vault, ["N.md"])]


def test_a_key_is_sixteen_digits_and_the_same_everywhere(
    projects: Callable[[str], Project],
) -> None:
    one, other = projects("one"), projects("two")
    fill(one)
    fill(other)

    assert keys(one) == keys(other)
    assert all(len(key) == 16 and int(key, 16) for key in keys(one))
    assert len(set(keys(one))) == 2


@pytest.mark.parametrize(
    ("path", "before", "after", "changed"),
    [
        ("vault/N.md", "first = 1", "first = 2", [True, True]),
        ("vault/N.md", "deep as deep", "deep as d", [False, True]),
        ("vault/N.md", "return 1", "return 2", [False, True]),
        ("vault/N.md", "figure=f", "figure=g", [False, True]),
        ("vault/N.md", '"words"', '"other"', [False, True]),
        ("vault/N.md", "title=", "elide title=", [False, True]),
        ("vault/N.md", "b.csv", "c.csv", [False, True]),
        ("vault/N.md", "tolerance=1e-3", "tolerance=1e-2", [False, False]),
        ("vault/N.md", '"T"', '"U"', [False, False]),
        ("vault/N.md", "Prose.", "More\n\nprose.", [False, False]),
        ("vault/N.md", "Prose.", "```python\ndef more(): ...\n```", [False, True]),
        ("vault/Deep.md", "far import x", "far import y", [False, True]),
        ("vault/Far.md", "x = 1", "x = 2", [False, True]),
        ("vault/Far.md", "x = 1\n", "x = 1\n```\n\n```python file=src/pkg/new.py\n", [False] * 2),
        ("vault/Other.md", "x = 1", "x = 2", [False, False]),
        ("src/pkg/__init__.py", "1", "2", [False, True]),
        ("src/pkg/sub/__init__.py", "", "x = 1\n", [False, True]),
        ("src/lying.py", "lying_too", "lying_too as x", [False, True]),
        ("src/lying_too.py", "import", "  import", [False, True]),
        ("src/unused.py", "", "x = 1\n", [False, False]),
        ("data/a.csv", "1", "2", [False, True]),
        ("data/c.csv", "5", "6", [False, False]),
        ("data/a.csv", "\n", "\r\n", [False, False]),
    ],
)
def test_what_changes_a_key(
    full: Project, path: str, before: str, after: str, changed: list[bool]
) -> None:
    then = keys(full)
    assert before in FILES[path]
    (full.root / path).write_bytes(FILES[path].replace(before, after, 1).encode())

    assert [a != b for a, b in zip(then, keys(full), strict=True)] == changed


def test_a_key_is_of_what_would_be_tangled_not_of_what_was(full: Project) -> None:
    then = keys(full)
    vault, tangled = full.read()
    full.write("src/own.py", "something else\n")

    assert [Keys(vault, tangled).of(b) for b in all_run_blocks(vault, ["N.md"])] == then


def test_a_module_that_appears_counts_and_one_that_goes(full: Project) -> None:
    project = full
    project.note("N", "\ntry:\n    import perhaps\nexcept ImportError:\n    pass\n")
    then = keys(project)
    project.write("src/perhaps.py", "")
    now = keys(project)
    (project.root / "src/perhaps.py").unlink()

    assert then != now
    assert keys(project) == then


@pytest.mark.parametrize("name", ["/etc/hostname", "../outside", "data", "missing", "a\0b"])
def test_data_that_is_no_file_of_the_project_is_not_read(
    projects: Callable[[str], Project], name: str
) -> None:
    project = projects("inner")
    project.write("data/x", "")
    (project.root.parent / "outside").write_text("one")
    project.note("N", f"data={name}\n1\n")
    then = keys(project)
    (project.root.parent / "outside").write_text("two")

    assert keys(project) == then


def test_code_that_is_not_python_has_a_key(project: Project) -> None:
    project.note("N", "\nimport (\n", "\n'\ud83d'\n".encode("utf-8", "replace").decode())

    assert len(set(keys(project))) == 2
