"""Races NumPy and PyTorch through each case, with a given number of threads."""

from __future__ import annotations

import platform
import statistics
import sys
from time import perf_counter, process_time
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from cases import CASES

if TYPE_CHECKING:
    from collections.abc import Callable


class Times(NamedTuple):
    """What one run took, in seconds."""

    cpu: float
    """Of all threads together."""
    wall: float
    """On the clock."""


def main() -> None:
    """Prints the table."""
    threads, rounds = map(int, sys.argv[1:])
    torch.set_num_threads(threads)
    say(
        f"\n{threads} thread{'s' * (threads > 1)}, {rounds} rounds; Python "
        f"{platform.python_version()}, NumPy {np.__version__}, PyTorch {torch.__version__}\n"
    )
    say("| case | NumPy, ms | PyTorch, ms | ratio of CPU times | ratio of wall times |")
    say("| --- | ---: | ---: | ---: | ---: |")
    for title, make in CASES.items():
        case = make()
        case.check()
        ours, theirs = take_turns(case.ours, case.theirs, rounds)
        walls = [statistics.median(t.wall for t in times) * 1e3 for times in (ours, theirs)]
        cells = [f"{wall / case.steps:.2f}" for wall in walls]
        cells += [ratio([t[n] for t in ours], [t[n] for t in theirs]) for n in range(2)]
        say(f"| {title} | {' | '.join(cells)} |")


def take_turns(
    ours: Callable[[], object], theirs: Callable[[], object], rounds: int
) -> tuple[list[Times], list[Times]]:
    """Runs both so many times; the one that goes second in a round goes first in the next."""
    times: dict[Callable[[], object], list[Times]] = {ours: [], theirs: []}
    for number in range(rounds):
        for run in (ours, theirs) if number % 2 else (theirs, ours):
            times[run].append(taken(run))
    return times[ours], times[theirs]


def taken(run: Callable[[], object]) -> Times:
    """Times one run."""
    cpu, wall = process_time(), perf_counter()
    run()
    return Times(process_time() - cpu, perf_counter() - wall)


def ratio(ours: list[float], theirs: list[float]) -> str:
    """The median of the ratios of all rounds, with the quarters."""
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    low, middle, high = statistics.quantiles(ratios, n=4)
    return f"{middle:.2f} ({low:.2f} to {high:.2f})"


def say(line: str) -> None:
    """Prints a line at once: some take a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
