"""Any notes, and any edits of them and of their targets: nothing of it is ever lost."""

from __future__ import annotations

import re
import time
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lierne.base.text import Text
from lierne.read.parser import parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.code.stitch.conftest import Project

    from lierne.base.plan import Plan

STRESS = 10_000

LINES = (
    *("x = 1", "y = 2", "return x", "pass", "def f():", "def g(a):", "class A:", "import os"),
    *("    z = 3", "    return z", "        deep()", "@cached", "else:", "# words", '"""', "'''"),
    *("", "", "", "}", ")", "f(x, y)", "print(şiir)", "text  ", "    # words"),
)
NASTY = (
    *("```", "````", "~~~", "   ```", "\t~~~~", "<<a>>", "  <<b>>", r"\<<c>>", "<<nobody>>", "  "),
    *("    ", "\t", "\tx", "# ~/~ end", "<<<>>>", "> quoted", "- item", "^id", "---", "%%", "$$"),
    *("\u2028", "\x0c", "a\rb", "\0", "\ufeffbom", "e\u0301", "=======", "<!-- x", "1 << 2 >> 1"),
)
CHUNKS = ("a", "b", "c")
PREFIXES = ("", "", "", "> ", ">", "  ", "- ", "> - ", "\t")
INFOS = (
    *("python", "python", "py file=src/{}.py", "js file=src/{}.js", "js file=src/{}.js"),
    *("python #a", "js #b", "js #c file=src/{}2.js", "python skip"),
)
_TOKEN = re.compile(r"e\d+\$")


@dataclass
class Scene:
    """Notes, and what is done to them and their targets."""

    random: Random
    tokens: int = 0
    """How many lines were written that stand nowhere else."""
    edits: int = 0
    nasty: bool = True
    made: list[str] = field(default_factory=list)
    """The words by which such lines are known."""

    def line(self, *, told: bool = False) -> str:
        choose = self.random.random()
        if told and choose < 0.5:
            self.tokens += 1
            self.made.append(f"e{self.tokens}$")
            indent = self.random.choice(("", "", "    ", "  ", "\t"))
            return f"{indent}{self.made[-1]}"
        pool = NASTY if self.nasty and told and choose > 0.85 else LINES
        return self.random.choice(pool)

    def notes(self) -> dict[str, str]:
        """A vault whose blocks refer to each other."""
        random, notes = self.random, {}
        for name in ("One", "Two")[: random.randint(1, 2)]:
            front = f"---\ntangle: src/{name}.py\n---\n" if random.random() < 0.6 else ""
            infos = [random.choice(INFOS).format(name) for _ in range(random.randint(1, 6))]
            called = [c for c in CHUNKS if random.random() < 0.5]
            infos += [f"python #{c}" for c in called]
            random.shuffle(infos)
            blocks = [self.block(info, called) for info in infos]
            end = random.choice(("\n", "\n", "\r\n"))
            text = front + "".join(f"Words {n}.\n\n{b}\n" for n, b in enumerate(blocks))
            text = text if random.random() < 0.9 else text.rstrip("\n")
            mark = "\ufeff" if random.random() < 0.1 else ""
            notes[f"vault/{name}.md"] = mark + text.replace("\n", end)
        return notes

    def block(self, info: str, called: list[str]) -> str:
        """A block that calls chunks, in a list or quote or by itself."""
        random = self.random
        owner = next((c for c in CHUNKS if f"#{c}" in info), "")
        lines = [self.line() for _ in range(random.choice((0, 1, 1, 2, 3, 4)))]
        for chunk in called:
            if chunk > owner and random.random() < 0.4:
                indent = random.choice(("", "", "    ", "  ", "\t"))
                lines.insert(random.randint(0, len(lines)), f"{indent}<<{chunk}>>")
        fence = random.choice(("```", "```", "````", "~~~"))
        prefix = random.choice(PREFIXES)
        first, rest = prefix, prefix.replace("-", " ")
        body = [f"{first}{fence}{info}", *(rest + line for line in lines), f"{rest}{fence}"]
        return "".join(f"{line}\n" for line in body)

    def edited(self, text: str, first: int = 0) -> str:
        """A text in which lines were changed."""
        random = self.random
        end = "\r\n" if "\r\n" in text else "\n"
        lines = text.split(end)[:-1]
        for _ in range(random.choice((1, 1, 1, 2, 3, 6))):
            self.edits += 1
            at = random.randint(min(first, len(lines)), len(lines))
            size = random.choice((0, 1, 1, 2, 4))
            what = random.random()
            if what < 0.4:
                lines[at:at] = [self.line(told=True) for _ in range(random.choice((1, 1, 2, 5)))]
            elif what < 0.55:
                del lines[at : at + size]
            elif what < 0.75:
                lines[at : at + size] = [self.line(told=True) for _ in lines[at : at + size]]
            elif what < 0.85:
                lines[at : at + size] = [f"    {line}" for line in lines[at : at + size]]
            elif what < 0.95:
                moved = lines[at : at + size]
                del lines[at : at + size]
                to = random.randint(min(first, len(lines)), len(lines))
                lines[to:to] = moved
            else:
                lines[at:at] = [""] * random.randint(1, 3)
        return "".join(f"{line}{end}" for line in lines)

    def edit_note(self, text: str) -> str:
        """A note of which the code of some blocks was changed."""
        random = self.random
        lines = text.replace("\r\n", "\n").split("\n")
        note = parse("x.md", Text.decode("x.md", text.encode()))
        for block in reversed(note.blocks):
            if random.random() < 0.6 and block.closed:
                code = [line.rstrip("\r\n") for line in block.code.split("\n")[:-1]]
                new = self.edited("".join(f"{line}\n" for line in code)).split("\n")[:-1]
                plain = [line for line in new if "`" not in line and "~" not in line]
                start = block.code_line - 1
                lines[start : start + len(code)] = [
                    (block.prefix + line).rstrip("\r").replace("\r", "") for line in plain
                ]
        end = "\r\n" if "\r\n" in text else "\n"
        return end.join(lines)


