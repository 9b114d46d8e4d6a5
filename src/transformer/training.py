"""Any model made better, step by step, in a way that can be stopped."""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Generic, Self, TypeVar

import numpy as np

from transformer.adam import Adam
from transformer.backpropagation import Array, Tape
from transformer.checkpoint import load, save
from transformer.gradient_clipping import gradient_norm, shortening

Batch = TypeVar("Batch")


@dataclass
class Training(Generic[Batch]):
    """A model that is being trained."""

    adam: Adam
    """Moves the weights."""
    draw: Callable[[np.random.Generator], Batch]
    """Makes a batch, whatever that is, with numbers drawn from a generator."""
    loss: Callable[[Tape, Batch], Array]
    """Computes the loss of a batch on a tape, as one number."""
    rate: Callable[[int], float]
    """Gives the learning rate of a step, counted from 1."""
    generator: np.random.Generator
    """Where batches and dropout are drawn from, as `default_rng` makes it."""
    limit: float = 1.0
    """How long all gradients together may be."""
    operators: object = None
    """Operators that run in the place of others, as a tape takes them."""

    def step(self) -> float:
        """Do one step.

        Returns:
            The loss before it.

        Raises:
            FloatingPointError: a gradient is infinite or not a number. The
                weights are as they were.
            ValueError: the loss is not one number.
        """
        tape = Tape(self.generator, self.operators)
        loss = self.loss(tape, self.draw(self.generator))
        if loss.shape:
            raise ValueError(f"a loss of shape {loss.shape} is not one number")
        gradients = tape.gradients(loss, np.ones_like(loss))
        norm = gradient_norm(gradients, self.adam.weights.values())
        scale = shortening(norm, self.limit)
        self.adam.step(gradients, self.rate(self.adam.steps + 1), scale)
        return float(loss)

    def run(
        self, until: int, path: Path | None = None, every: int = 1000
    ) -> list[float]:
        """Do steps until there were enough, and say how it goes.

        Args:
            until: the number of the last step.
            path: where to save, at the end and now and then; None for nowhere.
            every: after how many steps to save.

        Returns:
            The loss before each step.
        """
        losses = []
        with Progress(self.adam.steps, until) as progress:
            while self.adam.steps < until:
                losses.append(self.step())
                progress.show(self.adam.steps, losses[-1])
                last = self.adam.steps == until
                if path and (last or self.adam.steps % every == 0):
                    self.save(path)
        return losses

    def arrays(self) -> dict[str, Array]:
        """Return all that the next step depends on, but for the generator."""
        weights = {f"weights.{n}": a for n, a in self.adam.weights.items()}
        memory = {f"adam.{n}": a for n, a in self.adam.state().items()}
        return {**weights, **memory}

    def save(self, path: Path) -> None:
        """Write to a file what is needed to go on from here."""
        state = json.dumps(self.generator.bit_generator.state)
        save(path, self.arrays(), {"generator": state})

    def resume(self, path: Path) -> None:
        """Go on from where a file was written.

        Args:
            path: what `save` wrote, for a model of the same structure.

        Raises:
            ValueError: the file is none, or one of another model or of
                another kind of generator. Nothing was changed.
        """
        arrays, metadata = load(path)
        mine = self.arrays()
        for name in sorted(mine.keys() | arrays.keys()):
            here, there = (
                f"{table[name].dtype}{list(table[name].shape)}"
                if name in table
                else "nothing"
                for table in (mine, arrays)
            )
            if here != there:
                raise ValueError(f"{path}: {name} is {there}, here {here}")
        try:
            state = json.loads(metadata["generator"])
            self.generator.bit_generator.state = state
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            message = f"{path}: no state of this kind of generator"
            raise ValueError(message) from error
        for name, weight in self.adam.weights.items():
            weight[...] = arrays[f"weights.{name}"]
        self.adam.resume({n: arrays[f"adam.{n}"] for n in self.adam.state()})


class Progress:
    """A line on a terminal that says how far a training is.

    Args:
        done: how many steps there were before.
        until: the number of the last step.
    """

    def __init__(self, done: int, until: int) -> None:
        self.done, self.until = done, until
        self.began = self.shown = perf_counter()
        self.losses: list[float] = []
        self.watched = sys.stderr.isatty()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.watched and self.done < self.until:
            sys.stderr.write("\n")

    def show(self, step: int, loss: float) -> None:
        """Say how it goes, if that was not said just now."""
        now = perf_counter()
        self.losses.append(loss)
        if self.watched and (now - self.shown > 0.1 or step == self.until):
            sys.stderr.write(f"\r{self.line(step, now)}\x1b[K")
            sys.stderr.flush()
            self.losses, self.shown = [], now

    def line(self, step: int, now: float) -> str:
        """Write the line: the mean loss since the last one, and the time."""
        speed = (step - self.done) / max(now - self.began, 1e-9)
        left = round((self.until - step) / speed)
        loss = sum(self.losses) / len(self.losses)
        return (
            f"step {step} of {self.until}, loss {loss:.4f}, "
            f"{speed:.0f} steps a second, {left // 60}:{left % 60:02} left"
        )
