"""What earlier words answer is computed once, and kept."""

import numpy as np

from transformer.backpropagation import Array, Tape
from transformer.cross_attention import Asked
from transformer.encoder_decoder import EncoderDecoderWeights, read, write
from transformer.generation import Step
from transformer.hyperparameters import Hyperparameters
from transformer.input_embedding import Ids
from transformer.language_model import LanguageModelWeights, language_model


class Cache:
    """Keys and values of all words so far, of one layer.

    Args:
        room: for how many words to begin with.
    """

    def __init__(self, room: int = 16) -> None:
        self.room = room
        self.length = 0
        self.arrays: tuple[Array, ...] = ()

    def recall(self, keys: Array, values: Array) -> tuple[Array, Array]:
        """Keep what is new, and return all that is kept.

        No gradient flows to earlier words: a cache is not for training.

        Args:
            keys: of the new words, [b, heads, n, size / heads].
            values: of the same shape.

        Returns:
            Keys and values of all words, [b, heads, m, size / heads] each.
            They are views, good until the next call.

        Raises:
            ValueError: other sentences than those that are kept.
        """
        before, self.length = self.length, self.length + keys.shape[2]
        self._make_room(keys)
        for array, new in zip(self.arrays, (keys, values), strict=True):
            array[:, :, before : self.length] = new
        all_keys, all_values = (a[:, :, : self.length] for a in self.arrays)
        return all_keys, all_values

    def _make_room(self, new: Array) -> None:
        batch, heads, _, size = new.shape
        old = self.arrays
        if old and len(old[0]) != batch:
            message = f"{batch} sentences cannot continue {len(old[0])}"
            raise ValueError(message)
        if old and self.length <= self.room:
            return
        while self.room < self.length:
            self.room *= 2
        shape = (batch, heads, self.room, size)
        self.arrays = (np.empty(shape, new.dtype), np.empty(shape, new.dtype))
        for array, before in zip(self.arrays, old, strict=False):
            array[:, :, : before.shape[2]] = before

    def select(self, rows: Ids) -> None:
        """Keep the sentences of these numbers, in this order."""
        if self.arrays and not same(rows, np.arange(len(self.arrays[0]))):
            self.arrays = tuple(array[rows] for array in self.arrays)

    def clear(self) -> None:
        """Forget everything."""
        self.length, self.arrays = 0, ()


def same(rows: Ids, others: Ids) -> bool:
    """Say whether these are the same numbers in the same order."""
    return np.array_equal(rows, others)


class Caches:
    """The caches of all layers of a model."""

    def __init__(self, depth: int) -> None:
        self.layers = [Cache() for _ in range(depth)]
        self.recalls = [layer.recall for layer in self.layers]
        self.seen = 0

    def follow(self, words: Ids, rows: Ids | None) -> tuple[Ids, int]:
        """Find the words that are new, and count those before them.

        Args:
            words: all words of each sentence, [b, n].
            rows: the sentences of the last call that these continue, [b];
                None to begin.
        """
        for layer in self.layers:
            if rows is None:
                layer.clear()
            else:
                layer.select(rows)
        before = 0 if rows is None else self.seen
        self.seen = words.shape[1]
        return words[:, before:], before


def language_model_step(
    weights: LanguageModelWeights,
    choices: Hyperparameters,
    operators: object = None,
) -> Step:
    """Make a step of a language model.

    Args:
        weights: what was learned.
        choices: what was chosen.
        operators: run in the place of others, as a tape takes them.
    """
    caches = Caches(choices.depth)

    def step(words: Ids, rows: Ids | None) -> Array:
        new, before = caches.follow(words, rows)
        tape = Tape(operators=operators)
        scores = language_model(
            *(tape, new, weights, choices, before, caches.recalls)
        )
        return scores[:, -1]

    return step


def encoder_decoder_step(
    source: Ids,
    weights: EncoderDecoderWeights,
    choices: Hyperparameters,
    operators: object = None,
) -> Step:
    """Read sentences, and make a step that writes what belongs to them.

    Args:
        source: the sentences that are read, [b, m], filled up with `PADDING`.
        weights: what was learned.
        choices: what was chosen.
        operators: run in the place of others, as a tape takes them.
    """
    caches = Caches(choices.depth)
    everything = read(Tape(operators=operators), source, weights, choices)
    asked, sources = everything, np.arange(len(source))

    def step(words: Ids, rows: Ids | None) -> Array:
        nonlocal asked, sources
        if rows is None:
            asked, sources = everything, np.arange(len(source))
        elif not same(sources[rows], sources):
            sources = sources[rows]
            asked = tuple(select_asked(part, sources) for part in everything)
        new, before = caches.follow(words, rows)
        tape = Tape(operators=operators)
        scores = write(
            *(tape, new, asked, weights, choices, before, caches.recalls)
        )
        return scores[:, -1]

    return step


def select_asked(asked: Asked, rows: Ids) -> Asked:
    """Take what was read for sentences of these numbers."""
    mask = None if asked.mask is None else asked.mask[rows]
    return Asked(asked.keys[rows], asked.values[rows], mask)
