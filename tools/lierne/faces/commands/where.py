"""The command `where`: from a line to its other end."""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lierne.base.paths import read_target
from lierne.faces.report import many, printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lierne.base.config import Config
    from lierne.code.map import Map
    from lierne.code.tangle import Tangled
    from lierne.faces.options import Options

_SPEC = re.compile(r"(?P<path>.+?)(?::(?P<line>\d+))?(?::(?P<column>\d+))?")


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
    from lierne.code.tangle import tangle as tangled_of  # noqa: PLC0415 - the help needs none of it
    from lierne.read.vault.vault import Vault  # noqa: PLC0415 - as above

    config = options.config()
    vault = Vault(config)
    search = _Search(config, tangled_of(vault.outlines(), vault.names, config))
    match = _SPEC.fullmatch(place)
    path = search.path_of(match["path"] if match else place)
    line = int(match["line"]) if match and match["line"] else None
    column = int(match["column"]) if match and match["column"] else None
    if path not in search.tangled.targets and vault.config.vault_path(path) not in vault.paths:
        raise click.ClickException(search.unknown(path, tuple(vault.paths)))
    if style == "json":
        return _print_map(search.maps.get(path), path)
    answers = dict.fromkeys(search.answers(path, line, column))
    for answer in answers:
        click.echo(answer)
    if not answers:
        click.echo(f"{printable(place)} {search.nothing(path, line)}", err=True)
    return 0


def _print_map(found: Map | None, path: str) -> int:
    from lierne.faces.report import data  # noqa: PLC0415 - only for programs

    if found is None:
        raise click.ClickException(f"`{path}` has no map: {_HELD}")
    click.echo(data(found.to_json()))
    return 0


_HELD = "only a target has one, and only if no error holds it back; `lierne tangle` names them"


@dataclass(frozen=True)
class _Search:
    """Looks for places in the maps of all targets."""

    config: Config
    tangled: Tangled

    @cached_property
    def maps(self) -> Mapping[str, Map]:
        return self.tangled.maps

    def path_of(self, written: str) -> str:
        """The path from the project's root of one that may be written from the current folder."""
        root = Path(self.config.root).resolve()
        here = (Path.cwd() / written).resolve()
        if here.is_relative_to(root) and (here.exists() or Path(written).is_absolute()):
            return here.relative_to(root).as_posix()
        return posixpath.normpath(written.replace("\\", "/"))

    def answers(self, path: str, line: int | None, column: int | None) -> Iterator[str]:
        """The places that belong to one, each as it can be clicked on."""
        if line is None:
            yield from self._runs(path)
        elif path in self.maps:
            tangled_line = self._translated(path, line, back=True)
            origin = tangled_line and self.maps[path].note_at(tangled_line, column or 1)
            if origin:
                note, number, at = origin
                yield _place(self.config.shown(note), number, column and at)
        else:
            note = self.config.vault_path(path)
            for target, number, at in self._targets_of(note, line, column or 1):
                on_disk = self._translated(target, number, back=False)
                if on_disk:
                    yield _place(target, on_disk, column and at)

    def unknown(self, path: str, notes: tuple[str, ...]) -> str:
        """Says that a path is neither a target nor a note, and which ones are near."""
        from lierne.base.problem import nearest  # noqa: PLC0415 - only for a slip

        near = nearest(path, [*self.tangled.targets, *map(self.config.shown, notes)])
        meant = f"; did you mean `{near[0]}`?" if near else ""
        return f"`{path}` is neither a target nor a note{meant}"

    def nothing(self, path: str, line: int | None) -> str:
        """Why there is no answer."""
        note = self.config.vault_path(path)
        targets = self.tangled.targets.values()
        held = [
            t.path
            for t in targets
            if t.text is None and path in (t.path, self.config.shown(t.owner))
        ]
        if held:
            names = ", ".join(f"`{target}`" for target in held)
            return f"leads nowhere: an error holds back {names}; `lierne tangle` says which"
        if path not in self.maps:
            went = [target for target, _, _ in self._targets_of(note, line or 1, 1)]
            return f"goes to `{went[0]}`, which was edited there" if went else "goes to no target"
        if line is None:
            return "is empty"
        lines = len(self._texts(path)[0])
        if not 0 < line <= lines:
            return f"is not there: the file has {many(lines, 'line')}"
        if self._translated(path, line, back=True) is None:
            return "was edited since it was tangled"
        return "comes from no note: tangling put it between two blocks"

    def _runs(self, path: str) -> Iterator[str]:
        for target, found in self.maps.items():
            for run in found.runs:
                if path in (target, self.config.shown(run.note)):
                    last = run.note_line + run.count - 1
                    note = printable(self.config.shown(run.note))
                    lines = f"{printable(target)}:{run.line}-{run.end - 1}"
                    yield f"{lines}\t{note}:{run.note_line}-{last}"

    def _targets_of(self, note: str, line: int, column: int) -> Iterator[tuple[str, int, int]]:
        for target, found in self.maps.items():
            for number, at in found.target_at(note, line, column):
                yield target, number, at

    def _translated(self, path: str, line: int, *, back: bool) -> int | None:
        """A line of the file on the disk as a line of the tangled text, or the other way round."""
        file, text = self._texts(path)
        if file == text:
            return line
        old, new = (file, text) if back else (text, file)
        return next((t + line - s for s, t, size in _same(old, new) if s < line <= s + size), None)

    def _texts(self, path: str) -> tuple[list[str], list[str]]:
        """The lines of the file on the disk, or else as it will be, and of the tangled text."""
        text = _lines(self.tangled.targets[path].text or "")
        found = read_target(self.config.root, path)
        return _lines(found.decode("utf-8", "replace")) if isinstance(found, bytes) else text, text


def _same(old: list[str], new: list[str]) -> Iterator[tuple[int, int, int]]:
    """Which lines of two texts are the same: from where on in both, and how many."""
    import difflib  # noqa: PLC0415 - only for a file that was edited

    # Most edits are in one place. What is between the first and the last may repeat itself much,
    # and then the time would grow with its cube if lines that are everywhere were not left out.
    head = _head(old, new)
    tail = _head(old[head:][::-1], new[head:][::-1])
    yield 0, 0, head
    middle = difflib.SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail])
    for start, there, size in middle.get_matching_blocks():
        yield head + start, head + there, size
    yield len(old) - tail, len(new) - tail, tail


def _head(one: Sequence[str], other: Sequence[str]) -> int:
    """How many lines two texts begin with alike."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _lines(text: str) -> list[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    return lines if lines[-1] else lines[:-1]


def _place(path: str, line: int, column: int | None) -> str:
    place = f"{printable(path)}:{line}"
    return place if column is None else f"{place}:{column}"
