"""Whether the code that a block imports is on the disk as the notes make it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.base.paths import read_target
from lierne.base.plan import holds
from lierne.base.problem import Kind, Problem, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lierne.code.run.blocks import RunBlock
    from lierne.code.run.key import Keys
    from lierne.code.tangle import Tangled
    from lierne.read.vault.vault import Vault

NOT_READY = Kind("R212", Severity.ERROR, "a note that is not run, for its code is not tangled")


def not_ready(
    vault: Vault, tangled: Tangled, keys: Keys, blocks: Iterable[RunBlock]
) -> Iterator[Problem]:
    """Finds the blocks that would import something else than the notes say.

    Args:
        vault: The notes.
        tangled: What they make.
        keys: What knows which code each block imports.
        blocks: The blocks that are to be run.
    """
    late = {
        path
        for path, target in tangled.targets.items()
        if not holds(read_target(vault.root, path), target.text)
    }
    for run in blocks:
        paths = sorted(keys.needs(run) & late)
        if paths:
            place = vault.text(run.note).place(run.block.place.line, run.block.place.column)
            message = f"this block imports `{paths[0]}`, which is not as the notes say"
            help_ = "let `lierne tangle` write it first; it says what keeps it from that"
            yield Problem(NOT_READY, place, message, help_)
