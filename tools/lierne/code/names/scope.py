"""What names mean in the parts of one Python file: scopes, and what is bound in each."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TypeAlias

_DEEPEST = 12
"""How many steps are taken from a name to what it means."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a name stands for, as far as its own file can tell."""

    module: tuple[str, ...] | None
    """The module that it is imported from; None for the file itself."""
    level: int = 0
    """How many dots stand before the module."""
    path: tuple[str, ...] = ()
    """The names that lead there from the module; none for the module itself."""

    def member(self, *names: str) -> Meaning:
        """What names stand for that are written behind it, each with a dot."""
        return Meaning(self.module, self.level, self.path + names)


@dataclass(frozen=True, slots=True)
class Made:
    """A variable that holds what one class makes."""

    by: ast.expr | Meaning
    """The class, or what is written for it: an annotation, or a call."""
    scope: Scope
    """Where that is written."""


class Unknown(Enum):
    """What cannot be known without running the code."""

    VALUE = auto()


VALUE = Unknown.VALUE
Bound: TypeAlias = Meaning | Made | Unknown


class Kind(Enum):
    """The kinds of scopes."""

    MODULE = auto()
    SCRIPT = auto()
    CLASS = auto()
    FUNCTION = auto()
    COMPREHENSION = auto()


@dataclass(eq=False, slots=True)
class Scope:
    """A part of a file with names of its own."""

    kind: Kind
    parent: Scope | None = None
    path: tuple[str, ...] | None = ()
    """The names that lead here from the file; None where none do, as into a function."""
    bound: dict[str, Bound] = field(default_factory=dict)
    weak: set[str] = field(default_factory=set)
    """Names that are bound only in case something else fails."""
    elsewhere: dict[str, bool] = field(default_factory=dict)
    """Names declared as bound further out, and whether that is the file itself."""

    def bind(self, name: str, bound: Bound, *, weak: bool = False) -> None:
        """Binds a name; what is bound to different things means none of them."""
        if name in self.elsewhere:
            return
        old = self.bound.get(name)
        if old is None or (name in self.weak and not weak):
            self.bound[name] = bound
            (self.weak.add if weak else self.weak.discard)(name)
        elif old != bound and not weak:
            self.bound[name] = VALUE

    def find(self, name: str) -> Bound | None:
        """What a name is bound to, seen from here; None where it is nowhere bound."""
        scope: Scope | None = self
        while scope is not None:
            if scope is self or scope.kind is not Kind.CLASS:
                if name in scope.elsewhere:
                    return scope.declared(name)
                if name in scope.bound:
                    return scope.bound[name]
            scope = scope.parent
        return None

    def meaning(self, node: ast.expr, steps: int = _DEEPEST) -> Meaning | None:
        """What an expression stands for; of what a class makes, that class.

        Args:
            node: A name, an attribute or a call.
            steps: How many more are taken.
        """
        if steps == 0:
            return None
        match node:
            case ast.Name():
                return self._named(node.id, steps)
            case ast.Attribute():
                owner = self.meaning(node.value, steps - 1)
                return owner and owner.member(node.attr)
            case ast.Call(func=ast.Name() | ast.Attribute()):
                return None if self._is_made(node.func) else self.meaning(node.func, steps - 1)
            case ast.BinOp(op=ast.BitOr(), right=ast.Constant(value=None)):
                return self.meaning(node.left, steps - 1)
            case _:
                return None

    def _named(self, name: str, steps: int) -> Meaning | None:
        found = self.find(name)
        if isinstance(found, Made):
            by = found.by
            return by if isinstance(by, Meaning) else found.scope.meaning(by, steps - 1)
        return found if isinstance(found, Meaning) else None

    def _is_made(self, node: ast.expr) -> bool:
        return isinstance(node, ast.Name) and isinstance(self.find(node.id), Made)

    def declared(self, name: str) -> Bound | None:
        """What a name is bound to that is declared as bound further out."""
        if self.elsewhere[name]:
            scope = self
            while scope.parent is not None:
                scope = scope.parent
            return scope.bound.get(name)
        return None if self.parent is None else self.parent.find(name)
