"""What a site of a vault has, weighs and costs: Lierne, and plugins of MkDocs side by side.

Prints tables in Markdown. Each cell is read from a site that was just built, from a small vault
for what is on it, from a generated one for what it costs. The plugins come from the package
registry, into a virtual environment of their own inside this one, with the very Material that
Lierne uses; their navigation is the one that MkDocs makes by itself. Times are CPU times (own and
system) of whole processes, all in one run, taking turns.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import tempfile
from pathlib import Path

from _sites import speed
from _sites.features import FEATURES, look
from _sites.peers import OURS, PEERS, NotRunError, Publisher, install
from tangle import generate

GOALS = {"roamlinks": 1 / 5, "obsidian-bridge": 1 / 3}
"""How much of a peer's time our cold build may take."""
CHANGED = 1 / 3
"""How much of our own cold build one after a change may take."""
SEED = 7


def main() -> None:
    """Prints all tables."""
    options = _options()
    peers = [] if options.alone else _peers()
    with tempfile.TemporaryDirectory(prefix="lierne-bench-") as name:
        folder = Path(name)
        if not options.no_features:
            features([OURS, *peers], folder)
        if options.notes:
            costs([OURS, *peers], folder, options)
            with_targets(folder, options.notes)
        if options.sizes:
            per_note(folder, options.sizes)


def features(publishers: list[Publisher], folder: Path) -> None:
    """Prints what is on the sites of a small vault."""
    seen = []
    for number, publisher in enumerate(publishers):
        root = folder / f"features-{number}"
        root.mkdir()
        seen.append(look(publisher, root))
    say(row("on the site", *(publisher.name for publisher in publishers)))
    say(row("---", *(":---:" for _ in publishers)))
    for feature in FEATURES:
        say(row(feature.name, *(found[feature.name] for found in seen)))
    say("")


def costs(publishers: list[Publisher], folder: Path, options: argparse.Namespace) -> None:
    """Prints the times and weights of the sites of many notes."""
    roots = {}
    for number, publisher in enumerate(publishers):
        root = folder / f"costs-{number}"
        vault(root, options.notes)
        publisher.prepare(root)
        roots[publisher] = root
    taken: dict[Publisher, dict[str, list[float]]] = {one: {} for one in publishers}
    for number in range(options.rounds):
        for publisher, root in roots.items():
            _round(publisher, root, number, taken[publisher])
    say(row(f"{options.notes:,} notes", *(publisher.name for publisher in publishers)))
    say(row("---", *("---:" for _ in publishers)))
    for what in ("cold build", "after one change"):
        _times(what, taken)
    _weights({one: speed.weight(root) for one, root in roots.items() if taken[one]})
    if options.serve:
        waits = [_wait(publisher, root) for publisher, root in roots.items()]
        say(row("saved to fresh page, on the clock", *waits))
    say("")
    _verdicts(taken)


def per_note(folder: Path, sizes: list[int]) -> None:
    """Prints what a note costs us in vaults of several sizes."""
    each = {}
    for size in sizes:
        root = folder / f"size-{size}"
        vault(root, size)
        OURS.prepare(root)
        each[size] = 1000 * speed.cold(OURS, root) / size
    say(row("notes", *(f"{size:,}" for size in sizes)))
    say(row("---", *("---:" for _ in sizes)))
    say(row("cold build, CPU ms a note", *(f"{cost:.1f}" for cost in each.values())))


def with_targets(folder: Path, count: int) -> None:
    """Prints what it costs us when each note is code, too, with two more pages for each."""
    root = folder / "targets"
    generate(root, count, SEED)
    OURS.prepare(root)
    cold, changed = speed.cold(OURS, root), speed.after_one_change(OURS, root, 0)
    say(f"Lierne with a target for each of {count:,} notes, and its page in the API reference:")
    say(f"cold build {cold:.1f} s, after one change {changed:.1f} s, CPU\n")
    _verdict("after one change, of a cold build", changed / cold, CHANGED)


def vault(root: Path, count: int) -> None:
    """Writes notes whose code is only shown, which is all that the plugins do with code."""
    generate(root, count, SEED)
    for note in (root / "vault").rglob("*.md"):
        text = re.sub(r"^tangle: .*\n|^<<.*>>\n", "", note.read_text("utf-8"), flags=re.MULTILINE)
        note.write_text(re.sub(r"^```python #\w+", "```python", text, flags=re.MULTILINE), "utf-8")


def say(line: str) -> None:
    """Prints a line at once: some take a while."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def row(*cells: str) -> str:
    """A row of a table."""
    return f"| {' | '.join(cells)} |"


def _round(publisher: Publisher, root: Path, number: int, taken: dict[str, list[float]]) -> None:
    try:
        cold = speed.cold(publisher, root)
        changed = speed.after_one_change(publisher, root, number)
    except NotRunError as reason:
        sys.stderr.write(f"{publisher.name} is not run: {reason}\n")
        return
    taken.setdefault("cold build", []).append(cold)
    taken.setdefault("after one change", []).append(changed)


def _times(what: str, taken: dict[Publisher, dict[str, list[float]]]) -> None:
    medians = [statistics.median(own[what]) if own else None for own in taken.values()]
    floor = medians[0]
    cells = [
        "not run" if each is None or floor is None else f"{each:.1f} s ({each / floor:.1f})"
        for each in medians
    ]
    say(row(f"{what}, CPU (times ours)", *cells))


def _weights(weights: dict[Publisher, speed.Weight]) -> None:
    all_of = weights.values()
    say(row("a note's HTML, packed", *(f"{one.page / 1e3:.1f} KB" for one in all_of)))
    say(row("its own scripts, packed", *(f"{one.script / 1e3:.1f} KB" for one in all_of)))
    say(row("its own styles", *(f"{one.style / 1e3:.1f} KB" for one in all_of)))
    say(row("the whole site", *(f"{one.site / 1e6:.0f} MB" for one in all_of)))


def _wait(publisher: Publisher, root: Path) -> str:
    try:
        return f"{statistics.median(speed.saved(publisher, root, 3)):.2f} s"
    except NotRunError as reason:
        return f"not run: {reason}"


def _verdicts(taken: dict[Publisher, dict[str, list[float]]]) -> None:
    ours = {what: statistics.median(times) for what, times in taken[OURS].items()}
    if not ours:
        return
    _verdict(
        "after one change, of a cold build", ours["after one change"] / ours["cold build"], CHANGED
    )
    for publisher, own in taken.items():
        goal = GOALS.get(publisher.name.partition(" ")[0])
        if goal and own:
            part = ours["cold build"] / statistics.median(own["cold build"])
            _verdict(f"cold build, of {publisher.name}", part, goal)


def _verdict(what: str, part: float, goal: float) -> None:
    said = "reached" if part <= goal else "missed"
    say(f"{what}: {part:.2f}, the goal is at most {goal:.2f}: {said}")


def _peers() -> list[Publisher]:
    try:
        install()
    except NotRunError as reason:
        sys.stderr.write(f"the plugins are not run: {reason}\n")
        return []
    return list(PEERS)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=1000, help="0 leaves costs and weights out")
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--sizes", type=int, nargs="*", default=[300, 3000])
    parser.add_argument("--serve", action="store_true", help="also time a save while serving")
    parser.add_argument("--alone", action="store_true", help="without the plugins")
    parser.add_argument("--no-features", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
