"""Words are chosen one after another, by what a model scores."""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from transformer.backpropagation import Array
from transformer.input_embedding import PADDING, UNKNOWN, Ids

Step: TypeAlias = Callable[[Ids, Ids | None], Array]


def count_given(given: Ids, longest: int) -> Ids:
    """Count the words that each sentence begins with, [b].

    Raises:
        ValueError: a sentence has none, or too many, or has gaps.
    """
    there = given != PADDING
    counts = there.sum(axis=1)
    if not counts.all():
        message = "every sentence needs a first word"
        raise ValueError(message)
    if (there != (np.arange(given.shape[1]) < counts[:, None])).any():
        message = "padding may only stand behind the words of a sentence"
        raise ValueError(message)
    if counts.max(initial=0) > longest:
        message = f"{counts.max()} words were given, but {longest} is longest"
        raise ValueError(message)
    return counts


def log_probabilities(scores: Array, given: Ids) -> Array:
    """Turn the scores of a step into logarithms of probabilities.

    Args:
        scores: for the next word, [b, words].
        given: the number of the next word, [b]; `PADDING` if it is free.

    Returns:
        The logarithms, [b, words]; minus infinity for what cannot be chosen.

    Raises:
        ValueError: scores of another shape, or such as are not numbers.
    """
    if scores.ndim != 2 or len(scores) != len(given):
        message = f"scores of shape {scores.shape} for {len(given)} sentences"
        raise ValueError(message)
    numbers, known = np.arange(scores.shape[1]), given[:, None]
    free = np.where(numbers == PADDING, -np.inf, scores)
    fixed = np.where(numbers == known, 0.0, -np.inf)
    return log_softmax(np.where(known == PADDING, free, fixed))


def log_softmax(scores: Array) -> Array:
    """Compute the logarithm of softmax along the last axis."""
    largest = scores.max(axis=-1, keepdims=True, initial=-np.inf)
    if not np.isfinite(largest).all():
        message = "among the scores for a word there is no largest number"
        raise ValueError(message)
    centred = scores - largest
    return centred - np.log(np.exp(centred).sum(axis=-1, keepdims=True))


def write_words(
    step: Step,
    given: Ids,
    choose: Callable[[Array], Ids],
    *,
    longest: int,
    end: int = PADDING,
) -> Ids:
    """Write every sentence to its end.

    Args:
        step: the model.
        given: how each sentence begins, [b, m], filled up with `PADDING`.
        choose: chooses a word for each sentence, from logarithms of
            probabilities, [b, words].
        longest: how many words a sentence can have, given ones included.
        end: the number of the word that ends a sentence.

    Returns:
        The sentences, [b, n], with *end* if it was reached, filled up.
    """
    n = count_given(given, longest).min(initial=longest)
    words = np.full((len(given), longest), PADDING)
    words[:, : given.shape[1]] = given[:, :longest]
    going_on, rows = np.arange(len(given)), None
    while n < longest and going_on.size:
        known = words[going_on, n]
        scores = step(words[going_on, :n], rows)
        chosen = choose(log_probabilities(scores, known))
        words[going_on, n] = chosen
        rows = np.flatnonzero((known != PADDING) | (chosen != end))
        going_on = going_on[rows]
        n += 1
    return words[:, :n]


def greedy(step: Step, given: Ids, *, longest: int, end: int = PADDING) -> Ids:
    """Write the likeliest word each time; see `write_words`."""

    def choose(log_p: Array) -> Ids:
        return log_p.argmax(axis=-1)

    return write_words(step, given, choose, longest=longest, end=end)


def temper(log_p: Array, temperature: float) -> Array:
    """Sharpen probabilities, or flatten them if the temperature is above 1."""
    if not temperature > 0:
        message = f"a temperature is above 0, not {temperature}"
        raise ValueError(message)
    return log_softmax(log_p / temperature)


def top_k(log_p: Array, k: int) -> Array:
    """Keep the k likeliest words; of equals, those with smaller numbers."""
    if k < 1:
        message = f"at least one word must be kept, not {k}"
        raise ValueError(message)
    return keep(log_p, np.full((*log_p.shape[:-1], 1), k))


def top_p(log_p: Array, p: float) -> Array:
    """Keep the likeliest words that make up p (Holtzman et al. 2019, 3.1)."""
    if not 0 < p <= 1:
        message = f"a share is above 0 and at most 1, not {p}"
        raise ValueError(message)
    shares = np.sort(np.exp(log_p), axis=-1)[..., ::-1]
    likelier = shares.cumsum(axis=-1) - shares  # all words before this one
    almost = p - 1e-6  # shares that make up p are rounded
    return keep(log_p, (likelier < almost).sum(axis=-1, keepdims=True))


def keep(log_p: Array, counts: Ids) -> Array:
    """Keep so many of the likeliest words of each row; at least one."""
    order = np.argsort(-log_p, axis=-1, kind="stable")
    rank = np.argsort(order, axis=-1)
    kept = rank < np.maximum(counts, 1)
    return log_softmax(np.where(kept, log_p, -np.inf))


