"""What all commands share that change files by a plan: options, what is printed, how they end."""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from lierne.base import disk
from lierne.base.plan import perform
from lierne.faces.report import coloured, coloured_diff, printable, report, sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lierne.base.config import Config
    from lierne.base.plan import Change, Plan
    from lierne.read.vault.vault import Vault

    Command = Callable[..., int]

_SIGNS = {"create": "green", "change": "yellow", "make executable": "yellow", "remove": "red"}
_DONE = {
    "create": "created",
    "change": "changed",
    "make executable": "made executable",
    "remove": "removed",
}


@dataclass(frozen=True, slots=True)
class Manner:
    """How a command treats its plan, and how much it says."""

    mode: str = "write"
    """`write`, or one of `check`, `diff` and `list`, which write nothing."""
    style: str = "text"
    """How problems are printed: `text`, `json` or `github`."""
    quiet: bool = False
    """Whether to say nothing of what goes well."""
    verbosity: int = 0
    """From 0 on, the plan is summed up if that says more than it shows; above 0 in any case."""

    @classmethod
    def asked(cls, mode: str | None, style: str, verbosity: int) -> Manner:
        """The manner that somebody asks for on the command line."""
        return cls(mode or "write", style, verbosity < 0, verbosity)

    @property
    def writes(self) -> bool:
        """Whether the plan is carried out."""
        return self.mode == "write"


def planned(command: Command) -> Command:
    """Gives a command the options of those that have a plan: `mode` and `style`."""
    for option in (
        click.option(
            "--format",
            "style",
            type=click.Choice(["text", "json", "github"]),
            default="text",
            show_default=True,
            help="How problems are printed.",
        ),
        _mode("--dry-run", "list", "Write nothing; name what would change."),
        _mode("--diff", "diff", "Write nothing; print what would change."),
        _mode("--check", "check", "Write nothing; end with 1 if it would."),
    ):
        command = option(command)
    return command


def carry(
    config: Config,
    command: str,
    make: Callable[[Vault], Plan],
    summary: Callable[[Plan, Vault], str],
    manner: Manner,
) -> int:
    """Makes a plan and carries it out, or shows it.

    Args:
        config: The project.
        command: What is done, for another process that has to wait.
        make: Makes the plan.
        summary: One line about it; empty where there is nothing to say that it does not show.
        manner: What to do with it, and what to say.

    Returns:
        The exit code: 1 for problems, and in the modes that write nothing also for changes.
    """
    from lierne.read.vault.vault import Vault  # noqa: PLC0415 - the help of a command needs no vault

    if not (config.root / disk.FOLDER).exists() and not Vault(config).paths:
        if manner.verbosity >= 0:
            folder = printable(str(config.vault_folder))
            click.echo(f"no notes in {folder}; `--root` names another folder", err=True)
        return 0
    vaults: list[Vault] = []

    def make_now() -> Plan:  # the vault is read once nobody else writes into it
        vaults.append(Vault(config))
        return make(vaults[-1])

    plan, failures = perform(config.root, command, make_now) if manner.writes else (make_now(), [])
    return settle(plan, failures, manner, lambda: summary(plan, vaults[-1]))


def settle(
    plan: Plan, failures: Sequence[OSError], manner: Manner, summary: Callable[[], str]
) -> int:
    """Says what became of a plan, or what would, and how the command ends: see `carry`."""
    _show(carried_out(plan, failures), manner)
    found = report(plan.problems, manner.style)
    said = summary() if manner.style == "text" and manner.verbosity >= 0 else ""
    if said:
        click.echo(said, err=True)
    for error in failures:
        click.echo(f"error: {printable(sentence(error))}", err=True)
    return 2 if failures else max(found, int(bool(plan) and not manner.writes))


def line(change: Change, *, done: bool) -> str:
    """What happens to a file, or has happened, in one line."""
    verb = _DONE[change.verb] if done else change.verb
    added, removed = change.lines
    counts = f" (+{added} -{removed})" if change.verb == "change" else ""
    return f"{click.style(verb, fg=_SIGNS[change.verb])} {printable(change.path)}{counts}"


def _mode(name: str, value: str, text: str) -> Callable[[Command], Command]:
    return click.option(name, "mode", flag_value=value, help=text)


def carried_out(plan: Plan, failures: Sequence[OSError]) -> Plan:
    """The part of a plan that these failures left."""
    failed, root = {str(error.filename) for error in failures}, plan.root.resolve()
    done = (change for change in plan.changes if str(root / change.path) not in failed)
    return replace(plan, changes=tuple(done)) if failed else plan


def _show(plan: Plan, manner: Manner) -> None:
    colour = coloured(sys.stdout)
    if manner.mode == "diff":
        diff = plan.diff()
        click.echo(coloured_diff(diff) if colour else diff, nl=False, color=colour)
        return
    for change in () if manner.quiet else plan.changes:
        click.echo(line(change, done=manner.writes), color=colour)
