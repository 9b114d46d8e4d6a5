"""The commands `tangle` and `where`: from notes to targets, and from a line to its other end."""

from __future__ import annotations

import posixpath
import re
import sys
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lierne.base import disk
from lierne.base.plan import Plan
from lierne.faces.report import coloured, printable, report

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.base.config import Config
    from lierne.code.map import Map
    from lierne.code.tangle import Tangled
    from lierne.faces.options import Options

_SPEC = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")
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
    return run_tangle(options.config(), mode or "write", style, quiet=options.verbosity < 0)


@click.command()
@click.argument("place")
@click.option(
    "--format",
    "style",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="`json` prints the map of a target.",
)
@click.pass_obj
def where(options: Options, place: str, style: str) -> int:
    """Say where a line comes from, or where it went.

    PLACE is a path, with or without `:line` and `:column`: of a target, to find its note, or of a
    note, to find its targets.
    """
    return run_where(options.config(), place, style)


def run_tangle(config: Config, mode: str, style: str = "text", *, quiet: bool = False) -> int:
    """Tangles, or says what tangling would do.

    Args:
        config: The project.
        mode: `write`, or one of `check`, `diff` and `list`, which write nothing.
        style: How problems are printed: `text`, `json` or `github`.
        quiet: Whether to say nothing of what goes well.

    Returns:
        The exit code: 1 for problems, and in the modes that write nothing also for changes.
    """
    from lierne.code.targets.last import plan  # noqa: PLC0415 - the command's help needs none of it
    from lierne.read.vault.vault import Vault  # noqa: PLC0415 - as above

    writes = mode == "write"
    with disk.lock(config.root, "tangle") if writes else nullcontext():
        made = plan(Vault(config))
        failures = made.carry_out() if writes else []
    failed, root = {str(error.filename) for error in failures}, Path(config.root).resolve()
    done = [c for c in made.changes if not failed or str(root / c.path) not in failed]
    if mode == "diff":
        click.echo(_coloured_diff(made.diff()), nl=False, color=coloured(sys.stdout))
    elif not quiet:
        _say_changes(made if not writes else Plan(made.root, tuple(done)), done=writes)
    found = report(made.problems, style)
    for error in failures:
        click.echo(f"error: {printable(_sentence(error))}", err=True)
    return 2 if failures else max(found, int(bool(made) and not writes))


def run_where(config: Config, spec: str, style: str = "text") -> int:
    """Prints the place, or the places, that belong to a place of a target or note.

    Args:
        config: The project.
        spec: A path from the current folder or from the project's root, with `:line` and `:column`
            or without.
        style: `text`, or `json` for the map of a target.
    """
    from lierne.code.tangle import tangle as tangled_of  # noqa: PLC0415 - as above
    from lierne.read.vault.vault import Vault  # noqa: PLC0415 - as above

    vault = Vault(config)
    search = _Search(config, tangled_of(vault.outlines(), vault.names, config))
    match = _SPEC.fullmatch(spec)
    path = search.path_of(match["path"] if match else spec)
    line = int(match["line"]) if match and match["line"] else None
    column = int(match["column"]) if match and match["column"] else None
    if path in search.maps and style == "json":
        from lierne.faces.report import data  # noqa: PLC0415 - only for programs

        click.echo(data(search.maps[path].to_json()))
        return 0
    if path not in search.maps and search.note_of(path) not in vault.paths:
        raise click.ClickException(search.unknown(path, tuple(vault.paths)))
    found = list(search.answers(path, line, column))
    for answer in dict.fromkeys(found):
        click.echo(answer)
    if not found:
        click.echo(f"{printable(spec)} {search.nothing(path)}", err=True)
    return 0


