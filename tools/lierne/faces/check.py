"""`lierne check`: every problem of the vault."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lierne.check.vault import check as problems_of
from lierne.faces.report import report
from lierne.read.vault import Vault

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
    problems = problems_of(Vault(options.config()))
    return report(problems, style, err=False, summary=options.verbosity >= 0)
