"""`lierne graph`: the graph as data, and what can be read off it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lierne.base.problem import in_order
from lierne.check.circles import circles
from lierne.faces.api import Vault
from lierne.faces.report import data, printable, report
from lierne.graph.export import to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.faces.options import Options
    from lierne.graph.model import Graph


@click.group(invoke_without_command=True)
@click.option(
    "--format",
    "style",
    type=click.Choice(["json"]),
    default="json",
    help="The form of the data.",
)
@click.pass_context
def graph(ctx: click.Context, style: str) -> None:
    """Print the graph of notes, code, tags and attachments.

    What could not be read is said on stderr, and does not count.
    """
    del style  # one form so far
    if ctx.invoked_subcommand is None:
        click.echo(data(to_json(_read(ctx.obj))))


@graph.command()
@click.pass_obj
def order(options: Options) -> None:
    """Print the notes in an order to read them in.

    Each note comes after what its `needs` name and what its code imports or refers to. Notes that
    build on each other in a circle are named on stderr.
    """
    made = _read(options)
    for node in made.order():
        click.echo(printable(str(node.path)))
    for circle in _circles(made):
        click.echo(f"no order is right for these: {circle}", err=True)


def _read(options: Options) -> Graph:
    vault = Vault(options.config())
    made = vault.graph()
    unread = (p for p in (*vault.problems, *made.problems) if p.severity.counts)
    report(in_order(unread))
    return made


def _circles(made: Graph) -> Iterator[str]:
    needs = made.needs
    for notes, _ in circles(list(needs), lambda note: ((n, n) for n in needs.get(note, ()))):
        yield printable(" -> ".join([*notes, notes[0]]))
