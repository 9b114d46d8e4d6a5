"""Values that remember how they were made, and find their gradients."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = NDArray[np.floating]
Undo: TypeAlias = Callable[[Array], tuple[Array, ...]]


class Node:
    """An array in a computation.

    Args:
        data: its numbers; whole numbers become float64.
        parents: what it was made from.
        undo: turns the gradient of this node into those of its parents.
    """

    __array_ufunc__ = None  # `array + node` is left to the node

    def __init__(
        self,
        data: ArrayLike,
        parents: "tuple[Node, ...]" = (),
        undo: Undo = lambda _: (),
    ) -> None:
        numbers = np.asarray(data)
        floating = np.issubdtype(numbers.dtype, np.floating)
        self.data: Array = numbers if floating else numbers.astype(np.float64)
        self.gradient: Array = np.zeros_like(self.data)
        self.parents = parents
        self.undo = undo

    def __add__(self, other: "Node | ArrayLike") -> "Node":
        a, b = self, self.node(other)
        return Node(a.data + b.data, (a, b), lambda dc: (dc, dc))

    def __mul__(self, other: "Node | ArrayLike") -> "Node":
        a, b = self, self.node(other)
        return Node(
            a.data * b.data, (a, b), lambda dc: (dc * b.data, dc * a.data)
        )

    def __matmul__(self, other: "Node | ArrayLike") -> "Node":
        """Multiply matrices, [..., n, k] and [..., k, m]."""
        a, b = self, self.node(other)
        if min(a.data.ndim, b.data.ndim) < 2:
            message = f"no matrices: shapes {a.data.shape} and {b.data.shape}"
            raise ValueError(message)

        def undo(dc: Array) -> tuple[Array, Array]:
            return dc @ b.data.swapaxes(-1, -2), a.data.swapaxes(-1, -2) @ dc

        return Node(a.data @ b.data, (a, b), undo)

    def __pow__(self, n: float) -> "Node":
        slope = n * self.data ** (n - 1)
        return Node(self.data**n, (self,), lambda dc: (dc * slope,))

    def exp(self) -> "Node":
        """Raise e to every number."""
        c = np.exp(self.data)
        return Node(c, (self,), lambda dc: (dc * c,))

    def log(self) -> "Node":
        """Take the natural logarithm of every number."""
        return Node(np.log(self.data), (self,), lambda dc: (dc / self.data,))

    def relu(self) -> "Node":
        """Keep what is above zero."""
        passed = self.data > 0
        return Node(self.data * passed, (self,), lambda dc: (dc * passed,))

    def sum(self, axis: int | None = None) -> "Node":
        """Sum all numbers, or along an axis, which stays with length 1."""
        c = self.data.sum(axis=axis, keepdims=axis is not None)
        copies = np.ones_like(self.data)
        return Node(c, (self,), lambda dc: (dc * copies,))

    def mean(self, axis: int | None = None) -> "Node":
        """Take the mean of all numbers, or of those along an axis."""
        total = self.sum(axis)
        return total * (total.data.size / self.data.size)

    def __neg__(self) -> "Node":
        return self * -1

    def __sub__(self, other: "Node | ArrayLike") -> "Node":
        return self + -self.node(other)

    def __rsub__(self, other: ArrayLike) -> "Node":
        return self.node(other) - self

    def __truediv__(self, other: "Node | ArrayLike") -> "Node":
        return self * self.node(other) ** -1

    def __rtruediv__(self, other: ArrayLike) -> "Node":
        return self.node(other) / self

    def __rmatmul__(self, other: ArrayLike) -> "Node":
        return self.node(other) @ self

    __radd__ = __add__
    __rmul__ = __mul__

    def node(self, other: "Node | ArrayLike") -> "Node":
        """Let a plain number or array take part, in the type of this node."""
        if isinstance(other, Node):
            return other
        return Node(np.asarray(other, dtype=self.data.dtype))

    def order(self) -> "list[Node]":
        """Return all that this node was made from, parents before children."""
        found: dict[Node, None] = {}
        waiting = [self]
        while waiting:
            node = waiting[-1]
            missing = [parent for parent in node.parents if parent not in found]
            if missing:
                waiting += missing
            else:
                found[waiting.pop()] = None
        return list(found)

    def backward(self) -> None:
        """Set the gradient of this number with respect to all behind it."""
        if self.data.size != 1:
            message = f"of one number, not of an array {self.data.shape}"
            raise ValueError(message)
        nodes = self.order()
        for node in nodes:
            node.gradient = np.zeros_like(node.data)
        self.gradient = np.ones_like(self.data)
        for node in reversed(nodes):
            parts = node.undo(node.gradient)
            for parent, part in zip(node.parents, parts, strict=True):
                parent.gradient = parent.gradient + fit(part, parent.data.shape)


def fit(gradient: Array, shape: tuple[int, ...]) -> Array:
    """Sum a gradient over the copies that broadcasting made of an array."""
    gradient = gradient.sum(axis=tuple(range(gradient.ndim - len(shape))))
    stretched = [
        axis
        for axis, length in enumerate(shape)
        if length == 1 and gradient.shape[axis] != 1
    ]
    return gradient.sum(axis=tuple(stretched), keepdims=True)
