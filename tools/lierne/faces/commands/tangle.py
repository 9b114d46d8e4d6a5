"""The command `tangle`: from notes to targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lierne.faces.carry import Manner, carry, planned
from lierne.faces.report import many

if TYPE_CHECKING:
    from lierne.base.config import Config
    from lierne.base.plan import Plan
    from lierne.faces.options import Options
    from lierne.read.vault.vault import Vault


@click.command()
@planned
@click.pass_obj
def tangle(options: Options, mode: str | None, style: str) -> int:
    """Write the targets from the notes.

    A target that was edited since it was tangled, or that somebody else wrote, is left as it is:
    `lierne stitch` carries what was edited into the notes.
    """
    return run_tangle(options.config(), Manner.asked(mode, style, options.verbosity))


def run_tangle(config: Config, manner: Manner) -> int:
    """Tangles, or says what tangling would do.

    Returns:
        The exit code: 1 for problems, and in the modes that write nothing also for changes.
    """
    from lierne.code.targets.last import plan  # noqa: PLC0415 - the command's help needs none of it

    def summary(made: Plan, vault: Vault) -> str:
        worth = manner.verbosity > 0 or not (made or made.problems)
        return _summary(made, len(vault.paths)) if worth else ""

    return carry(config, "tangle", plan, summary, manner)


def _summary(made: Plan, notes: int) -> str:
    if not made.targets:
        return "no note has a target; `tangle: src/name.py` in its properties gives it one"
    if made or made.problems:
        return f"{many(notes, 'note')} read, {many(made.targets, 'target')} compared"
    return f"nothing to do: {many(made.targets, 'target')} as the notes say"
