"""What the names in a project's Python files and run blocks stand for, across all of its files."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lierne.code.imports import PYTHON, looked_up_in, module_file, module_name
from lierne.code.names.definition import Definition
from lierne.code.names.module import Module, read
from lierne.code.names.name import Use

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from lierne.code.names.scope import Meaning

    Key = tuple[str, str]
    """The file of a definition, and its name there."""

_DEEPEST = 20
"""How many steps are taken from a name to where it is defined."""
_NOTHING = Module()


class Definitions:
    """Finds what names stand for in the files that may be spoken of."""

    def __init__(
        self,
        texts: Mapping[str, str],
        roots: Sequence[str],
        silent: Collection[str] = (),
        before: Definitions | None = None,
    ) -> None:
        """Takes the project's files; reads none of them yet.

        Args:
            texts: The text of each file by its path, also of those that are not Python.
            roots: The folders that imports are looked up in, from the project's root.
            silent: Paths of further files, which are there and of which nothing may be said.
            before: What was found in them as they were; what still holds is taken over.
        """
        self._texts = {path: text for path, text in texts.items() if path.endswith(PYTHON)}
        self._roots = tuple(roots)
        self._paths = {path for path in (*texts, *silent) if path.endswith(PYTHON)}
        self._folders = {folder for path in self._paths for folder in _above(path)}
        self._found: dict[tuple[str, Meaning], Key | None] = {}
        self._modules: dict[str, Module] = {}
        self._wholes: dict[str, Definition] = {}
        self._uses: dict[str, tuple[Use, ...]] = {}
        self._scripts: dict[tuple[str, ...], tuple[Use, ...]] = {}
        if before is not None:
            self._take_over(before)

    def of(self, path: str) -> Mapping[str, Definition]:
        """What a file defines, by name."""
        return self._module(path).definitions

    def get(self, path: str, name: str) -> Definition | None:
        """A definition, or with no name a whole file."""
        return self.of(path).get(name) if name else self._whole(path)

    def uses(self, path: str) -> tuple[Use, ...]:
        """The names in a file that definitions stand behind, in no order."""
        if path not in self._uses:
            self._uses[path] = self._used(path, self._module(path))
        return self._uses[path]

    def uses_in_script(
        self, parts: Sequence[str]
    ) -> tuple[tuple[Use, ...], Mapping[str, Definition]]:
        """The names in a program that is no file of the project, and what it defines itself.

        Args:
            parts: Whole lines of it, one part after the other. One that is not Python is left out.
        """
        module = read("", "".join(parts), script=True)
        if not module.readable:
            sound = (part if read("", part).readable else "\n" * part.count("\n") for part in parts)
            module = read("", "".join(sound), script=True)
        key = tuple(parts)
        if key not in self._scripts:
            self._scripts[key] = self._used("", module, own=module)
        return self._scripts[key], module.definitions

    def _take_over(self, before: Definitions) -> None:
        """Takes over what names stand for, unless a file has come, gone, or says other names."""
        same = (before._roots, before._paths, before._texts.keys())
        if same != (self._roots, self._paths, self._texts.keys()):
            return
        changed = {path for path, text in self._texts.items() if text != before._texts[path]}
        if any(_says(self._module(path)) != _says(before._module(path)) for path in changed):
            return
        self._found = {key: key_ for key, key_ in before._found.items() if key[0] not in changed}
        self._uses = {path: uses for path, uses in before._uses.items() if path not in changed}
        self._scripts = before._scripts

    def _used(self, path: str, module: Module, own: Module | None = None) -> tuple[Use, ...]:
        found = []
        for seen in module.seen:
            if own is not None and seen.meaning.module is None:
                key = self._in(own, "", seen.meaning.path, _DEEPEST)
            else:
                key = self._find(path, seen.meaning)
            if key is not None:
                found.append(Use(seen.line, seen.column, seen.length, *key))
        return tuple(found)

    def _module(self, path: str) -> Module:
        found = self._modules.get(path)
        if found is None:
            text = self._texts.get(path)
            found = self._modules[path] = _NOTHING if text is None else read(path, text)
        return found

    def _find(self, path: str, meaning: Meaning, steps: int = _DEEPEST) -> Key | None:
        # Where a name leads in a circle, it leads nowhere.
        key = (path, meaning)
        if key not in self._found:
            self._found[key] = None
            self._found[key] = self._look_up(path, meaning, steps)
        return self._found[key]

    def _look_up(self, path: str, meaning: Meaning, steps: int) -> Key | None:
        if steps == 0:
            return None
        if meaning.module is None:
            return self._in(self._module(path), path, meaning.path, steps)
        stem = self._stem(path, meaning)
        return None if stem is None else self._below(stem, meaning.path, steps)

    def _below(self, stem: str, names: tuple[str, ...], steps: int) -> Key | None:
        """What names lead to from a module or package."""
        path = module_file(stem, self._paths)
        if not names:
            return (path, "") if path in self._texts else None
        if path is not None:
            found = self._in(self._module(path), path, names, steps)
            if found is not None:
                return found
        inner = f"{stem}/{names[0]}"
        return self._below(inner, names[1:], steps) if self._is_there(inner) else None

    def _in(self, module: Module, path: str, names: tuple[str, ...], steps: int) -> Key | None:
        """What names lead to within one file."""
        if (name := ".".join(names)) in module.definitions:
            return path, name
        imported = module.imported.get(names[0])
        if imported is not None:
            return self._find(path, imported.member(*names[1:]), steps - 1)
        for behind in module.behind.get(".".join(names[:-1]), ()):
            if inherited := self._find(path, behind.member(names[-1]), steps - 1):
                return inherited
        return self._by_star(module, path, names, steps)

    def _by_star(self, module: Module, path: str, names: tuple[str, ...], steps: int) -> Key | None:
        if names[0] in module.definitions or names[0].startswith("_"):
            return None
        for star in module.stars:
            if found := self._find(path, star.member(*names), steps - 1):
                return found
        return None

    def _whole(self, path: str) -> Definition | None:
        if path not in self._texts:
            return None
        if path not in self._wholes:
            name, said = module_name(path, self._roots), self._module(path).about
            self._wholes[path] = Definition(path, "", 1, 0, 0, name, said)
        return self._wholes[path]

    def _stem(self, path: str, meaning: Meaning) -> str | None:
        """Where a module lies, without its file's ending."""
        module = meaning.module or ()
        if meaning.level:
            folder = posixpath.dirname(path)
            for _ in range(meaning.level - 1):
                folder = posixpath.dirname(folder)
            return posixpath.join(folder, *module)
        stems = (posixpath.join(root, *module) for root in looked_up_in(path, self._roots))
        return next((stem for stem in stems if self._is_there(stem)), None)

    def _is_there(self, stem: str) -> bool:
        return stem in self._folders or module_file(stem, self._paths) is not None


def _says(module: Module) -> tuple[object, ...]:
    """All of a file that decides what names in other files stand for."""
    return module.definitions.keys(), module.imported, module.behind, module.stars


def _above(path: str) -> list[str]:
    folders = []
    while path := posixpath.dirname(path):
        folders.append(path)
    return folders
