"""Gradient descent that gives each weight a step of its own size."""

from typing import Any

import numpy as np

from transformer.backpropagation import Array, Gradients
from transformer.parameters import parameters


class Adam:
    """Adam (Kingma and Ba 2015), and AdamW (Loshchilov and Hutter 2019).

    Args:
        weights: what changes, an array or a tuple of such to any depth.
        betas: how much of the old means stays in each step.
        epsilon: what is added to the root before dividing by it.
        decay: which part of a weight is taken away in each step, times the
            rate. Only matrices decay; gains and biases do not.
    """

    def __init__(
        self,
        weights: Any,
        betas: tuple[float, float] = (0.9, 0.98),
        epsilon: float = 1e-9,
        decay: float = 0.0,
    ) -> None:
        self.weights = dict(parameters(weights))
        self.means = {n: np.zeros_like(w) for n, w in self.weights.items()}
        self.squares = {n: np.zeros_like(w) for n, w in self.weights.items()}
        self.betas = betas
        self.epsilon = epsilon
        self.decay = decay
        self.steps = 0

    def step(self, gradients: Gradients, rate: float, scale: float = 1) -> None:
        """Change every weight in place.

        Args:
            gradients: of the loss.
            rate: about how far a weight moves, at most.
            scale: what to multiply each gradient by first.
        """
        self.steps += 1
        for name, weight in self.weights.items():
            self._move(name, weight, gradients[weight], rate, scale)

    def _move(
        self, name: str, weight: Array, g: Array, rate: float, scale: float
    ) -> None:
        (beta, beta2), t = self.betas, self.steps
        mean, square = self.means[name], self.squares[name]
        mean *= beta
        mean += (1 - beta) * scale * g
        square *= beta2
        work = g * g
        work *= (1 - beta2) * scale * scale
        square += work
        np.sqrt(square, out=work)
        work *= (1 - beta2**t) ** -0.5
        work += self.epsilon
        np.divide(mean, work, out=work)
        work *= rate / (1 - beta**t)
        if self.decay and weight.ndim > 1:
            weight *= 1 - rate * self.decay
        weight -= work

    def state(self) -> dict[str, Array]:
        """Return all that it remembers, so that training can be resumed."""
        means = {f"mean.{name}": array for name, array in self.means.items()}
        squares = {f"square.{n}": array for n, array in self.squares.items()}
        return {"steps": np.array(self.steps), **means, **squares}

    def resume(self, state: dict[str, Array]) -> None:
        """Remember what `state` returned."""
        self.steps = int(state["steps"])
        for name in self.weights:
            self.means[name][...] = state[f"mean.{name}"]
            self.squares[name][...] = state[f"square.{name}"]
