"""Reads what one Python file defines and imports, and keeps what is named in it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from lierne.code.names import definition as say
from lierne.code.names.definition import Definition
from lierne.code.names.scope import VALUE, Kind, Made, Meaning, Scope
from lierne.code.names.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lierne.code.names.definition import Function, Source
    from lierne.code.names.walk import Visits

    Place = tuple[int, int, int]
    """A line from 1, the characters before it there, and its length."""

_KEYWORDS = {ast.FunctionDef: "def", ast.AsyncFunctionDef: "async def", ast.ClassDef: "class"}


class Reader(Walk):
    """Reads one file in one walk; what its names mean is said after it."""

    def __init__(self, path: str, source: Source, *, script: bool) -> None:
        """Takes where the file is, its text, and whether its variables are no constants."""
        super().__init__(Kind.SCRIPT if script else Kind.MODULE)
        self._path = path
        self._source = source
        self._in_imports: list[tuple[Place, Meaning]] = []
        self._bases: dict[str, list[tuple[Scope, ast.expr]]] = {}
        self.definitions: dict[str, Definition] = {}
        self.stars: list[Meaning] = []

    def read(self, tree: ast.Module) -> None:
        """Walks the whole tree."""
        self._body(tree.body)
        for name in [n for n, d in self.definitions.items() if "." not in n and self._is_lost(d)]:
            del self.definitions[name]

    def seen(self) -> Iterator[tuple[Place, Meaning]]:
        """The names that may stand for something of the project's, and what for."""
        yield from self._in_imports
        for scope, node in self._named:
            if isinstance(node, ast.Name):
                found = scope.find(node.id)
                if found is None and self.stars:
                    found = Meaning(None, path=(node.id,))
                meaning = found if isinstance(found, Meaning) else None
            else:
                meaning = scope.meaning(node)
            if meaning is not None:
                yield self._place(node), meaning

    def imported(self) -> dict[str, Meaning]:
        """What the file imports at its top, by name."""
        return {
            name: bound
            for name, bound in self._top.bound.items()
            if isinstance(bound, Meaning) and bound.module is not None
        }

    def behind(self) -> dict[str, tuple[Meaning, ...]]:
        """Where members of each class or constant may be defined besides."""
        found = {
            name: tuple(filter(None, (scope.meaning(base) for scope, base in bases)))
            for name, bases in self._bases.items()
        }
        return {name: meanings for name, meanings in found.items() if meanings}

    def _is_lost(self, definition: Definition) -> bool:
        return self._top.bound.get(definition.name) != Meaning(None, path=(definition.name,))

    def _place(self, node: ast.Name | ast.Attribute) -> Place:
        line = node.end_lineno or node.lineno
        end = self._source.column(line, node.end_col_offset or 0)
        name = node.id if isinstance(node, ast.Name) else node.attr
        return line, end - len(name), len(name)

    def _table(self) -> Visits:
        return {
            **super()._table(),
            **dict.fromkeys((ast.FunctionDef, ast.AsyncFunctionDef), self._function),
            ast.ClassDef: self._class,
            ast.Assign: self._assign,
            ast.AnnAssign: self._annotated,
            ast.Import: self._import,
            ast.ImportFrom: self._import_from,
        }

    # Imports

    def _import(self, node: ast.Import) -> None:
        for alias in node.names:
            parts = tuple(alias.name.split("."))
            if alias.asname:
                self._bind(alias.asname, Meaning(parts))
            else:
                self._bind(parts[0], Meaning(parts[:1]))
            self._module_named(alias.lineno, alias.col_offset, 0, parts)

    def _import_from(self, node: ast.ImportFrom) -> None:
        parts = tuple(node.module.split(".")) if node.module else ()
        self._module_named(node.lineno, node.col_offset + len("from"), node.level, parts)
        for alias in node.names:
            if alias.name == "*":
                self.stars.append(Meaning(parts, node.level))
                continue
            meaning = Meaning(parts, node.level, (alias.name,))
            self._bind(alias.asname or alias.name, meaning)
            column = self._source.column(alias.lineno, alias.col_offset)
            self._in_imports.append(((alias.lineno, column, len(alias.name)), meaning))

    def _module_named(self, line: int, offset: int, level: int, parts: tuple[str, ...]) -> None:
        name = ".".join(parts)
        column = self._source.find(name, line, self._source.column(line, offset))
        if parts and column >= 0:
            self._in_imports.append(((line, column, len(name)), Meaning(parts, level)))

    # Definitions

    def _function(self, node: Function) -> None:
        decorators = {d.id for d in node.decorator_list if isinstance(d, ast.Name)}
        self._body(node.decorator_list)
        method = self._scope.kind is Kind.CLASS
        self._weak += "overload" in decorators
        self._define(node, lambda name: self._signature(node, name, decorators, method=method))
        self._weak -= "overload" in decorators
        outer = self._scope
        self._scope = self._with_type_parameters(node)
        inner = Scope(Kind.FUNCTION, self._scope, None)
        given = node.args
        self._body([*given.defaults, *given.kw_defaults, node.returns])
        self._parameters(inner, given)
        first = (given.posonlyargs + given.args)[:1]
        if method and first and outer.path and "staticmethod" not in decorators:
            inner.bound[first[0].arg] = Made(Meaning(None, path=outer.path), outer)
        self._inside(inner, node.body)
        self._scope = outer

    def _class(self, node: ast.ClassDef) -> None:
        self._body(node.decorator_list)
        name = self._define(node, lambda name: say.of_class(self._source, node, name))
        outer = self._scope
        self._scope = self._with_type_parameters(node)
        self._body([*node.bases, *node.keywords])
        path = None if name is None else tuple(name.split("."))
        if name is not None:
            self._bases.setdefault(name, []).extend((self._scope, base) for base in node.bases)
        self._inside(Scope(Kind.CLASS, self._scope, path), node.body)
        self._scope = outer

    def _signature(self, node: Function, name: str, decorators: set[str], *, method: bool) -> str:
        bound = method and "staticmethod" not in decorators
        written = say.of_function(self._source, node, name, method=bound)
        is_value = decorators & {"property", "cached_property"}
        return written.replace("()", "", 1) if is_value else written

    def _define(self, node: Function | ast.ClassDef, signature: Callable[[str], str]) -> str | None:
        """Binds a function or class; gives the name that it is known by, if it is."""
        path = self._scope.path
        if path is None:
            self._bind(node.name)
            return None
        scope, name = self._scope, ".".join((*path, node.name))
        again = node.name in scope.bound
        better = name not in self.definitions or (node.name in scope.weak and not self._weak)
        # Of two in a script, the line says which is meant.
        lost = again and scope.kind is Kind.SCRIPT
        self._bind(node.name, VALUE if lost else Meaning(None, path=(*path, node.name)))
        if better:
            place = self._after_keyword(node)
            self.definitions[name] = Definition(
                self._path, name, *place, signature(name), say.about(node)
            )
        return name

    def _after_keyword(self, node: Function | ast.ClassDef) -> Place:
        keyword = _KEYWORDS[type(node)]
        column = self._source.column(node.lineno, node.col_offset) + len(keyword)
        return node.lineno, self._source.find(node.name, node.lineno, column), len(node.name)

    # Variables

    def _assign(self, node: ast.Assign) -> None:
        self._visit(node.value)
        for target in node.targets:
            names = target.elts if isinstance(target, ast.Tuple) else [target]
            for name in names:
                if isinstance(name, ast.Name):
                    self._assigned(name, node, node.value if name is target else None)
                else:
                    self._visit(name)

    def _annotated(self, node: ast.AnnAssign) -> None:
        self._visit(node.annotation)
        if node.value:
            self._visit(node.value)
        if isinstance(node.target, ast.Name):
            self._assigned(node.target, node, node.annotation)
        else:
            self._visit(node.target)

    def _assigned(self, target: ast.Name, node: ast.stmt, by: ast.expr | None) -> None:
        scope = self._scope
        made = by if isinstance(by, ast.Call) or isinstance(node, ast.AnnAssign) else None
        if scope.path is None or scope.kind is Kind.SCRIPT:
            self._bind(target.id, Made(made, scope) if made else VALUE)
            return
        if target.id in scope.bound and not self._weak:
            self._bind(target.id)  # bound to more than one thing
            return
        path = *scope.path, target.id
        name = ".".join(path)
        self._bind(target.id, Meaning(None, path=path))
        if name not in self.definitions:
            written = self._written(name, target, node)
            self.definitions[name] = Definition(self._path, name, *self._place(target), written, "")
            if made:
                self._bases[name] = [(scope, made)]

    def _written(self, name: str, target: ast.Name, node: ast.stmt) -> str:
        written = self._source.piece(node)
        alone = re.match(rf"{re.escape(target.id)}\s*[:=]", written)
        return say.shortened(name + written[len(target.id) :] if alone else written)
