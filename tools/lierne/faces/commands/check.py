"""`lierne check`: every problem of the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lierne.faces.api import Vault
from lierne.faces.report import many, report

if TYPE_CHECKING:
    from lierne.faces.options import Options


@click.command()
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    help="How to print: for people, for programs, or for GitHub Actions.",
)
@click.pass_obj
def check(options: Options, style: str) -> int:
    """Report every problem of the vault.

    Errors and warnings make the command exit with 1; hints do not.
    """
    vault = Vault(options.config())
    problems = vault.check()
    if options.verbosity > 0:
        seen = (len(vault), "note"), (len(vault.files), "attachment")
        made = many(len(vault.tangled.targets), "target")
        click.echo(f"checked {', '.join(many(*one) for one in seen)} and {made}", err=True)
    return report(problems, style, err=False, summary=options.verbosity >= 0)
