from __future__ import annotations

import ast
import random
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.code.join import Spacing

ROOMS = [Path(__file__).parents[2] / "tools/lierne" / room for room in ("base", "code")]
SOURCES = [path for room in ROOMS for path in sorted(room.glob("*.py"))]
FORMAT = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=100", "-"]

MODULE = '''\
#!/usr/bin/env python3
"""A module of all that Black spaces."""

# A remark.
import os
import sys

from a import (
    b,
    c,
)

X = {
    "a": 1,
}
Y = """
def f():
"""
# About f.
if X:

    def inside():
        return 1


def f(
    x,
):
    """Text."""
    y = x

    def g():
        return y

    return g


# About A.
@decorated
@twice(
    1,
)
class A:
    """Text."""

    a = 1
    b = 2

    # About m.
    @property
    def m(self):
        return self.a

    async def n(self):
        try:
            pass
        except ValueError:
            pass
        else:
            for _ in ():
                pass
        finally:
            pass

    class B:
        c = 1


async def h():
    return "it's [" + '"""'  # don't (


for _ in ():
    pass
else:
    pass
try:
    import json
except ImportError:
    json = None
lambda: 1
one = 1; two = 2
'''


def joined(blocks: list[str]) -> str:
    """The blocks as a target has them."""
    spacing, text = Spacing(), ""
    for block in blocks:
        text += "\n" * spacing.blanks(block) + block
        spacing.read(text[len(text) - len(block) :])
    return text


def formatted(text: str) -> str:
    """The text as the formatter writes it."""
    return subprocess.run(FORMAT, input=text, capture_output=True, text=True, check=True).stdout


@cache
def modules() -> tuple[str, ...]:
    """Formatted modules: one that has everything, and some of our own."""
    found = [formatted(MODULE.replace("one = 1; two = 2\n", "")), *(p.read_text() for p in SOURCES)]
    return tuple(text for text in found if formatted(text) == text)


def boundaries(text: str) -> list[int]:
    """The lines, from 0, on which a statement begins, with the comments and decorators over it."""
    lines = text.split("\n")
    starts = {0}
    for node in ast.walk(ast.parse(text)):
        if not isinstance(node, ast.stmt):
            continue
        first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]) - 1
        while first and lines[first - 1].strip().startswith("#"):
            first -= 1
        head = lines[first]
        if head.strip() and not (first and lines[first - 1].rstrip().endswith((",", "(", "["))):
            starts.add(first)
    clauses = ("else:", "elif ", "except", "finally:")
    starts |= {n for n, line in enumerate(lines) if line.strip().startswith(clauses)}
    return sorted(starts)


def split(text: str, at: list[int]) -> list[tuple[str, int]]:
    """Blocks that begin at these lines, and how many blank lines were left out before each."""
    lines = text.splitlines(keepends=True)
    found = []
    for start, end in zip(at, [*at[1:], len(lines)], strict=True):
        block = lines[start:end]
        blanks = 0
        while start and not lines[start - 1 - blanks].strip():
            blanks += 1
        while block and not block[-1].strip():
            block.pop()
        found.append(("".join(block), blanks))
    return found


@given(st.data())
@settings(max_examples=12, deadline=None)
def test_where_only_one_spacing_is_right_the_blocks_come_back_byte_for_byte(
    data: st.DataObject,
) -> None:
    """A spacing that the formatter leaves to the author is kept in the block, any other is not."""
    text = data.draw(st.sampled_from(modules()))
    at = boundaries(text)
    chosen = sorted({0, *data.draw(st.lists(st.sampled_from(at), max_size=12))})
    parts = split(text, chosen)
    blocks = [parts[0][0]]
    for block, blanks in parts[1:]:
        rule = _rule(blocks, block)
        if rule == blanks:
            blocks.append(block)
        else:
            # The rule differs from the author: then it must be a thing of taste.
            tried = joined([*blocks, block])
            assert formatted_alike(tried), f"{tried[-400:]!r}"
            blocks.append("\n" * blanks + block if blanks else block)
            if not blanks:
                blocks[-2:] = [blocks[-2] + blocks[-1]]

    assert joined(blocks) == text


def _rule(blocks: list[str], block: str) -> int:
    return len(joined([*blocks, block])) - len(joined(blocks)) - len(block)


def formatted_alike(text: str) -> bool:
    """Whether the formatter would leave the text as it is; half a statement it cannot judge."""
    try:
        ast.parse(text)
    except SyntaxError:
        return True
    return formatted(text) == text


@pytest.mark.parametrize("seed", range(6))
def test_blocks_without_any_spacing_come_out_as_the_formatter_writes_them(seed: int) -> None:
    """All optional blank lines are left out of the blocks: the rule alone makes good code."""
    chance = random.Random(seed)  # noqa: S311 - a choice of cases
    for text in [*chance.sample(modules(), 4), modules()[0]]:
        at = boundaries(text)
        chosen = sorted({0, *chance.sample(at, chance.randint(0, len(at)))})

        made = joined([block for block, _ in split(text, chosen)])

        assert formatted(made) == made
        assert ast.dump(ast.parse(made)) == ast.dump(ast.parse(text))


@pytest.mark.parametrize("text", modules(), ids=lambda text: text[:20])
def test_every_definition_of_a_module_may_stand_in_its_own_block(text: str) -> None:
    definitions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    starts = boundaries(text)
    edges, after = {0}, False
    for node in ast.parse(text).body:
        if after or isinstance(node, definitions):
            lines = [node.lineno, *(d.lineno for d in getattr(node, "decorator_list", []))]
            edges.add(max(start for start in starts if start < min(lines)))
        after = isinstance(node, definitions)

    blocks = [block for block, _ in split(text, sorted(edges))]

    assert joined(blocks) == text


@given(st.lists(st.text(st.sampled_from("ad \t\n\\\"'#:()[]{}@=,"), max_size=40), max_size=6))
def test_any_text_is_followed_to_its_end(blocks: list[str]) -> None:
    ended = [f"{block}\n" for block in blocks]

    text = joined(ended)

    assert [line for line in text.split("\n") if line] == [
        line for line in "".join(ended).split("\n") if line
    ]
