"""How long it takes from saving a note to the fresh page, in `lierne serve`.

Generates a vault and serves it. A round saves one note, waits until the server tells it to open
pages, and asks for the page of the note, and for that of another, to which it links now. Times are
those of a clock, because that is what a writer waits for; so the machine should be at rest. Then
the parts of the work are timed in this process, one after the other.
"""

from __future__ import annotations

import argparse
import gc
import http.client
import os
import random
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
GOALS = {100: 0.3, 1000: 1.0}
"""Seconds to the fresh page, by the number of notes."""
PAUSE = 1.5
"""Seconds between two rounds: problems are looked for meanwhile."""
SENTENCE = """
    vault note block chunk target tangle stitch map link embed concept place problem plan
    attention query key value softmax layer norm gradient weight matrix token mask dikkat
"""
WORDS = SENTENCE.split()
Times = dict[str, float]


def main() -> int:
    """Prints a table for each number of notes; fails where a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--notes", type=int, nargs="+", default=sorted(GOALS))
    options.add_argument("--rounds", type=int, default=9)
    asked = options.parse_args()
    missed = False
    for notes in asked.notes:
        with tempfile.TemporaryDirectory(prefix="lierne-bench-") as name:
            root = Path(name)
            generate(root, notes)
            rounds = fresh(root, asked.rounds)
            in_parts = parts(root)
        say(f"{notes:,} notes: seconds, median and worst of {asked.rounds} rounds")
        for what in rounds[0]:
            each = [one[what] for one in rounds]
            say(f"  {what:34} {statistics.median(each):6.3f} {max(each):6.3f}")
        for what, seconds in in_parts.items():
            say(f"    {what:32} {seconds:6.3f}")
        goal = GOALS.get(notes)
        if goal and statistics.median(one["saved to fresh page"] for one in rounds) > goal:
            say(f"  the goal is {goal} s")
            missed = True
    return int(missed)


def say(line: str) -> None:
    """Prints a line."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def generate(root: Path, notes: int) -> None:
    """Writes notes of about 3 kB in twenty folders: links, a table, code with a target for some."""
    draw = random.Random(notes)  # noqa: S311  # the same notes each time
    (root / "lierne.toml").write_text('vault = "vault"\n')
    for number in range(notes):
        text = [f"---\ntangle: src/m{number}.py\n---\n"] if number % 3 == 0 else []
        text.append(f"# Note {number}\n")
        for section in range(4):
            text.append(f"## Section {section}\n")
            for _ in range(3):
                words = draw.choices(WORDS, k=40)
                words[7] = f"[[Note {draw.randrange(notes)}]]"
                text.append(" ".join(words) + f" $x_{{{section}}}^2$.\n")
        text.append("| a | b |\n| --- | --- |\n| 1 | 2 |\n")
        text.append(f"```python\ndef f{number}(x):\n    return x + {number}\n```\n")
        path = root / note(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("\n".join(text))


def note(number: int) -> str:
    """Where a note lies, from the project's root."""
    return f"vault/F{number % 20:02d}/Note {number}.md"


def address(number: int) -> str:
    """Where its page is served."""
    return "/" + quote(note(number).removeprefix("vault/").removesuffix(".md")) + "/"


def fresh(root: Path, rounds: int) -> list[Times]:
    """Saves a note that often; the times of each round."""
    with _serving(root) as port:
        _get(port, "/search/search_index.json")  # so that all is warm
        stream = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        stream.request("GET", "/.lierne/events")
        events = stream.getresponse()
        _wait(events)
        time.sleep(2 * PAUSE)
        path = root / note(5)
        text = path.read_text()
        return [_round(port, events, path, text, number) for number in range(rounds)]


def parts(root: Path) -> Times:
    """What the work after a save consists of, in this process."""
    from lierne.code.tangle import tangle
    from lierne.code.targets.last import plan
    from lierne.graph.build import build
    from lierne.read.vault.vault import Vault
    from lierne.site.publish.publication import publish

    before = Vault.open(root)
    tangled = tangle(before.outlines(), before.names, before.config)
    earlier = publish(before, tangled, build(before, tangled))
    for made in (earlier.notes, earlier.lists, earlier.targets):
        list(made.values())
    path = root / note(5)
    path.write_text(path.read_text() + "\nOne more.\n")
    gc.collect()
    gc.disable()
    times: Times = {}

    def timed(what: str, work: Callable[[], Any]) -> Any:
        start = time.perf_counter()
        result = work()
        times[what] = time.perf_counter() - start
        return result

    vault = before.again()
    timed("which notes changed, what tangles", lambda: plan(vault))
    timed("reading notes and links", lambda: vault.notes)
    tangled = timed("all targets", lambda: tangle(vault.outlines(), vault.names, vault.config))
    graph = timed("graph", lambda: build(vault, tangled))
    now = timed("publishing", lambda: publish(vault, tangled, graph, earlier=earlier))
    timed("the page", lambda: now.notes[note(5).removeprefix("vault/")])
    gc.enable()
    return times


def _round(
    port: int, events: http.client.HTTPResponse, path: Path, text: str, number: int
) -> Times:
    time.sleep(PAUSE)
    other = 20 + number
    start = time.perf_counter()
    path.write_text(f"{text}\nfresh{number} [[Note {other}]]\n")
    page = ""
    while f"fresh{number}" not in page:  # what is told first may be of something before
        _wait(events)
        told = time.perf_counter()
        page = _get(port, address(5))
    shown = time.perf_counter()
    linked = _get(port, address(other))
    end = time.perf_counter()
    if "Note 5<" not in linked:
        raise SystemExit(f"round {number}: the page that is linked now does not say so")
    return {
        "saved to fresh page": shown - start,
        "- saved to told": told - start,
        "- told to page": shown - told,
        "the page that is linked now": end - shown,
    }


@contextmanager
def _serving(root: Path) -> Iterator[int]:
    process = subprocess.Popen(
        [sys.executable, "-m", "lierne", "serve", "--port", "0"],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(ROOT / "tools")},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr
    try:
        yield _port(process.stderr)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait()


def _port(said: IO[str]) -> int:
    port = next(
        int(found[1])
        for line in said
        if (found := re.match(r"serving http://127\.0\.0\.1:(\d+)/", line))
    )
    threading.Thread(target=said.read, daemon=True).start()
    return port


def _get(port: int, path: str) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.request("GET", path)
    text = connection.getresponse().read().decode()
    connection.close()
    return text


def _wait(events: http.client.HTTPResponse) -> None:
    while not events.fp.readline().startswith(b"event: saved"):
        pass


if __name__ == "__main__":
    sys.exit(main())
