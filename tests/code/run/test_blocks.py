"""Which blocks are run, which output belongs to which, and what is wrong with them as written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lierne.base.config import find
from lierne.base.text import Text
from lierne.code.run.blocks import run_blocks
from lierne.code.run.written import written
from lierne.read.parser import parse
from lierne.read.scan import outline
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from conftest import Project

RUN = "```python run\n1\n```\n"
OUT = "```output key=0\n1\n```\n"


def blocks(note: str) -> list[tuple[int, int | None]]:
    text = Text.decode("N.md", note.encode())
    return [(one.number, one.output) for one in run_blocks(outline(parse("N.md", text)), text)]


@pytest.mark.parametrize(
    ("note", "expected"),
    [
        (RUN, [(0, None)]),
        (RUN + OUT, [(0, 1)]),
        (RUN + "\n\n" + OUT, [(0, 1)]),
        (RUN + "^id\n\n" + OUT, [(0, 1)]),
        (RUN + "\n![a](figures/f.svg)\n\n" + OUT, [(0, 1)]),
        (RUN + "\n![[f.svg|words]]\n\n" + OUT, [(0, 1)]),
        (RUN + "\nIt prints:\n\n" + OUT, [(0, None)]),
        (RUN + "\n---\n\n" + OUT, [(0, None)]),
        (RUN + "```python\n2\n```\n" + OUT, [(0, None)]),
        (RUN + OUT + RUN + RUN + OUT, [(0, 1), (2, None), (3, 4)]),
        (OUT, []),
        ("```py run\n```\n~~~Python run\n~~~\n", [(0, None), (1, None)]),
        ("```python\n1\n```\n```python run skip\n```\n```bash run\n```\n", []),
        ("- a\n  ```python run\n  1\n  ```\n  ```output\n  1\n  ```\n", [(0, 1)]),
        ("- ```python run\n  1\n  ```\n\n  ```output\n  1\n  ```\n", [(0, 1)]),
        ("- a\n  ```python run\n  1\n  ```\n\n```output\n1\n```\n", [(0, None)]),
        ("> ```python run\n> 1\n> ```\n>\n> ```output\n> 1\n> ```\n", [(0, 1)]),
        ("> ```python run\n> 1\n> ```\n\n```output\n1\n```\n", [(0, None)]),
    ],
)
def test_an_output_belongs_to_the_block_right_above_it(
    note: str, expected: list[tuple[int, int | None]]
) -> None:
    assert blocks(note) == expected


@pytest.mark.parametrize(
    ("info", "problem"),
    [
        ("python run", None),
        ("python run tolerance=1e-3 elide", None),
        ("python run tolerance=0", None),
        ('python run figure=loss-curve_2 alt="a curve"', None),
        ('python run data="data.csv vault/N.md"', None),
        ("python run figure=f", "1:15: R101 the figure has no words"),
        ('python run figure=f alt=" "', "1:15: R101 the figure has no words"),
        *(
            (f'python run alt=a figure="{name}"', f"R102 `{name}` is no name for a figure")
            for name in ("", "a b", "../a", "a.svg", "a/b", "-a", "ş", "con", "a" * 101)
        ),
        ("python run tolerance=x", "1:15: R104 `tolerance` takes a number from 0 on, not `x`"),
        ("python run tolerance=-1", "R104"),
        ("python run tolerance=nan", "R104"),
        ("python run tolerance=inf", "R104"),
        ("python run data=none.csv", "1:15: R105 there is no file `none.csv` in the project"),
        ("python run data=/etc/passwd", "R105"),
        ("python run data=../x", "R105"),
        ("bash run", "1:1: R106 only Python can be run, not `bash`"),
        ("{run}", "R106 only Python can be run, not no language"),
        ("bash run skip", None),
        ("python figure=f", "1:11: R107 `figure` means nothing here"),
        ("python file=src/x.py data=y", "R107 `data` means nothing here"),
        ("python run skip figure=f", None),
        ("mermaid data=x figure=y", None),
    ],
)
def test_what_is_wrong_with_a_block_as_written(
    project: Project, info: str, problem: str | None
) -> None:
    project.write("vault/N.md", f"```{info}\n```\n")
    project.write("data.csv", "")

    found = [str(one) for one in written(Vault(find(project.root)))]

    assert len(found) == (problem is not None)
    if problem is not None:
        assert problem in found[0]


def test_a_figure_is_drawn_by_one_block_of_the_vault(project: Project) -> None:
    project.note("A", "figure=one alt=a\n", "figure=two alt=a\n")
    project.note("B", "figure=One alt=a\n")

    (found,) = written(Vault(find(project.root)))

    assert str(found) == "vault/B.md:1:15: R103 the figure `One` is drawn at vault/A.md:1:15, too"


def test_a_name_that_is_none_is_never_a_path(project: Project) -> None:
    project.note("N", 'figure="../../evil" alt=a\n1\n')

    (result,) = project.run().values()

    assert (result.text, dict(result.figures)) == ("1\n", {})
