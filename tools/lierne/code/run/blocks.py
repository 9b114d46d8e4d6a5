"""A note's run blocks, and which output block belongs to which."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.base.paths import RESERVED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lierne.base.text import Text
    from lierne.read.note import Block, Outline
    from lierne.read.vault.vault import Vault

OUTPUT = "output"
"""The language of an output block."""
_PYTHON = ("python", "py", "python3")
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


@dataclass(frozen=True, slots=True)
class RunBlock:
    """A block that is run, and the block that shows what it printed."""

    note: str
    """The vault path of its note."""
    number: int
    """The number of the block in its note, from 0."""
    block: Block
    output: int | None
    """The number of its output block, None where there is none."""

    @property
    def figure(self) -> str | None:
        """The name of the figure that it draws, None where it has none that a file may have."""
        name = self.block.get("figure")
        return name if name and is_plain(name) else None

    @property
    def alt(self) -> str:
        """What its figure shows, in words."""
        return self.block.get("alt") or ""

    @property
    def data(self) -> tuple[str, ...]:
        """The files that it declares to read, from the project's root."""
        return tuple((self.block.get("data") or "").split())


def is_plain(name: str) -> bool:
    """Whether a figure's name may be a file's, on every system and in every link."""
    return bool(_PLAIN.fullmatch(name)) and not RESERVED.fullmatch(name)


def is_python(block: Block) -> bool:
    """Whether a block is in the language that can be run."""
    return block.language.lower() in _PYTHON


def is_run(block: Block) -> bool:
    """Whether a block asks to be run, in whatever language."""
    return block.get("run") is not None and block.get("skip") is None


def run_blocks(outline: Outline, text: Text) -> tuple[RunBlock, ...]:
    """The blocks of a note that are run, in their order.

    Args:
        outline: The note's blocks.
        text: The note's text.
    """
    blocks = outline.blocks
    return tuple(
        RunBlock(outline.path, number, block, _output(blocks, number, text))
        for number, block in enumerate(blocks)
        if is_run(block) and is_python(block)
    )


def all_run_blocks(vault: Vault, notes: Iterable[str] | None = None) -> tuple[RunBlock, ...]:
    """The run blocks of these notes, or of all, in the order of their paths."""
    outlines = vault.outlines(notes)
    found = [outline for outline in outlines if any(map(is_run, outline.blocks))]
    return tuple(one for outline in found for one in run_blocks(outline, vault.text(outline.path)))


def _output(blocks: tuple[Block, ...], number: int, text: Text) -> int | None:
    """The next block, if it is an output and nothing of the author's own stands before it."""
    if number + 1 == len(blocks):
        return None
    block, output = blocks[number], blocks[number + 1]
    if output.language.lower() != OUTPUT or not _share_container(text, block, output):
        return None
    between = range(block.place.end_line + 1, output.place.line)
    return number + 1 if all(_is_ours(text.line(line), block) for line in between) else None


def _share_container(text: Text, block: Block, other: Block) -> bool:
    """Whether both stand in the same quote or list item, as far as their fences show it."""
    if block.prefix.split() != other.prefix.split():
        return False
    closing = text.line(block.place.end_line).rstrip(" \t").rstrip(block.fence[0])
    return _opening(text, other) in {_opening(text, block), len(closing.expandtabs(4))}


def _opening(text: Text, block: Block) -> int:
    """How far from the left a block's fence stands."""
    return len(text.line(block.place.line)[: block.place.column - 1].expandtabs(4))


def _is_ours(line: str, block: Block) -> bool:
    """Whether a line may part a block and its output: blank, the block's id, or one embed."""
    words = line.strip(" \t>")
    if not words or words in {f"^{name}" for name in block.ids}:
        return True
    return words.startswith("![") and words.endswith(("]]", ")"))
