"""`lierne check`: every problem of the vault."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from lierne.faces.api import Vault
from lierne.faces.carry import Manner, carry, planned
from lierne.faces.report import many, report

if TYPE_CHECKING:
    from lierne.base.config import Config
    from lierne.base.plan import Plan
    from lierne.faces.options import Options
    from lierne.read.vault import vault as reading


@click.command()
@click.option("--fix", is_flag=True, help="Mend references to notes that were renamed.")
@planned
@click.pass_obj
def check(options: Options, mode: str | None, style: str, *, fix: bool) -> int:
    """Report every problem of the vault.

    Errors and warnings make the command exit with 1; hints do not. The options `--check`, `--diff`
    and `--dry-run` show what `--fix` would change, and nothing else.
    """
    config = options.config()
    if mode is not None and not fix:
        raise click.UsageError("`--check`, `--diff` and `--dry-run` go with `--fix`")
    failed = _fix(config, Manner.asked(mode, style, options.verbosity)) if fix else 0
    return failed if mode is not None else max(failed, _report(config, style, options.verbosity))


def _fix(config: Config, manner: Manner) -> int:
    from lierne.check.fix import fix  # noqa: PLC0415 - seldom asked for

    if manner.writes and manner.style != "text":
        manner = replace(manner, style="text", quiet=True)  # a program reads the report alone

    def summary(made: Plan, _: reading.Vault) -> str:
        return "" if made else "nothing to mend: no reference names a note that was renamed"

    return carry(config, "check --fix", fix, summary, manner)


def _report(config: Config, style: str, verbosity: int) -> int:
    vault = Vault(config)
    problems = vault.check()
    if verbosity > 0:
        seen = (len(vault), "note"), (len(vault.files), "attachment")
        made = many(len(vault.tangled.targets), "target")
        click.echo(f"checked {', '.join(many(*one) for one in seen)} and {made}", err=True)
    return report(problems, style, err=False, summary=verbosity >= 0)
