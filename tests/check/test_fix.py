"""References to renamed notes: what they may mean now, and how `check --fix` mends them.

The cases stand in `renames/*.md`: a title, the files of a small vault, and what comes of it.
`@ path` begins a note; then everything is tangled; `@@ old -> new` renames one, and `@@ path`
begins one that is written after that. Expected are references that are rewritten, perhaps only on
one line, and problems that stay, with their help.
"""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne import Vault
from lierne.check.fix import fix
from lierne.code.chunks import MISSING_NOTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FOLDER = Path(__file__).parent / "renames"


@dataclass(frozen=True)
class Case:
    """One vault, what happens to it, and what is expected."""

    place: str
    title: str
    steps: tuple[tuple[str, str, str], ...]
    expected: tuple[str, ...]


def cases() -> Iterator[Case]:
    """Reads all fixtures."""
    for path in sorted(FOLDER.glob("*.md")):
        line = 1
        parts = re.split(r"^\.\n", path.read_text("utf-8"), flags=re.MULTILINE)
        for title, files, expected in zip(parts[::3], parts[1::3], parts[2::3], strict=False):
            begin = line + len(title) - len(title.lstrip("\n"))
            steps = re.findall(r"^(@@?) (.*)\n((?:(?!@@? ).*\n)*)", files, re.MULTILINE)
            rows = tuple(expected.splitlines())
            yield Case(f"{path.name}:{begin}", title.strip(), tuple(steps), rows)
            line += (title + files + expected).count("\n") + 2


def plain(text: str) -> bytes:
    return text.encode()


def windows(text: str) -> bytes:
    return b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()


def unended(text: str) -> bytes:
    return text.encode().removesuffix(b"\n")


CASES = list(cases())


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "lierne.toml").write_text("")
    return tmp_path


def play(root: Path, case: Case, encode: Callable[[str], bytes]) -> None:
    """Writes the vault, tangles it, and does to it what the case says."""
    for mark, what, text in case.steps:
        if mark == "@@":
            break
        write(root / what, encode(text))
    Vault.open(root).tangle().apply()
    for mark, what, text in case.steps:
        if mark == "@":
            continue
        old, arrow, new = what.partition(" -> ")
        if arrow:
            write(root / new, (root / old).read_bytes())
            (root / old).unlink()
        else:
            write(root / what, encode(text))


def write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def notes(root: Path) -> dict[str, bytes]:
    return {str(p.relative_to(root)): p.read_bytes() for p in root.rglob("*.md")}


def rewritten(before: dict[str, bytes], expected: tuple[str, ...]) -> dict[str, bytes]:
    """The notes with the expected references rewritten, and not another byte of them changed."""
    after = dict(before)
    for row in expected:
        match = re.fullmatch(r"(.*?):(\d*) (<<.*>>) -> (<<.*>>)", row)
        if match is not None:
            note, line, old, new = match.groups()
            lines = after[note].split(b"\n")
            for number, text in enumerate(lines, 1):
                if str(number) == line or (not line and text.strip() == old.encode()):
                    assert old.encode() in text
                    lines[number - 1] = text.replace(old.encode(), new.encode())
            after[note] = b"\n".join(lines)
    return after


def missing(root: Path) -> list[str]:
    """What checking says of notes that are not there, with the help in the place of the message."""
    found = (p for p in Vault.open(root).check() if p.kind == MISSING_NOTE)
    return [f"{problem.place}: {problem.code} {problem.help}" for problem in found]


@pytest.mark.parametrize("encode", [plain, windows, unended], ids=lambda encode: encode.__name__)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.place)
class TestFix:
    def test_just_these_bytes_change(
        self, case: Case, encode: Callable[[str], bytes], root: Path
    ) -> None:
        play(root, case, encode)
        before = notes(root)

        fix(Vault.open(root)).apply()

        assert notes(root) == rewritten(before, case.expected)
        assert missing(root) == [row for row in case.expected if "C002" in row]
        assert not fix(Vault.open(root))

    def test_later_runs_do_not_forget(
        self, case: Case, encode: Callable[[str], bytes], root: Path
    ) -> None:
        play(root, case, encode)
        now = fix(Vault.open(root))

        for number in range(3):  # the first makes a plan, the second takes it from memory
            write(root / "Other.md" if number == 2 else root / "Note.md", b"words\n")
            Vault.open(root).tangle().apply()

            assert fix(Vault.open(root)).changes == now.changes


def test_what_is_mended_is_tangled(root: Path) -> None:
    play(root, CASES[0], plain)

    Vault.open(root).tangle().apply()
    assert "x = 1" in (root / "src/a.py").read_text()  # a broken reference holds it back, unharmed
    fix(Vault.open(root)).apply()

    assert not Vault.open(root).tangle()
    assert not Vault.open(root).check()


def test_a_note_that_is_renamed_twice(root: Path) -> None:
    play(root, CASES[0], plain)
    Vault.open(root).tangle().apply()
    (root / "Soft Max.md").rename(root / "Third.md")

    assert "<<Third#stable>>" in fix(Vault.open(root)).diff()
    Vault.open(root).tangle().apply()
    assert "<<Third#stable>>" in fix(Vault.open(root)).diff()


def test_a_note_that_comes_back_is_not_gone(root: Path) -> None:
    play(root, CASES[0], plain)
    Vault.open(root).tangle().apply()
    (root / "Soft Max.md").rename(root / "Old.md")

    assert not fix(Vault.open(root))
    assert not Vault.open(root).check()


def test_an_edited_target_makes_nobody_forget(root: Path) -> None:
    play(root, CASES[0], plain)
    (root / "B.md").write_text("```js file=src/b.js\nb()\n```\n")
    write(root / "src/b.js", b"somebody else's\n")
    Vault.open(root).tangle().apply()

    assert "<<Soft Max#stable>>" in fix(Vault.open(root)).diff()


class TestWithoutMemory:
    @pytest.fixture
    def clone(self, root: Path) -> Path:
        """A project that was committed, then a note renamed, and no run remembers anything."""
        first = CASES[0].steps
        for _, name, text in first[:2]:
            write(root / name, text.encode())
        for arguments in (
            ["init", "-q"],
            ["add", "."],
            ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "first"],
        ):
            subprocess.run(["git", *arguments], cwd=root, check=True, capture_output=True)
        (root / "Old.md").rename(root / "New.md")
        return root

    def test_the_last_commit_knows_the_note(self, clone: Path) -> None:
        assert "+    <<New#stable>>" in fix(Vault.open(clone)).diff()

    def test_also_after_a_run_that_did_not(self, clone: Path) -> None:
        Vault.open(clone).tangle().apply()

        assert "+    <<New#stable>>" in fix(Vault.open(clone)).diff()

    def test_without_either_nobody_does(self, clone: Path) -> None:
        (clone / ".git").rename(clone / ".nothing")

        assert not fix(Vault.open(clone))
        assert missing(clone) == [
            "A.md:3:5: C002 write the note, or its name right",
        ]