def sample(
    step: Step,
    given: Ids,
    generator: np.random.Generator,
    *,
    longest: int,
    end: int = PADDING,
    temperature: float = 1,
    k: int | None = None,
    p: float = 1,
) -> Ids:
    """Draw each word by lot; see `write_words`.

    Args:
        step: the model.
        given: how each sentence begins, [b, m], filled up with `PADDING`.
        generator: where the lots come from.
        longest: how many words a sentence can have, given ones included.
        end: the number of the word that ends a sentence.
        temperature: what the scores are divided by.
        k: how many words to choose from, at most.
        p: how much the words to choose from make up together, of 1.

    Returns:
        The sentences, [b, n], with *end* if it was reached, filled up.
    """

    def choose(log_p: Array) -> Ids:
        log_p = temper(log_p, temperature)
        log_p = log_p if k is None else top_k(log_p, k)
        log_p = top_p(log_p, p) if p != 1 else log_p
        return (log_p + generator.gumbel(size=log_p.shape)).argmax(axis=-1)

    return write_words(step, given, choose, longest=longest, end=end)


def best(count: int, scores: Array, *others: Array) -> list[Array]:
    """Choose the best of each row, [b, m, ...] to [b, count, ...].

    Args:
        count: how many, if there are so many.
        scores: by what, [b, m]; equals stay in their order.
        others: from which the same are chosen, [b, m, ...].
    """
    order = np.argsort(-scores, axis=1, kind="stable")[:, :count]
    row = np.arange(len(scores))[:, None]
    return [array[row, order] for array in (scores, *others)]


def continuations(
    log_p: Array, alive: Array, count: int
) -> tuple[Array, Ids, Ids]:
    """Find the best continuations of all beginnings of each sentence.

    Args:
        log_p: what each word would add, [b, beams, words].
        alive: what the beginnings have, [b, beams].
        count: how many to find.

    Returns:
        What they have, which beginning, and which word, [b, count] each.
    """
    totals = (alive[..., None] + log_p).reshape(len(log_p), -1)
    numbers = np.broadcast_to(np.arange(totals.shape[1]), totals.shape)
    totals, numbers = best(count, totals, numbers)
    return totals, *np.divmod(numbers, log_p.shape[-1])


def per_length(totals: Array, written: Ids, power: float) -> Array:
    """Divide logarithms by a power of the number of words, [b, m] by [b]."""
    return totals / np.maximum(written, 1)[:, None] ** power


def beam_search(
    step: Step,
    given: Ids,
    *,
    longest: int,
    end: int = PADDING,
    width: int = 4,
    power: float = 0.6,
) -> tuple[Ids, Array]:
    """Find sentences that are likely as a whole (Wu et al. 2016, section 7).

    Args:
        step: the model.
        given: how each sentence begins, [b, m], filled up with `PADDING`.
        longest: how many words a sentence can have, given ones included.
        end: the number of the word that ends a sentence.
        width: how many versions of each sentence are kept.
        power: by which power of the number of words that were written the
            logarithm of a probability is divided.

    Returns:
        The best versions of each sentence, [b, width, n], best first, and
        their scores, [b, width]. Unfinished ones if none was finished; fewer,
        or such with minus infinity, if there are not so many.
    """
    if width < 1 or not power >= 0:
        message = f"cannot search with width {width} and power {power}"
        raise ValueError(message)
    counts, b = count_given(given, longest), len(given)
    words = np.full((b, 1, longest), PADDING)
    words[:, 0, : given.shape[1]] = given[:, :longest]
    alive, rows = np.zeros((b, 1)), None
    scores, found = np.zeros((b, 0)), words[:, :0]

    place = counts.min(initial=longest)
    while place < longest:
        beams = words.shape[1]
        known = np.where(np.isneginf(alive), UNKNOWN, words[:, :, place])
        answer = step(words.reshape(-1, longest)[:, :place], rows)
        log_p = log_probabilities(answer, known.reshape(-1))
        totals, parents, chosen = continuations(
            log_p.reshape(b, beams, -1), alive, 2 * width
        )
        words = words[np.arange(b)[:, None], parents]
        words[:, :, place] = chosen
        ends = (chosen == end) & (known[:, :1] == PADDING)
        place += 1

        means = per_length(totals, place - counts, power)
        means = np.where(ends, means, -np.inf)
        scores, found = best(
            width, np.hstack([scores, means]), np.hstack([found, words])
        )
        alive, words, parents = best(
            width, np.where(ends, -np.inf, totals), words, parents
        )
        rows = (parents + beams * np.arange(b)[:, None]).reshape(-1)
        hopes = per_length(alive, longest - counts, power)
        if (scores[:, -1:] >= hopes).all():
            break

    none = np.isneginf(scores).all(axis=1, keepdims=True)
    means = per_length(alive, place - counts, power)
    means = np.where(none, means, -np.inf)
    scores, found = best(
        width, np.hstack([scores, means]), np.hstack([found, words])
    )
    found[np.isneginf(scores)] = PADDING
    return found[:, :, :place], scores
