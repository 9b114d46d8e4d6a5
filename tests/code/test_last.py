from __future__ import annotations

import random
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import Config
from lierne.base.store import Store
from lierne.code.targets import last, seen
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from lierne.base.plan import Plan

NOTES = {
    "One.md": "---\ntangle: src/one.py\n---\n```python\na = 1\n<<Two#x>>\n```\n",
    "Two.md": "```python #x\nx = 1\n```\n```js file=src/two.js\ntwo();\n```\n",
    "Three.md": "```js file=src/three.js\nthree();\n```\n```js #unused\nno();\n```\n",
    "Four.md": "Only text.\n",
}
BAD = (
    "```python file=src/own.py\n<<Nobody#x>>\n```\n",
    "```js file=src/b.js\n<<x>>\n```\n",
    "```js file=src/B.js\n```\n",
    "```js file=src/b.js\n```\n",
    "```js #x\n<<x>>\n```\n",
    "---\ntangle: [no\n---\n",
    "---\ntangle: ../x\n---\n",
    "```js #unused\n",
)


class Project:
    def __init__(self, root: Path) -> None:
        self.root = root
        self.config = Config(root, vault="vault")
        (root / "vault").mkdir()
        for name, text in NOTES.items():
            self.write(name, text)

    def write(self, note: str, text: str) -> None:
        (self.root / "vault" / note).write_text(text)

    def plan(self) -> Plan:
        return last.plan(Vault(self.config))

    def whole(self) -> Plan:
        """What a run makes that remembers no earlier run, only its targets."""
        with Store(self.root, write=True) as store:
            kept = store.get(*seen.WHERE)
            store.put({seen.WHERE: None})
        made = self.plan()
        with Store(self.root, write=True) as store:
            store.put({seen.WHERE: kept})
        return made


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.plan().apply()
    return made


@pytest.fixture
def tangled_notes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The notes whose outlines are asked for."""
    asked: list[str] = []
    real = Vault.outlines

    def outlines(vault: Vault, paths: list[str] | None = None) -> object:
        asked.extend(vault.paths if paths is None else paths)
        return real(vault, paths)

    monkeypatch.setattr(Vault, "outlines", outlines)
    return asked


def test_a_vault_in_which_nothing_changed_is_not_tangled(
    project: Project, tangled_notes: list[str]
) -> None:
    plan = project.plan()

    assert not plan
    assert [problem.code for problem in plan.problems] == ["C004"]
    assert tangled_notes == []


@pytest.mark.parametrize(
    ("note", "text", "reached"),
    [
        ("Three.md", "```js file=src/three.js\n3;\n```\n", "Three.md -> src/three.js"),
        ("Four.md", "More text.\n", "Four.md -> "),
        ("Two.md", NOTES["Two.md"].replace("= 1", "= 2"), "One.md Two.md -> src/one.py"),
        ("One.md", NOTES["One.md"].replace("= 1", "= 2"), "One.md Two.md -> src/one.py"),
        ("One.md", NOTES["One.md"].replace("<<Two#x>>", ""), "One.md Two.md -> src/one.py"),
    ],
)
def test_36_what_a_change_cannot_reach_is_not_tangled(
    project: Project, tangled_notes: list[str], note: str, text: str, reached: str
) -> None:
    project.write(note, text)

    plan = project.plan()

    changed = [change.path for change in plan.changes]
    assert f"{' '.join(tangled_notes)} -> {' '.join(changed)}" == reached


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("Four.md", "```js file=src/four.js\nnew();\n```\n"),
        ("Four.md", "```js #x\nnew();\n```\n```js file=src/three.js\n```\n"),
        ("Three.md", "no target any more\n"),
        ("Three.md", "```js file=src/three.js\n<<Two#x>>\n```\n"),
        ("Three.md", "```js file=src/three.js\n<<Two#nothing>>\n```\n"),
        ("Three.md", "```js file=src/three.js\ntext <<Two#x>>\n```\n"),
        ("Three.md", "---\ntangle: [unclosed\n---\n```js file=src/three.js\nthree();\n```\n"),
    ],
)
def test_where_a_change_might_reach_further_all_notes_are_tangled(
    project: Project, tangled_notes: list[str], note: str, text: str
) -> None:
    project.write(note, text)

    project.plan()

    assert set(NOTES) <= set(tangled_notes)


@pytest.mark.parametrize(
    "seed", [*range(6), *(pytest.param(n, marks=pytest.mark.stress) for n in range(6, 100))]
)
def test_a_part_makes_what_the_whole_makes_after_any_row_of_changes(
    tmp_path: Path, seed: int
) -> None:
    """Notes are changed at random, mostly rightly; each plan is that of a fresh look."""
    chance = random.Random(seed)  # noqa: S311 - a choice of cases
    project = Project(tmp_path)
    for number in range(8):
        project.write(f"N{number}.md", _any_note(chance, number))
    for _ in range(20):
        doing = chance.random()
        if doing < 0.8:
            number = chance.randrange(8)
            project.write(f"N{number}.md", _any_note(chance, number))
        elif doing < 0.9:
            project.write("One.md", chance.choice([*BAD, NOTES["One.md"]]))
        else:
            for path in chance.choices(sorted((tmp_path / "src").glob("*")) or [tmp_path / "x"]):
                path.write_text("edited();\n" if doing < 0.95 else "")

        plan, whole = project.plan(), project.whole()

        assert plan.changes == whole.changes
        assert plan.problems == whole.problems
        assert dict(plan.remember) == dict(whole.remember)
        if chance.random() < 0.9:
            plan.apply()


def _any_note(chance: random.Random, number: int) -> str:
    """A note with a target and a chunk, that refers to chunks of notes after it."""
    calls = [f"<<N{chance.randint(number + 1, 8)}#x>>" for _ in range(chance.randint(0, 1))]
    calls += chance.choices(["", "text <<x>>", "<<x>>", f"{chance.random()};"], k=2)
    body = "\n".join(calls).replace("N8", "Two")
    own = f"```js file=src/n{number}.js\n{body}\n```\n"
    chunk = f"```js #x\nx{chance.randint(0, 3)};\n```\n"
    return chance.choice(["", own, own, own]) + chance.choice([chunk, chunk, chunk * 2])


def test_a_new_state_of_the_tool_looks_at_everything_again(
    project: Project, tangled_notes: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(seen, "_engine", lambda: (("code/tangle.py", 1, 1),))

    project.plan()

    assert set(tangled_notes) == set(NOTES)


@pytest.mark.parametrize("path", ["New.md", "picture.png"])
def test_a_new_name_in_the_vault_may_change_what_any_reference_means(
    project: Project, tangled_notes: list[str], path: str
) -> None:
    project.write(path, "text")

    project.plan()

    assert set(tangled_notes) >= set(NOTES)


def test_other_settings_look_at_everything_again(
    project: Project, tangled_notes: list[str]
) -> None:
    last.plan(Vault(replace(project.config, targets=("src",))))

    assert set(tangled_notes) == set(NOTES)


@pytest.mark.parametrize("kept", [b"", b"[]", b"[1,2,3,4,5,6,7,8]", b"\xff", b'["a",{},[],{}]'])
def test_a_record_that_makes_no_sense_is_none(
    project: Project, tangled_notes: list[str], kept: bytes
) -> None:
    with Store(project.root, write=True) as store:
        store.put({seen.WHERE: kept})

    assert not project.plan()
    assert set(tangled_notes) == set(NOTES)
