"""What says whether a block was run as it stands: a digest of all that its output comes from.

That is its code, the blocks before it, the modules of the project that they import, as tangling
would write them, and the data files that they declare. Neither Python nor its packages are in it,
so that the key is the same on every machine. Nothing is run to find it out.
"""

from __future__ import annotations

import posixpath
from hashlib import blake2b
from typing import TYPE_CHECKING

from lierne.base.disk import read_file
from lierne.base.plan import digest
from lierne.code.imports import PYTHON, Finder, Unreadable, asked, parse
from lierne.code.run.blocks import run_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from lierne.code.run.blocks import RunBlock
    from lierne.code.tangle import Tangled
    from lierne.read.vault.vault import Vault

_FORM = b"1"
"""Goes into every key; another one makes all outputs stale."""
_ATTRIBUTES = ("figure", "alt", "data", "elide")
"""The attributes that decide what a block leaves behind; how it is compared is none of them."""


class Keys:
    """The keys of a vault's run blocks."""

    def __init__(self, vault: Vault, tangled: Tangled) -> None:
        """Takes the notes, and what they make."""
        self._vault = vault
        self._modules = _Modules(vault.root, vault.config.targets, tangled)
        self._keys: dict[tuple[str, int], str] = {}

    def of(self, block: RunBlock) -> str:
        """The key of a block: 16 hexadecimal digits."""
        where = (block.note, block.number)
        if where not in self._keys:
            self._note(block.note)
        return self._keys[where]

    def needs(self, block: RunBlock) -> set[str]:
        """The project's own files that a block imports, and those that these import, and so on."""
        return self._modules.reached_by(block.block.code)

    def _note(self, path: str) -> None:
        outline = self._vault.outlines([path])[0]
        said: list[bytes] = [_FORM]
        imported: set[str] = set()
        data: set[str] = set()
        for one in run_blocks(outline, self._vault.text(path)):
            said += [one.block.code.encode(errors="surrogatepass"), *_attributes(one)]
            imported |= self._modules.reached_by(one.block.code)
            data |= set(one.data)
            used = [*self._modules.digests(imported), *_data(self._vault.root, data)]
            self._keys[path, one.number] = _digest([*said, *used])


class _Modules:
    """The Python files of a project: what tangling would write, and what lies there besides."""

    def __init__(self, root: Path, roots: tuple[str, ...], tangled: Tangled) -> None:
        self._root = root
        self._roots = roots
        self._tangled = tangled
        self._texts: dict[str, str | None] = {}
        self._imports: dict[str, tuple[str, ...]] = {}

    def __contains__(self, path: object) -> bool:
        """Whether there is such a file."""
        return isinstance(path, str) and self._text(path) is not None

    def reached_by(self, code: str) -> set[str]:
        """All files that code imports, and those that these import, and so on."""
        reached: set[str] = set()
        ahead = list(self._imported("", code))
        while ahead:
            path = ahead.pop()
            if path not in reached:
                reached.add(path)
                ahead += self._imports_of(path)
        return reached

    def digests(self, paths: Iterable[str]) -> Iterator[bytes]:
        """What says what each file holds, in an order of their own."""
        for path in sorted(paths):
            yield path.encode()
            yield digest((self._text(path) or "").encode(errors="surrogatepass"))

    def _imports_of(self, path: str) -> tuple[str, ...]:
        if path not in self._imports:
            self._imports[path] = tuple(self._imported(path, self._text(path) or ""))
        return self._imports[path]

    def _imported(self, path: str, code: str) -> Iterator[str]:
        tree = parse(path, code)
        if isinstance(tree, Unreadable):
            return
        finder = Finder(self, self._roots, path)
        for one in asked(tree):
            found = finder.find(one)
            if found is not None:
                yield found
                yield from self._packages(found)

    def _packages(self, path: str) -> Iterator[str]:
        """The packages that a module lies in, which are imported before it."""
        folder = posixpath.dirname(path)
        while folder and folder not in self._roots:
            for ending in PYTHON:
                if (package := f"{folder}/__init__{ending}") in self:
                    yield package
            folder = posixpath.dirname(folder)

    def _text(self, path: str) -> str | None:
        if path not in self._texts:
            target = self._tangled.targets.get(path)
            made = None if target is None else target.text
            self._texts[path] = made if made is not None else self._on_disk(path)
        return self._texts[path]

    def _on_disk(self, path: str) -> str | None:
        try:
            data = read_file(self._root / path)
        except (OSError, ValueError):
            return None
        return None if data is None else data.decode("utf-8", "surrogateescape")


def data_file(root: Path, name: str) -> Path | None:
    """The data file that a block declares; None where it is not there, or not in the project.

    Args:
        root: The project.
        name: As the block says it, from the project's root.
    """
    try:
        path = (root / name).resolve()
        return path if path.is_file() and path.is_relative_to(root.resolve()) else None
    except (OSError, ValueError):
        return None


def _attributes(block: RunBlock) -> Iterator[bytes]:
    for name in _ATTRIBUTES:
        value = block.block.get(name)
        yield b"" if value is None else f"{name}={value}".encode(errors="surrogatepass")


def _data(root: Path, names: Iterable[str]) -> Iterator[bytes]:
    for name in sorted(names):
        path = data_file(root, name)
        yield name.encode(errors="surrogatepass")
        yield b"" if path is None else digest(path.read_bytes())


def _digest(parts: Iterable[bytes]) -> str:
    whole = blake2b(digest_size=8)
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()
