"""How long tangling takes, as a multiple of reading and hashing all notes.

Generates a vault, then runs the command on it in child processes: cold (nothing is there yet),
unchanged, and with one note changed. What they are compared with is such a process too: a Python
that does nothing but find, read and hash all notes. Times are CPU times (own and system), because
those hold still on a busy machine; each figure is the median of several rounds.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

TOOLS = Path(__file__).parents[2] / "tools"
FLOOR = """
import hashlib, os
for folder, _, names in os.walk("vault"):
    for name in names:
        with open(f"{folder}/{name}", "rb") as file:
            hashlib.sha256(file.read()).digest()
"""
GOALS = {"cold": 30, "unchanged": 4, "one note changed": 6}
SENTENCE = """
    vault note block chunk target tangle stitch map link embed concept place problem plan
    attention query key value softmax layer norm gradient weight matrix token mask dikkat
    ağırlık katman öğrenme örnek the a of which that when each from over under between
"""
WORDS = SENTENCE.split()


def main() -> None:
    """Runs the rounds and prints the table."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="lierne-bench-") as name:
        root = Path(name)
        size = generate(root, options.notes, options.seed)
        say(
            f"{options.notes:,} notes, {size / 1e6:.1f} MB, {3 * options.notes:,} blocks, "
            f"{options.rounds} rounds, CPU seconds\n"
        )
        times: dict[str, list[float]] = {}
        for number in range(options.rounds):
            for what, seconds in round_(root, number).items():
                times.setdefault(what, []).append(seconds)
    _print({what: statistics.median(seconds) for what, seconds in times.items()}, times)


def round_(root: Path, number: int) -> dict[str, float]:
    """Times each case once, next to the measure that it is compared with."""
    shutil.rmtree(root / ".lierne", ignore_errors=True)
    shutil.rmtree(root / "src", ignore_errors=True)
    notes = sorted((root / "vault").rglob("*.md"))
    changed = notes[(7919 * number) % len(notes)]
    return {
        "read and hash": _child("-c", FLOOR, cwd=root),
        "Python starts": _child("-c", "pass", cwd=root),
        "lierne starts": _lierne(root, "--help"),
        "cold": _lierne(root, "tangle", "-q"),
        "unchanged": _lierne(root, "tangle", "-q"),
        "one note changed": _changed(root, changed),
        "tangle --check": _lierne(root, "tangle", "--check", "-q"),
    }


def say(line: str) -> None:
    """Prints a line of the table."""
    sys.stdout.write(f"{line}\n")


def generate(root: Path, count: int, seed: int) -> int:
    """Writes a vault of notes with a target and two chunks each; returns its size in bytes."""
    chance = random.Random(seed)  # noqa: S311 - the same notes each time
    titles = [f"{chance.choice(WORDS).title()} {n:05d}" for n in range(count)]
    size = 0
    for number, title in enumerate(titles):
        path = root / "vault" / f"Part {number // 50:03d}" / f"{title}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        text = _note(chance, number, titles)
        size += path.write_text(text, encoding="utf-8")
    (root / "lierne.toml").write_text('vault = "vault"\n')
    return size


def _note(chance: random.Random, number: int, titles: list[str]) -> str:
    other = chance.choice(titles)
    steps = "".join(f"    total += {n} * x\n" for n in range(chance.randint(3, 12)))
    checks = "".join(f"assert f{number}({n}) >= 0\n" for n in range(chance.randint(2, 8)))
    parts = [
        _front(number, titles[number], chance.choice(WORDS)),
        _prose(chance, titles),
        f'```python\n"""What {titles[number]} makes."""\n\n<<sum>>\n\n\n<<checks>>\n```\n',
        f"> [!note] See also\n> [[{other}]] and ![[{other}.png|300]]\n",
        "| word | meaning |\n| --- | --- |\n"
        + "".join(f"| {w} | {chance.choice(WORDS)} |\n" for w in chance.sample(WORDS, 4)),
        _prose(chance, titles),
        f"```python #sum\ndef f{number}(x):\n    total = 0\n{steps}    return total\n```\n",
        f"1. {_sentence(chance, titles)}\n2. {_sentence(chance, titles)}\n",
        "$$\na_{ij} = \\frac{e^{z_j}}{\\sum_k e^{z_k}}\n$$\n",
        _prose(chance, titles),
        f"```python #checks\n{checks}```\n",
        _prose(chance, titles),
    ]
    return "\n".join(parts)


def _front(number: int, title: str, tag: str) -> str:
    target = f"src/part{number // 50:03d}/m{number:05d}.py"
    return f"---\naliases: [{title.lower()}]\ntags: [{tag}]\ntangle: {target}\n---\n# {title}\n"


def _prose(chance: random.Random, titles: list[str]) -> str:
    return " ".join(_sentence(chance, titles) for _ in range(chance.randint(6, 13))) + "\n"


def _sentence(chance: random.Random, titles: list[str]) -> str:
    words = chance.choices(WORDS, k=chance.randint(7, 18))
    if chance.random() < 0.4:
        words[chance.randrange(len(words))] = f"[[{chance.choice(titles)}]]"
    if chance.random() < 0.2:
        words[chance.randrange(len(words))] = f"**{chance.choice(WORDS)}**"
    return " ".join(words).capitalize() + "."


def _changed(root: Path, note: Path) -> float:
    text = note.read_text("utf-8").replace("    total = 0\n", "    total = 0\n    total += 1\n", 1)
    note.write_text(text, "utf-8")
    return _lierne(root, "tangle", "-q")


def _lierne(root: Path, *arguments: str) -> float:
    return _child("-m", "lierne", *arguments, cwd=root)


def _child(*arguments: str, cwd: Path) -> float:
    environment = {**os.environ, "PYTHONPATH": str(TOOLS)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # compiling at each start is not what we time
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], cwd=cwd, env=environment, capture_output=True)  # noqa: PLW1510 - only its time matters
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _print(medians: dict[str, float], times: dict[str, list[float]]) -> None:
    floor, start = medians["read and hash"], medians["lierne starts"]
    work = floor - medians["Python starts"]
    say(f"{'':18}{'median':>9}{'least':>9}{'ratio':>8}{'without starts':>16}{'goal':>7}")
    for what, seconds in medians.items():
        goal = f"{GOALS[what]}x" if what in GOALS else ""
        own = f"{(seconds - start) / work:.1f}x" if what in GOALS else ""
        ratio = f"{seconds / floor:.1f}x"
        say(f"{what:18}{seconds:9.3f}{min(times[what]):9.3f}{ratio:>8}{own:>16}{goal:>7}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


if __name__ == "__main__":
    main()
