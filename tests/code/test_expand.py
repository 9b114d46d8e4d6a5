"""Chunks that grow without end, or lead deeper than anybody can follow."""

from __future__ import annotations

import time
import tracemalloc
from typing import TYPE_CHECKING

import pytest

from lierne.code.expand import DEEPEST, MOST_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from lierne.code.tangle import Tangled

    Tangle = Callable[[Mapping[str, str]], Tangled]

FINE = "```js file=src/fine.js\nfine();\n```\n"


def chunk(name: str, *lines: str) -> str:
    return "".join(f"{line}\n" for line in (f"```js #{name}", *lines, "```"))


def chain(length: int, last: str, *, times: int = 1, indent: str = "") -> str:
    """A note whose chunks each call the next, so many times."""
    calls = [[f"{indent}<<c{n + 1}>>"] * times for n in range(length)]
    links = [chunk(f"c{n}", *lines) for n, lines in enumerate(calls)]
    return f"```js file=src/x.js\n<<c0>>\n```\n{''.join(links)}{chunk(f'c{length}', last)}{FINE}"


BOMBS = {
    "doubling": chain(60, "boom();", times=2),
    "tenfold": chain(30, "boom();", times=10),
    "doubling of nothing": chain(60, "", times=2).replace("\n\n```", "\n```"),
    "indenting": chain(95, "x\n" * 100, indent=" " * 2000),
    "deep": chain(5000, "boom();"),
    "just too deep": chain(DEEPEST + 1, "boom();"),
    "wide": chain(1, "x" * 9000, times=MOST_BYTES // 8000),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_a_problem_at_its_reference_and_harms_nobody(name: str, tangled: Tangle) -> None:
    tracemalloc.start()
    start = time.process_time()

    made = tangled({"Bomb.md": BOMBS[name]})

    seconds, (_, peak) = time.process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert {problem.code for problem in made.problems} == {"C007"}
    assert made.targets["src/x.js"].text is None
    assert made.targets["src/fine.js"].text == "fine();\n"
    assert seconds < 10  # most of it is reading the longest of these notes
    assert peak < 200e6


def test_what_is_just_deep_enough_is_made(tangled: Tangle) -> None:
    made = tangled({"Deep.md": chain(DEEPEST - 1, "done();", indent=" ")})

    assert made.problems == ()
    assert made.targets["src/x.js"].text == " " * (DEEPEST - 1) + "done();\n"


def test_several_blocks_together_are_measured_too(tangled: Tangle) -> None:
    big = chunk("big", *["x" * 1000] * 5000)
    note = "```js file=src/x.js\n<<big>>\n```\n" * 4

    made = tangled({"Big.md": f"{big}{note}{FINE}"})

    assert [problem.code for problem in made.problems] == ["C007"]
    assert made.targets["src/x.js"].text is None
    assert made.targets["src/fine.js"].text == "fine();\n"


def test_a_circle_of_a_thousand_is_said_once(tangled: Tangle) -> None:
    links = "".join(chunk(f"c{n}", f"<<c{(n + 1) % 1000}>>") for n in range(1000))

    made = tangled({"Circle.md": f"{links}{FINE}"})

    assert [problem.code for problem in made.problems] == ["C006"]
    assert made.problems[0].message.count(" -> ") < 20


def test_the_same_chunk_may_be_called_from_many_places(tangled: Tangle) -> None:
    calls = "".join(f"```js file=src/n{n}.js\n  <<c>>\n```\n" for n in range(300))

    made = tangled({"Many.md": calls + chunk("c", "x();", "", "y();")})

    assert {target.text for target in made.targets.values()} == {"  x();\n\n  y();\n"}
    assert not made.problems
