"""`lierne graph`: the graph as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lierne.base.problem import in_order
from lierne.faces.api import Vault
from lierne.faces.report import data, report
from lierne.graph.export import to_json

if TYPE_CHECKING:
    from lierne.faces.options import Options


@click.command()
@click.option(
    "--format",
    "style",
    type=click.Choice(["json"]),
    default="json",
    help="The form of the data.",
)
@click.pass_obj
def graph(options: Options, style: str) -> None:
    """Print the graph of notes, code, tags and attachments.

    What could not be read is said on stderr, and does not count.
    """
    del style  # one form so far
    vault = Vault(options.config())
    made = vault.graph()
    click.echo(data(to_json(made)))
    unread = (p for p in (*vault.problems, *made.problems) if p.severity.counts)
    report(in_order(unread))
