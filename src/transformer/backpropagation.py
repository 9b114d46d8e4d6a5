"""Operators that can be undone, and the tape that undoes them in reverse."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.floating]
Undo: TypeAlias = Callable[[Array], Array | tuple[Array, ...]]
Operator: TypeAlias = Callable[..., tuple[Array, Undo]]


def add(a: Array, b: Array) -> tuple[Array, Undo]:
    """Add two arrays of one shape: both get the whole gradient."""
    return a + b, lambda gradient: (gradient, gradient)


def multiply(a: Array, b: Array) -> tuple[Array, Undo]:
    """Multiply two arrays of one shape: each gets gradient times other."""
    return a * b, lambda gradient: (gradient * b, gradient * a)


class Step(NamedTuple):
    """One operator that ran."""

    operator: Operator
    inputs: tuple[Array, ...]
    output: Array
    undo: Undo


class Tape:
    """A record of the operators that ran, in their order.

    Args:
        generator: where operators that need chance draw from; None if the
            model is not training.
        operators: a module, or any object, whose operators run in the place
            of those of the same name.
    """

    def __init__(
        self,
        generator: np.random.Generator | None = None,
        operators: object = None,
    ) -> None:
        self.steps: list[Step] = []
        self.generator = generator
        self.operators = operators

    def __call__(
        self, operator: Operator, *inputs: Array, **settings: object
    ) -> Array:
        """Run an operator and remember it.

        Args:
            operator: a function that returns its value and its undo.
            inputs: the arrays a gradient should flow to.
            settings: what no gradient flows to, such as a mask.

        Returns:
            The operator's value, a plain array.
        """
        chosen = getattr(self.operators, operator.__name__, operator)
        output, undo = chosen(*inputs, **settings)
        if any(output is array for array in inputs):
            message = "an operator must return an array that is not an input"
            raise ValueError(message)
        self.steps.append(Step(operator, inputs, output, undo))
        return output

    def gradients(self, output: Array, gradient: Array) -> "Gradients":
        """Undo every step, last one first.

        Args:
            output: an array that this tape made.
            gradient: that of the loss with respect to `output`, of its shape.

        Returns:
            The gradients of the loss with respect to all arrays on the tape.
        """
        found = Gradients(self)
        found.add(output, gradient)
        for step in reversed(self.steps):
            if step.output in found:
                parts = as_tuple(step.undo(found[step.output]))
                for array, part in zip(step.inputs, parts, strict=True):
                    found.add(array, part)
        return found

    def outputs(self, operator: Operator) -> list[Array]:
        """Return the outputs of an operator, one for each time it ran."""
        return [step.output for step in self.steps if step.operator is operator]


class Gradients:
    """The gradient of every array of a tape, found by the array itself."""

    def __init__(self, tape: Tape) -> None:
        self.tape = tape  # keeps the arrays alive, so that no id is given twice
        self.sums: dict[int, Array] = {}

    def __contains__(self, array: Array) -> bool:
        return id(array) in self.sums

    def __getitem__(self, array: Array) -> Array:
        return self.sums[id(array)] if array in self else np.zeros_like(array)

    def add(self, array: Array, part: Array) -> None:
        """Add what comes to an array along one more path."""
        if part.shape != array.shape:
            shapes = f"shape {part.shape} for an array of shape {array.shape}"
            message = f"a gradient of {shapes}"
            raise ValueError(message)
        before = self.sums.get(id(array))
        self.sums[id(array)] = part if before is None else before + part


def as_tuple(parts: Array | tuple[Array, ...]) -> tuple[Array, ...]:
    """Let an operator with one input return its gradient bare."""
    return parts if isinstance(parts, tuple) else (parts,)
