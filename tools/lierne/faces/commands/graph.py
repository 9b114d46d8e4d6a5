"""`lierne graph`: the graph as data, and what can be read off it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lierne.base.problem import in_order
from lierne.check.circles import circles
from lierne.faces.api import Vault
from lierne.faces.named import node_id
from lierne.faces.report import data, printable, report
from lierne.graph import measure
from lierne.graph.export import FORMATS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lierne.faces.options import Options
    from lierne.graph.model import Graph


_FORMS = click.Choice(list(FORMATS))


@click.group(invoke_without_command=True)
@click.option("--format", "style", type=_FORMS, default="json", show_default=True, help="The form.")
@click.pass_context
def graph(ctx: click.Context, style: str) -> None:
    """Print the graph of notes, code, tags and attachments.

    What could not be read is said on stderr, and does not count.
    """
    if ctx.invoked_subcommand is None:
        _print(FORMATS[style](_read(ctx.obj)[1]))


@graph.command()
@click.pass_obj
def order(options: Options) -> None:
    """Print the notes in an order to read them in.

    Each note comes after what its `needs` name and what its code imports or refers to. Notes that
    build on each other in a circle are named on stderr.
    """
    _, made = _read(options)
    for node in made.order():
        click.echo(printable(str(node.path)))
    for circle in _circles(made):
        click.echo(f"no order is right for these: {circle}", err=True)


@graph.command()
@click.argument("start", metavar="A")
@click.argument("end", metavar="B")
@click.pass_obj
def path(options: Options, start: str, end: str) -> int:
    """Print a shortest way from A to B.

    A and B are notes, as links name them, or ids of other nodes: a target's path, `#tag`. Where
    no links lead there, the way goes against some of them, and where there is none it ends with 1.
    """
    vault, made = _read(options)
    first, last = (node_id(vault, made, name) for name in (start, end))
    way = measure.path(made, first, last)
    if way is None:
        click.echo(f"nothing joins {printable(first)} to {printable(last)}", err=True)
        return 1
    click.echo(_name(made, first))
    for step in way:
        kind = step.edge.kind.value
        arrow = f"-{kind}->" if step.forward else f"<-{kind}-"
        click.echo(f"{arrow} {_name(made, step.end)}")
    return 0


@graph.command()
@click.argument("note")
@click.option("--depth", type=click.IntRange(0, 99), default=1, show_default=True, help="How far.")
@click.option("--format", "style", type=_FORMS, help="Print that part of the graph in this form.")
@click.pass_obj
def around(options: Options, note: str, depth: int, style: str | None) -> None:
    """Print what is near a note, or near another node, each with its distance.

    NOTE is named as a link names it, or by its id: a target's path, `#tag`.
    """
    vault, made = _read(options)
    near = measure.around(made, node_id(vault, made, note), depth)
    if style is not None:
        _print(FORMATS[style](made.without(n.id for n in made.nodes if n.id not in near)))
        return
    for node, distance in near.items():
        click.echo(f"{distance} {_name(made, node)}")


@graph.command()
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="The form.",
)
@click.pass_obj
def stats(options: Options, style: str) -> None:
    """Print the shape of the graph.

    How many nodes and edges of each kind; hubs, which most others are joined to; what is linked
    and not yet written; orphans, which nothing joins to another note; bridges, without which the
    graph would fall apart; and communities, which are joined more among themselves.
    """
    _, made = _read(options)
    shape = measure.shape(made)
    if style == "json":
        click.echo(data(shape.row()))
        return
    for what, counts in (("nodes", shape.nodes), ("edges", shape.edges)):
        said = ", ".join(f"{kind} {count}" for kind, count in counts.items())
        click.echo(f"{what}: {sum(counts.values())} ({said})" if said else f"{what}: 0")
    counted = {"hubs": shape.hubs, "missing": shape.missing}
    named = {"orphans": shape.orphans, "bridges": shape.bridges}
    for what, rows in counted.items():
        _list(what, [f"{count:>4} {_name(made, node)}" for node, count in rows])
    for what, nodes in named.items():
        _list(what, [f"     {_name(made, node)}" for node in nodes])
    groups = [group for group in shape.communities if len(group) > 1]
    _list("communities", [f"{len(g):>4} {', '.join(_name(made, n) for n in g)}" for g in groups])


def _list(what: str, rows: Sequence[str]) -> None:
    click.echo(f"{what}: {len(rows) or 'none'}")
    for row in rows:
        click.echo(row)


def _name(made: Graph, node_id: str) -> str:
    """A node as it can be named again: its path, else its id."""
    return printable(made[node_id].path or node_id)


def _print(text: str) -> None:
    """Data on stdout; a file name that is not UTF-8 keeps its bytes as escapes."""
    click.echo(text.removesuffix("\n").encode("utf-8", "backslashreplace"))


def _read(options: Options) -> tuple[Vault, Graph]:
    vault = Vault(options.config())
    made = vault.graph()
    unread = (p for p in (*vault.problems, *made.problems) if p.severity.counts)
    report(in_order(unread))
    return vault, made


def _circles(made: Graph) -> Iterator[str]:
    needs = made.needs
    for notes, _ in circles(list(needs), lambda note: ((n, n) for n in needs.get(note, ()))):
        yield printable(" -> ".join([*notes, notes[0]]))
