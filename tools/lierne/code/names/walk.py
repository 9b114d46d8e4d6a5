"""Walks the syntax tree of one Python file, and keeps which name is bound in which scope."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, TypeAlias

from lierne.code.names.scope import VALUE, Kind, Made, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from lierne.code.names.scope import Bound

    Visits: TypeAlias = Mapping[type[ast.AST], Callable[..., None]]
    """What is done with nodes of a kind; all others are walked through."""


class Walk:
    """A walk through a file, in which each name belongs to a scope as Python has it."""

    def __init__(self, kind: Kind) -> None:
        """Starts in the outermost scope, which is of that kind."""
        self._top = Scope(kind)
        self._scope = self._top
        self._weak = 0
        """Above 0 in what is done only in case something else fails."""
        self._named: list[tuple[Scope, ast.Name | ast.Attribute]] = []
        """The names and attributes that are looked up, each with where it stands."""
        self._visits = self._table()

    def _visit(self, node: ast.AST) -> None:
        self._visits.get(type(node), self._children)(node)

    def _children(self, node: ast.AST) -> None:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                self._visit(value)
            elif isinstance(value, list):
                self._body(value)

    def _body(self, nodes: Iterable[ast.AST | str | None]) -> None:
        for node in nodes:
            if isinstance(node, ast.AST):
                self._visit(node)

    def _weakly(self, nodes: Iterable[ast.AST]) -> None:
        self._weak += 1
        self._body(nodes)
        self._weak -= 1

    def _inside(self, scope: Scope, nodes: Iterable[ast.AST | None]) -> None:
        outer, self._scope = self._scope, scope
        self._body(nodes)
        self._scope = outer

    def _bind(self, name: str | None, bound: Bound = VALUE) -> None:
        if name is not None:
            self._scope.bind(name, bound, weak=self._weak > 0)

    def _table(self) -> Visits:
        return {
            **dict.fromkeys((ast.Constant, ast.Load, ast.Store, ast.Pass), _leave_alone),
            **dict.fromkeys((ast.ListComp, ast.SetComp, ast.GeneratorExp), self._comprehension),
            ast.DictComp: self._comprehension,
            ast.Name: self._name,
            ast.Attribute: self._attribute,
            ast.Global: self._global,
            ast.Nonlocal: self._nonlocal,
            ast.Lambda: self._lambda,
            ast.NamedExpr: self._walrus,
            ast.ExceptHandler: self._except_handler,
            ast.If: self._if,
            ast.MatchAs: self._match_as,
            ast.MatchStar: self._match_star,
            ast.MatchMapping: self._match_mapping,
        }

    def _name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self._named.append((self._scope, node))
        else:
            self._bind(node.id)

    def _attribute(self, node: ast.Attribute) -> None:
        if isinstance(node.ctx, ast.Load):
            self._named.append((self._scope, node))
        self._visit(node.value)

    def _global(self, node: ast.Global) -> None:
        self._scope.elsewhere.update(dict.fromkeys(node.names, True))

    def _nonlocal(self, node: ast.Nonlocal) -> None:
        self._scope.elsewhere.update(dict.fromkeys(node.names, False))

    def _lambda(self, node: ast.Lambda) -> None:
        self._body([*node.args.defaults, *node.args.kw_defaults])
        inner = Scope(Kind.FUNCTION, self._scope, None)
        self._parameters(inner, node.args)
        self._inside(inner, [node.body])

    def _with_type_parameters(self, node: ast.AST) -> Scope:
        found = getattr(node, "type_params", ())  # Python 3.12 has them
        if not found:
            return self._scope
        scope = Scope(Kind.FUNCTION, self._scope, self._scope.path)
        for one in found:
            scope.bind(one.name, VALUE)
        return scope

    def _parameters(self, inner: Scope, given: ast.arguments) -> None:
        for one in [*given.posonlyargs, *given.args, *given.kwonlyargs]:
            inner.bind(one.arg, Made(one.annotation, self._scope) if one.annotation else VALUE)
        for rest in (given.vararg, given.kwarg):
            if rest:
                inner.bind(rest.arg, VALUE)
        self._body(one.annotation for one in _all(given))

    def _walrus(self, node: ast.NamedExpr) -> None:
        self._visit(node.value)
        scope = self._scope
        while scope.kind is Kind.COMPREHENSION and scope.parent is not None:
            scope = scope.parent
        scope.bind(node.target.id, VALUE)

    def _except_handler(self, node: ast.ExceptHandler) -> None:
        self._bind(node.name)
        if node.type:
            self._visit(node.type)
        self._weakly(node.body)

    def _if(self, node: ast.If) -> None:
        self._visit(node.test)
        self._body(node.body)
        self._weakly(node.orelse)

    def _match_as(self, node: ast.MatchAs) -> None:
        self._bind(node.name)
        if node.pattern:
            self._visit(node.pattern)

    def _match_star(self, node: ast.MatchStar) -> None:
        self._bind(node.name)

    def _match_mapping(self, node: ast.MatchMapping) -> None:
        self._bind(node.rest)
        self._children(node)

    def _comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> None:
        # What the first `for` goes through is looked up outside.
        self._visit(node.generators[0].iter)
        inner = Scope(Kind.COMPREHENSION, self._scope, None)
        outer, self._scope = self._scope, inner
        for number, one in enumerate(node.generators):
            self._visit(one.target)
            if number:
                self._visit(one.iter)
            self._body(one.ifs)
        values = [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]
        self._body(values)
        self._scope = outer


def _leave_alone(_: ast.AST) -> None:
    """Looks for nothing in what holds no names."""


def _all(given: ast.arguments) -> Iterator[ast.arg]:
    for one in (*given.posonlyargs, *given.args, given.vararg, *given.kwonlyargs, given.kwarg):
        if one is not None:
            yield one