@dataclass
class Outcome:
    """What became of the edits of a scene."""

    problems: Counter[str] = field(default_factory=Counter)
    edits: int = 0
    """How often lines were put in, changed, moved or taken out, on either side."""
    merged: int = 0
    """How many notes were stitched."""
    refused: int = 0
    """How many targets could not be, and were left as they are."""
    lost: int = 0
    """The bytes of lines that stand nowhere any more."""

    def __add__(self, other: Outcome) -> Outcome:
        return Outcome(
            self.problems + other.problems,
            self.edits + other.edits,
            self.merged + other.merged,
            self.refused + other.refused,
            self.lost + other.lost,
        )


def play(project: Project, random: Random, *, file: bool = True, note: bool = False) -> Outcome:
    """Edits one or both sides, stitches, and looks whether all is there."""
    scene = Scene(random)
    notes = scene.notes()
    project.write(notes)
    project.tangle()
    targets = {path: text for path, text in project.files().items() if path not in notes}
    if note:
        project.write({path: scene.edit_note(text) for path, text in notes.items()})
    for path, text in targets.items() if file else ():
        if random.random() < 0.7:
            project.write({path: scene.edited(text)})
    before = project.files()

    made = project.stitch()

    after = project.files()
    outcome = Outcome(Counter(p.code for p in made.problems if p.severity.counts), scene.edits)
    everywhere = set(_TOKEN.findall("\n".join(after.values())))
    gone = set(_TOKEN.findall("\n".join(before.values()))) - everywhere
    outcome.lost = sum(len(token) for token in gone)
    outcome.merged = sum(before[path] != after[path] for path in notes)
    assert not outcome.lost, (gone, before, after)
    told = {p.place.path for p in made.problems if p.code.startswith("T01")}
    told |= {p.diff.split("\n")[1][4:] for p in made.problems if p.code == "T012" and p.diff}
    outcome.refused = len(told)
    for path, text in before.items():
        if path in notes:
            assert outside(text, after[path]), (path, before, after)
        elif path in told:
            assert after[path] == text, (path, before, after)
        elif not note and "T0" not in "".join(outcome.problems) and not is_shared(made, path):
            wanted = text if not text or text.endswith("\n") else f"{text}\n"
            assert after[path] == wanted, (path, before, after)
    again = project.stitch()
    if told:  # what one target gave to a chunk may have settled the conflict of another
        assert everywhere <= set(_TOKEN.findall("\n".join(project.files().values())))
        again = project.stitch()
    assert not again.changes, (again.diff(), before, after)
    return outcome


def is_shared(made: Plan, path: str) -> bool:
    """Whether a target was changed for the sake of a copy in another, or of one in itself."""
    return any(change.path == path for change in made.changes)


def outside(before: str, after: str) -> bool:
    """Whether two notes are the same but for the code of blocks, and marks that grew for it."""
    return list(around(before)) == list(around(after))


def around(text: str) -> Iterator[object]:
    """What is around the code of a note's blocks, byte for byte."""
    data = text.encode()
    note = parse("x.md", Text.decode("x.md", data))
    done = 0
    for block in note.blocks:
        marks = note.text.offset(block.place.line, block.place.column)
        yield data[done:marks], block.fence[0]
        after = marks + len(block.fence)
        yield data[after : note.text.offset(block.code_line)]
        end = block.code_line + block.code.count("\n")
        done = note.text.offset(end) if block.closed else len(data)
        if block.closed:
            closing = note.text.line(end)
            yield closing.rstrip(" \t").rstrip(block.fence[0])
            done = note.text.offset(end, len(closing.rstrip(" \t")) + 1)
    yield data[done:]


QUICK = settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
RANDOM = st.randoms(use_true_random=False)


@given(RANDOM)
@QUICK
def test_an_edited_target_comes_out_as_edited_or_with_a_problem(
    project: Project, random: Random
) -> None:
    project.clear()
    outcome = play(project, random)
    if not outcome.problems:
        assert not project.tangle().changes


@given(RANDOM)
@QUICK
def test_edits_of_both_sides_are_merged_or_both_kept(project: Project, random: Random) -> None:
    project.clear()
    play(project, random, note=True)


@given(RANDOM)
@QUICK
def test_where_only_notes_were_edited_there_is_nothing_to_stitch(
    project: Project, random: Random
) -> None:
    project.clear()
    outcome = play(project, random, file=False, note=True)
    assert not outcome.merged


@pytest.mark.stress
@pytest.mark.timeout(1200)
def test_ten_thousand_edits_of_both_sides_lose_nothing(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    total, start = Outcome(), time.monotonic()
    for number in range(STRESS):
        project.clear()
        project.plans.clear()
        try:
            total += play(project, Random(number), note=True)  # noqa: S311 - to be repeated
        except AssertionError as error:
            error.add_note(f"random number {number}")
            raise
    seconds = time.monotonic() - start
    with capsys.disabled():
        print(  # noqa: T201 - what the run is for
            f"\n{STRESS:,} vaults edited on both sides in {seconds:.0f} s: {total.edits:,} edits, "
            f"{total.merged:,} notes stitched, {total.refused:,} targets left with their conflict, "
            f"{total.lost} bytes lost"
        )
