"""The public surface: what `lierne` gives, and what its documentation says it gives."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import lierne
from lierne import Vault

SOURCE = Path(lierne.__file__).read_text("utf-8")
DOCUMENTED = (lierne.__doc__ or "").partition("What can be relied on")[2]
EXAMPLE = (lierne.__doc__ or "").partition("```python\n")[2].partition("```")[0]

NOTE = """\
---
tangle: src/softmax.py
---
Turns scores into shares; see [[Query]].

```python
x = 1
```
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "vault").mkdir()
    (tmp_path / "vault/Softmax.md").write_text(NOTE)
    (tmp_path / "vault/Query.md").write_text("Back to [[Softmax]].\n")
    (tmp_path / "lierne.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_every_name_is_there_and_says_what_it_is() -> None:
    for name in lierne.__all__:
        assert inspect.getdoc(getattr(lierne, name)), name

    assert lierne.__all__ == sorted(set(lierne.__all__)) == dir(lierne)


def test_the_documentation_names_each_and_no_other() -> None:
    named = set(re.findall(r"`(\w+)`", DOCUMENTED))

    assert named == set(lierne.__all__)


def test_type_checkers_see_what_is_imported_late() -> None:
    seen = {
        alias.name
        for node in ast.walk(ast.parse(SOURCE))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("lierne")
        for alias in node.names
    }

    assert seen == set(lierne.__all__)


def test_what_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no `Volt`"):
        _ = lierne.Volt


def test_importing_it_imports_nothing_heavy() -> None:
    code = "import sys, lierne; print(*sys.modules)"
    out = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout

    assert "lierne" in out.split()
    assert not {"lierne.base.text", "markdown_it", "yaml", "click"}.intersection(out.split())


def test_the_example_runs(project: Path) -> None:
    pytest.importorskip("networkx", reason="an optional part")
    names: dict[str, object] = {}

    exec(EXAMPLE, names)  # noqa: S102  # our own documentation

    assert isinstance(names["vault"], Vault)
    assert (project / "vault").is_dir()


def test_a_day_with_a_vault(project: Path) -> None:
    vault = Vault.open("vault")

    note = vault["softmax"]
    assert [link.target for link in note.links] == ["Query"]
    assert [back.source for back in note.backlinks] == ["Query.md"]
    assert [block.language for block in note.blocks] == ["python"]
    assert note.get("tangle") == "src/softmax.py"
    assert [p.code for p in vault.check()] == ["T101"]

    plan = vault.tangle()
    assert plan
    assert "+x = 1" in plan.diff()
    plan.apply()
    assert (project / "src/softmax.py").read_text() == "x = 1\n"

    (project / "src/softmax.py").write_text("x = 2\n")
    plan = vault.again().stitch()
    assert [change.path for change in plan.changes] == ["vault/Softmax.md"]
    plan.apply()
    assert "x = 2" in (project / "vault/Softmax.md").read_text()

    again = vault.again()
    assert type(again) is Vault
    assert not again.tangle()
    assert again.check() == again.problems == ()


def test_the_graph_of_a_vault(project: Path) -> None:
    graph = Vault.open(project).graph()

    assert graph["src/softmax.py"].kind is lierne.NodeKind.MODULE
    assert [node.title for node in graph.order()] == ["Query", "Softmax"]
    assert len(graph) == 3


def test_a_name_that_is_not_there_offers_near_ones(project: Path) -> None:
    with pytest.raises(KeyError, match="near: `Softmax`"):
        _ = Vault.open(project)["Sofmax"]


def test_wrong_settings_are_one_exception(project: Path) -> None:
    (project / "lierne.toml").write_text("vault = 7")

    with pytest.raises(lierne.ConfigError, match="`vault` must be a text"):
        Vault.open(project)


def test_what_the_site_cannot_show_is_a_problem_of_the_vault(project: Path) -> None:
    (project / "vault/Query.md").write_text(r"It is $\frac{a$, says [[Softmax]].")

    codes = [(p.place.path, p.code) for p in Vault.open().check()]

    assert ("vault/Query.md", "S101") in codes
