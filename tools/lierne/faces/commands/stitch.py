"""The command `stitch`: from edited targets back to notes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import click

from lierne.faces.carry import Manner, carry, planned
from lierne.faces.report import many

if TYPE_CHECKING:
    from lierne.base.plan import Plan
    from lierne.faces.options import Options
    from lierne.read.vault.vault import Vault


@click.command()
@planned
@click.option(
    "--markers",
    is_flag=True,
    help="Where both sides were edited at one place, put both into the target, between markers.",
)
@click.pass_obj
def stitch(options: Options, mode: str | None, style: str, *, markers: bool) -> int:
    """Carry edits of targets back into the notes.

    Where the note was edited too, both edits are merged. Where they contradict each other, both
    sides stay as they are and are shown; with `--markers` they are put one above the other into the
    target: choose there, and stitch again.
    """
    # Imported here, for the command's help needs none of it.
    from lierne.code.stitch.stitch import stitch as plan  # noqa: PLC0415

    manner = Manner.asked(mode, style, options.verbosity)

    def summary(made: Plan, _: Vault) -> str:
        return _summary(made, writes=manner.writes)

    make = partial(plan, markers=markers)
    return carry(options.config(), "stitch", make, summary, manner)


def _summary(made: Plan, *, writes: bool) -> str:
    notes = sum(change.note for change in made.changes)
    others = sum(not change.note and change.after is not None for change in made.changes)
    if notes:
        more = f", and {many(others, 'target')} tangled again" if others else ""
        return f"{'' if writes else 'would be '}stitched into {many(notes, 'note')}{more}"
    if made.changes:
        return ""
    return "nothing was stitched" if made.problems else "nothing to stitch: no target was edited"
