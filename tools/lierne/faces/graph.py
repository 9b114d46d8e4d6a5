"""`lierne graph`: the graph as data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lierne.base.problem import in_order
from lierne.code.tangle import tangle
from lierne.faces.report import data, report
from lierne.graph.build import build
from lierne.graph.export import to_json
from lierne.read.vault import Vault

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
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    made = build(vault, tangled)
    click.echo(data(to_json(made)))
    unread = (p for p in (*vault.problems, *made.problems) if p.severity.counts)
    report(in_order(unread))