@dataclass(frozen=True, slots=True)
class _Search:
    """Looks for places in the maps of all targets."""

    config: Config
    tangled: Tangled

    @property
    def maps(self) -> dict[str, Map]:
        return dict(self.tangled.maps)

    def path_of(self, written: str) -> str:
        """The path from the project's root of one that may be written from the current folder."""
        root = Path(self.config.root).resolve()
        here = (Path.cwd() / written).resolve()
        if here.is_relative_to(root) and (here.exists() or Path(written).is_absolute()):
            return here.relative_to(root).as_posix()
        return posixpath.normpath(written.replace("\\", "/"))

    def note_of(self, path: str) -> str:
        """The vault path of a note's path from the project's root."""
        folder = posixpath.normpath(self.config.vault)
        return path if folder == "." else path.removeprefix(f"{folder}/")

    def shown(self, note: str) -> str:
        """A note's path from the project's root."""
        return posixpath.normpath(posixpath.join(self.config.vault, note))

    def answers(self, path: str, line: int | None, column: int | None) -> Iterator[str]:
        """The places that belong to one, each as it can be clicked on."""
        if line is None:
            yield from self._runs(path)
        elif path in self.maps:
            tangled_line = self._translated(path, line, back=True)
            origin = tangled_line and self.maps[path].note_at(tangled_line, column or 1)
            if origin:
                note, number, at = origin
                yield _place(self.shown(note), number, column and at)
        else:
            yield from self._targets_of(self.note_of(path), line, column)

    def unknown(self, path: str, notes: tuple[str, ...]) -> str:
        """Says that a path is neither a target nor a note, and which ones are near."""
        from lierne.base.problem import nearest  # noqa: PLC0415 - only for a slip

        near = nearest(path, [*self.maps, *map(self.shown, notes)])
        meant = f"; did you mean `{near[0]}`?" if near else ""
        return f"`{path}` is neither a target nor a note{meant}"

    def nothing(self, path: str) -> str:
        """Why there is no answer."""
        if path in self.maps:
            return "comes from no note: it parts two blocks, was edited, or is past the end"
        return "goes to no target"

    def _runs(self, path: str) -> Iterator[str]:
        for target, found in self.maps.items():
            for run in found.runs:
                if path in (target, self.shown(run.note)):
                    last = run.note_line + run.count - 1
                    note = printable(self.shown(run.note))
                    lines = f"{printable(target)}:{run.line}-{run.end - 1}"
                    yield f"{lines}\t{note}:{run.note_line}-{last}"

    def _targets_of(self, note: str, line: int, column: int | None) -> Iterator[str]:
        for target, found in self.maps.items():
            for number, at in found.target_at(note, line, column or 1):
                on_disk = self._translated(target, number, back=False)
                if on_disk:
                    yield _place(target, on_disk, column and at)

    def _translated(self, path: str, line: int, *, back: bool) -> int | None:
        """A line of the file on the disk as a line of the tangled text, or the other way round."""
        data = disk.read_file(Path(self.config.root) / path)
        text = (self.tangled.targets[path].text or "").split("\n")
        file = text if data is None else data.decode("utf-8", "replace").splitlines()
        if file == text or file == text[:-1]:
            return line
        import difflib  # noqa: PLC0415 - only for a file that was edited

        old, new = (file, text) if back else (text, file)
        matcher = difflib.SequenceMatcher(None, old, new, autojunk=False)
        for start, there, size in matcher.get_matching_blocks():
            if start < line <= start + size:
                return there + line - start
        return None


def _place(path: str, line: int, column: int | None) -> str:
    place = f"{printable(path)}:{line}"
    return place if column is None else f"{place}:{column}"


def _say_changes(plan: Plan, *, done: bool) -> None:
    colour = coloured(sys.stdout)
    for change in plan.changes:
        verb = _DONE[change.verb] if done else change.verb
        added, removed = change.lines
        counts = f" (+{added} -{removed})" if change.verb == "change" else ""
        styled = click.style(verb, fg=_SIGNS[change.verb])
        click.echo(f"{styled} {printable(change.path)}{counts}", color=colour)


def _coloured_diff(diff: str) -> str:
    signs = {"+": "green", "-": "red", "@": "cyan"}
    lines = diff.splitlines(keepends=True)
    return "".join(
        click.style(line, fg=signs[line[0]]) if line[0] in signs else line for line in lines
    )


def _sentence(error: OSError) -> str:
    reason = error.strerror or str(error)
    return f"{error.filename}: {reason}" if error.filename else reason
