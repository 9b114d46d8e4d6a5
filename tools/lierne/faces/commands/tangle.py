"""The command `tangle`: from notes to targets."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lierne.base import disk
from lierne.base.plan import Plan
from lierne.faces.report import coloured, many, printable, report, sentence

if TYPE_CHECKING:
    from lierne.base.config import Config
    from lierne.faces.options import Options

_SIGNS = {"create": "green", "change": "yellow", "make executable": "yellow", "remove": "red"}
_DONE = {
    "create": "created",
    "change": "changed",
    "make executable": "made executable",
    "remove": "removed",
}


@click.command()
@click.option("--check", "mode", flag_value="check", help="Write nothing; end with 1 if it would.")
@click.option("--diff", "mode", flag_value="diff", help="Write nothing; print what would change.")
@click.option("--dry-run", "mode", flag_value="list", help="Write nothing; name what would change.")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="How problems are printed.",
)
@click.pass_obj
def tangle(options: Options, mode: str | None, style: str) -> int:
    """Write the targets from the notes.

    A target that was edited since it was tangled, or that somebody else wrote, is left as it is.
    """
    verbosity = options.verbosity
    quiet = verbosity < 0
    return run_tangle(options.config(), mode or "write", style, quiet=quiet, verbosity=verbosity)


def run_tangle(
    config: Config,
    mode: str,
    style: str = "text",
    *,
    quiet: bool = False,
    verbosity: int = -1,
) -> int:
    """Tangles, or says what tangling would do.

    Args:
        config: The project.
        mode: `write`, or one of `check`, `diff` and `list`, which write nothing.
        style: How problems are printed: `text`, `json` or `github`.
        quiet: Whether to say nothing of what goes well.
        verbosity: From 0 on, stderr says if there is nothing to do, and why; from 1 on, in any
            case how much was looked at.

    Returns:
        The exit code: 1 for problems, and in the modes that write nothing also for changes.
    """
    from lierne.code.targets.last import plan  # noqa: PLC0415 - the command's help needs none of it
    from lierne.read.vault.vault import Vault  # noqa: PLC0415 - as above

    vault = Vault(config)
    if not vault.paths and not (config.root / disk.FOLDER).exists():
        if verbosity >= 0:
            folder = printable(str(config.vault_folder))
            click.echo(f"no notes in {folder}; `--root` names another folder", err=True)
        return 0
    writes = mode == "write"
    with disk.lock(config.root, "tangle") if writes else nullcontext():
        made = plan(vault)
        failures = made.carry_out() if writes else []
    failed, root = {str(error.filename) for error in failures}, Path(config.root).resolve()
    done = [c for c in made.changes if not failed or str(root / c.path) not in failed]
    if mode == "diff":
        click.echo(_coloured_diff(made.diff()), nl=False, color=coloured(sys.stdout))
    elif not quiet:
        _say_changes(made if not writes else Plan(made.root, tuple(done)), done=writes)
    found = report(made.problems, style)
    if style == "text" and verbosity >= (0 if not made and not made.problems else 1):
        click.echo(_summary(made, len(vault.paths)), err=True)
    for error in failures:
        click.echo(f"error: {printable(sentence(error))}", err=True)
    return 2 if failures else max(found, int(bool(made) and not writes))


def _say_changes(plan: Plan, *, done: bool) -> None:
    colour = coloured(sys.stdout)
    for change in plan.changes:
        verb = _DONE[change.verb] if done else change.verb
        added, removed = change.lines
        counts = f" (+{added} -{removed})" if change.verb == "change" else ""
        styled = click.style(verb, fg=_SIGNS[change.verb])
        click.echo(f"{styled} {printable(change.path)}{counts}", color=colour)


def _summary(made: Plan, notes: int) -> str:
    if not made.targets:
        return "no note has a target; `tangle: src/name.py` in its properties gives it one"
    if made or made.problems:
        return f"{many(notes, 'note')} read, {many(made.targets, 'target')} compared"
    return f"nothing to do: {many(made.targets, 'target')} as the notes say"


def _coloured_diff(diff: str) -> str:
    signs = {"+": "green", "-": "red", "@": "cyan"}
    lines = diff.splitlines(keepends=True)
    return "".join(
        click.style(line, fg=signs[line[0]]) if line[0] in signs else line for line in lines
    )
