"""Whatever a note holds, checking it ends, with problems at most."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lierne import Vault
from lierne.check.vault import check

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Grows

PIECES = [
    *("[[", "]]", "![[", "A", "B#", "#^x", "|", "](", ")", "![", "\n", "\n\n", "> ", "- ", "\t"),
    *("---\n", "needs: ", "tangle: src/a.py\n", "publish: ", "aliases: [A]\n", '"[[A]]"', "# H\n"),
    *("```python\n", "```\n", "```python #x\n", "<<x>>\n", "<<A#x>>\n", "import a\n", "def (\n"),
    *("www.", "https://", "\0", "ş", "\r\n", "%%", "$$", "^x", "#tag ", "../", "/", ".png", "\\"),
]


@given(notes=st.lists(st.lists(st.sampled_from(PIECES), max_size=25).map("".join), max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_nothing_is_raised(notes: list[str]) -> None:
    with TemporaryDirectory() as folder:
        for name, text in zip("ABC", notes, strict=False):
            Path(folder, f"{name}.md").write_bytes(text.encode())
        vault = Vault.open(folder)

        for problem in vault.check():
            place = problem.place
            assert problem.message
            assert "\n" not in f"{problem.message}{problem.help}"
            assert place.line >= 1
            assert place.column >= 1
        vault.graph()


def linked(n: int, mark: str) -> str:
    """As many links to what ends a note as there are things in it that can be linked."""
    return "\n\n".join(f"[[#{mark}{n - 1 - i % 50}]]" for i in range(n))


@pytest.mark.parametrize(
    ("most", "make"),
    [
        (300, lambda n: {f"N{i}": f"![[N{i + 1}]]\n![[N{i + 1}]]\n" for i in range(n)}),
        (300, lambda n: {f"N{i}": f'---\nneeds: "[[N{(i + 1) % n}]]"\n---\n' for i in range(n)}),
        (500, lambda n: {"A": "\n".join(f"[[Missing {i}]]" for i in range(n)), "B": ""}),
        (300, lambda n: {"A": "\n".join(f"# Heading {i}\n[[#Nothing {i}]]" for i in range(n))}),
        (1000, lambda n: {"A": "\n".join(f"# H{i}" for i in range(n)) + "\n\n" + linked(n, "H")}),
        (2000, lambda n: {"A": "\n\n".join(f"x ^b{i}" for i in range(n)) + linked(n, "^b")}),
        (1000, lambda n: {"A": "x\n" * n + linked(n, "^no")}),
        (2000, lambda n: {"A": "[[" * n + "x" + "]]" * n}),
    ],
    ids=[
        *("embeds that double", "needs in one circle", "missing notes", "missing headings"),
        *("headings", "block ids", "missing block ids", "brackets"),
    ],
)
def test_size_costs_little_more_than_its_share(
    most: int, make: Callable[[int], dict[str, str]], tmp_path: Path, grows: Grows
) -> None:
    def seconds(size: int) -> float:
        folder = tmp_path / str(size)
        folder.mkdir(exist_ok=True)
        for name, text in make(size).items():
            (folder / f"{name}.md").write_text(text)
        vault = Vault.open(folder)
        begin = time.process_time()
        check(vault)
        return time.process_time() - begin

    grows(seconds, most // 4, most, times=8)
