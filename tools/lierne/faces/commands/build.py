"""The commands `build` and `serve`: tangle, then the site."""

from __future__ import annotations

import gc
import shutil
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lierne.base.config import Config
    from lierne.base.problem import Problem
    from lierne.faces.mkdocs.plugin import Plugin
    from lierne.faces.options import Options


@click.command()
@click.pass_obj
def build(options: Options) -> int:
    """Tangle, then make the site.

    The site goes to `site`, or where the project's `mkdocs.yml` says. Ends with 1 if a target could
    not be written; other problems of the notes are only counted, and `lierne check` shows them.
    """
    with _uncollected():
        return run_build(options.config(), options.verbosity)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True)
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.pass_obj
def serve(options: Options, port: int, host: str) -> int:
    """Show the site, and refresh it when a note is saved.

    Each save also tangles. The site is kept in memory; open pages change where they are, and show
    what is wrong with them.
    """
    return run_serve(options.config(), host, port, options.verbosity)


def run_build(config: Config, verbosity: int = 0) -> int:
    """Tangles, builds the site, and says in a few lines what there is now.

    Returns:
        The exit code: 1 if a problem kept a target from being written.
    """
    from lierne.faces.carry import Manner  # noqa: PLC0415
    from lierne.faces.commands.tangle import run_tangle  # noqa: PLC0415
    from lierne.faces.mkdocs.host.build import build as build_site  # noqa: PLC0415  # only here is MkDocs needed

    code = run_tangle(config, Manner(quiet=verbosity <= 0, verbosity=-1))
    plugin, folder = build_site(config, verbosity)
    if verbosity >= 0:
        for line in _summary(plugin, folder):
            click.echo(line)
    return code


def run_serve(config: Config, host: str, port: int, verbosity: int = 0) -> int:
    """Tangles, shows the site, and does both again on every save, until it is stopped."""
    from lierne.faces.serve.live import serve as serve_live  # noqa: PLC0415  # as above

    serve_live(config, host, port, verbosity)
    return 0


@contextmanager
def _uncollected() -> Iterator[None]:
    """Does not look for objects that nobody needs: most are needed to the end of a build.

    Afterwards, none of those that there are is looked at again: the process is about to end.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.freeze()
            gc.enable()


def _summary(plugin: Plugin, folder: str) -> Iterator[str]:
    publication = plugin.publication
    if publication is None:
        return
    kinds = Counter(node.kind.value for node in publication.graph if not node.attachment)
    links = sum(
        len(edge.places)
        for edge in publication.graph.edges
        if edge.kind.value in ("link", "embed", "property", "needs")
    )
    missing = kinds["unresolved"]
    concepts = _many(kinds["note"] + missing, "concept")
    yield (
        f"{_many(kinds['note'], 'note')}, {concepts}"
        f"{f' ({missing} not yet written)' if missing else ''}, {_many(links, 'link')}"
    )
    roots = " and ".join(f"`{root}`" for root in _roots(publication.targets))
    yield _many(kinds["module"], "target") + (f" in {roots}" if roots else "")
    yield _counted(plugin.problems) or "no problems"
    yield f"the site is in `{folder}`; to see it: {_command()} serve"


def _roots(targets: Iterable[str]) -> list[str]:
    return sorted({path.partition("/")[0] for path in targets})


def _counted(problems: Iterable[Problem]) -> str:
    counts = Counter(problem.severity.value for problem in problems)
    each = ", ".join(_many(count, severity) for severity, count in sorted(counts.items()))
    return f"{each}; to see them: {_command()} check" if each else ""


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")


def _command() -> str:
    """How to call Lierne from here: by its name only where that would find it."""
    if shutil.which("lierne"):
        return "lierne"
    beside = Path(sys.executable).with_name("lierne")
    return _shorter(str(beside)) if beside.exists() else f"{_shorter(sys.executable)} -m lierne"


def _shorter(path: str) -> str:
    """The path from the current folder, if it lies below that."""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return path
