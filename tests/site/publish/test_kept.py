"""A site that is brought up to date is the site that would be made anew, and shares what it can."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from lierne.base.config import find
from lierne.code.tangle import tangle
from lierne.graph.build import build
from lierne.read.vault.vault import Vault
from lierne.site.publish.publication import Publication, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

NAMES = ["Softmax", "Query", "deep/Query", "Mask", "deep/Home", "README", "code"]
HEADINGS = ["Formula", "In code", "C# basics", "Formula"]
PIECES = [
    "Plain text with $x^2$ and #tag.",
    "One line\nand one more.",
    "See [[{note}]] and [[{note}#{heading}]] here. And [[{note}|words]].",
    "![[{note}]]",
    "![[{note}#{heading}]] ![[{note}#^block]]",
    "[md]({url}.md#{heading}) and ![[figure.svg|100]] and [[data.csv]].",
    "A line. ^block",
    "> [!note] A callout with [[{note}]]\n> - and a list",
    "<b>[[{note}]]</b> <img src='figure.svg'> <blink>no</blink>",
    "Broken $\\frac{{a$ and $$\n\\nope{{x}}\n$$",
    "```python\nx = {number}\n\n\ndef f{number}(x):\n    return x\n```",
    "```python\n<<{note}#part>>\nx = f{number}(1)\n```",
    "```python #part\ny = {number}\n```",
    "```python\nfrom a{other} import f{number}\n\nz = f{number}(1)\n```",
    "```python file=src/extra{other}.py\nfrom a{other} import f1\n\n<<{note}#part>>\n```",
    "```mermaid\ngraph LR\nA --> B\n```",
    "```python run\nprint({number})\n```\n\n```output\n{number}\n```",
    "The words Softmax and Query and Mask stand here unlinked.",
]
BEGINNINGS = [
    "",
    "",
    "tangle: src/a{own}.py",
    "tangle: src/a{own}.py",
    "tangle: src/a{own}.py\nneeds: '[[{note}]]'",
    "tangle: src/a{own}.py\ndescription: Said of {number}.",
    "aliases: [Soft, {note}]\ntags: [Math/One, two{number}]",
    'needs: ["[[{note}]]"]\nup: "[[{note}]]"',
    "permalink: /p/{number}/",
    "publish: false",
]


class Editor:
    """Writes a small vault at random, and changes it at random."""

    def __init__(self, folder: Path, seed: int) -> None:
        self._chance = random.Random(seed)  # noqa: S311  # the same edits each time
        self._folder = folder
        (folder / "vault").mkdir()
        (folder / "lierne.toml").write_text('vault = "vault"\n', "utf-8")
        for name in NAMES[:6]:
            self._write(name)

    def edit(self) -> str:
        """Makes one change; says which."""
        often = [self._write, self._add, self._add, self._front, self._front, self._cut, self._cut]
        seldom = [
            self._move,
            self._delete,
            self._attach,
            self._detach,
            self._settings,
            self._target,
        ]
        change = self._chance.choice([*often, *often, *seldom])
        name = self._chance.choice(NAMES)
        change(name)
        return f"{change.__name__} {name}"

    def _write(self, name: str) -> None:
        front = f"---\n{self._some(BEGINNINGS, name)}\n---\n"
        title = f"# {name} told\n\n" if self._chance.random() < 0.3 else ""
        pieces = [self._piece() for _ in range(self._chance.randint(3, 8))]
        self._save(name, front + title + "\n\n".join(pieces) + "\n")

    def _add(self, name: str) -> None:
        if self._file(name).is_file():
            text = self._file(name).read_text("utf-8")
            self._save(name, f"{text}\n{self._piece()}\n")

    def _cut(self, name: str) -> None:
        if self._file(name).is_file():
            parts = self._file(name).read_text("utf-8").split("\n\n")
            del parts[self._chance.randrange(len(parts))]
            self._save(name, "\n\n".join(parts))

    def _front(self, name: str) -> None:
        if self._file(name).is_file():
            body = self._file(name).read_text("utf-8").split("---\n", 2)[-1]
            self._save(name, f"---\n{self._some(BEGINNINGS, name)}\n---\n{body}")

    def _move(self, name: str) -> None:
        if self._file(name).is_file():
            other = self._file(self._chance.choice(NAMES))
            other.parent.mkdir(exist_ok=True)
            self._file(name).rename(other)

    def _delete(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    def _attach(self, _: str) -> None:
        name = self._chance.choice(["figure.svg", "data.csv", "deep/figure.svg"])
        (self._folder / "vault/deep").mkdir(exist_ok=True)
        (self._folder / "vault" / name).write_text(f"<svg>{self._chance.random()}</svg>", "utf-8")

    def _detach(self, _: str) -> None:
        (self._folder / "vault" / "figure.svg").unlink(missing_ok=True)

    def _settings(self, _: str) -> None:
        strict = self._chance.choice(["true", "false"])
        (self._folder / "vault/.obsidian").mkdir(exist_ok=True)
        settings = self._folder / "vault/.obsidian/app.json"
        settings.write_text(f'{{"strictLineBreaks": {strict}}}', "utf-8")

    def _target(self, _: str) -> None:
        (self._folder / "src").mkdir(exist_ok=True)
        (self._folder / "src/a1.py").write_text(f"x = {self._chance.randrange(3)}\n", "utf-8")

    def _piece(self) -> str:
        if self._chance.random() < 0.25:
            return f"{'#' * self._chance.randint(1, 3)} {self._chance.choice(HEADINGS)}"
        return self._some(PIECES)

    def _some(self, of: list[str], own: str = NAMES[0]) -> str:
        name = self._chance.choice(NAMES)
        return self._chance.choice(of).format(
            note=self._chance.choice([name, name, name.rpartition("/")[2], "Soft", "Not There"]),
            url=name.replace(" ", "%20"),
            heading=self._chance.choice(HEADINGS),
            number=self._chance.randrange(3),
            own=NAMES.index(own),
            other=self._chance.randrange(len(NAMES)),
        )

    def _file(self, name: str) -> Path:
        return self._folder / "vault" / f"{name}.md"

    def _save(self, name: str, text: str) -> None:
        self._file(name).parent.mkdir(exist_ok=True)
        self._file(name).write_text(text, "utf-8", newline="\n")


def made(vault: Vault, earlier: Publication | None = None) -> Publication:
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    return publish(vault, tangled, build(vault, tangled), name="S", earlier=earlier)


def whole(site: Publication) -> Mapping[str, Any]:
    """Everything that a host can see of a site."""
    return {
        **{f"note {path}": page for path, page in site.notes.items()},
        **{f"list {name}": page for name, page in site.lists.items()},
        **{f"target {path}": page for path, page in site.targets.items()},
        **{f"file {at}": each() if callable(each) else each for at, each in site.files.items()},
        "order": [*site.notes, *site.lists, *site.targets],
        "places": [site.notes.places, site.lists.places, site.targets.places],
        "tags": site.tags,
        "home": site.home,
        "scripts": site.scripts,
        "graph": site.graph,
        "problems": site.problems,
    }


@pytest.mark.parametrize(
    "seed", [*range(3), *(pytest.param(n, marks=pytest.mark.stress) for n in range(3, 60))]
)
def test_after_any_edits_a_site_is_what_it_would_be_anew(seed: int, tmp_path: Path) -> None:
    editor = Editor(tmp_path, seed)
    vault = Vault(find(tmp_path))
    site = made(vault)
    done = []

    for number in range(40):
        before = {name: dict(pages) for name, pages in pages_of(site).items()} if number % 3 else {}
        done.append(editor.edit())
        vault = vault.again()
        site = made(vault, site)

        assert whole(site) == whole(made(Vault(find(tmp_path)))), done[-3:]
        for kind, pages in pages_of(site).items():
            for name, page in pages.items():
                old = before.get(kind, {}).get(name)
                assert (old == page) == (old is page), (kind, name, done[-1])


def pages_of(site: Publication) -> Mapping[str, Any]:
    return {"notes": site.notes, "lists": site.lists, "targets": site.targets}


VAULT = {
    "a.md": "# A\n\nSee [[b]] and [[b#Part]].\n",
    "b.md": "# B\n\ntext\n\n## Part\n\nmore\n",
    "c.md": "![[b#Part]]\n",
    "d.md": "alone\n",
}


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"d.md": "alone, changed\n"}, {"d.md"}),
        ({"b.md": "# B\n\ntext\n\n## Part\n\nmore and more\n"}, {"b.md", "c.md"}),
        ({"b.md": "# B\n\ntext\n\n## Other\n\nmore\n"}, {"a.md", "b.md", "c.md"}),
        ({"b.md": "---\npublish: false\n---\n"}, {"a.md", "c.md"}),
        ({"e.md": "new [[a]]\n"}, {"e.md"}),
    ],
)
def test_only_what_an_edit_can_change_is_rendered_again(
    changed: dict[str, str],
    again: set[str],
    write: Callable[..., Path],
    rendered: list[str],
) -> None:
    vault = Vault(find(write(VAULT)))
    site = made(vault)
    assert dict(site.notes)
    rendered.clear()

    write(changed)
    later = made(vault.again(), site)

    assert dict(later.notes)
    assert set(rendered) == again


def test_a_page_is_made_when_it_is_looked_up(
    write: Callable[..., Path], rendered: list[str]
) -> None:
    site = made(Vault(find(write(VAULT))))

    assert (list(site.notes), len(site.notes), rendered) == (list(VAULT), 4, [])
    assert site.notes["a.md"] is site.notes["a.md"]
    assert rendered == ["a.md"]
    assert "x.md" not in site.notes


def test_what_was_not_looked_up_in_between_is_not_forgotten(write: Callable[..., Path]) -> None:
    vault = Vault(find(write(VAULT)))
    first = made(vault)
    page = first.notes["d.md"]

    second = made(vault.again(), first)
    third = made(vault.again(), second)

    assert third.notes["d.md"] is page


def test_of_a_note_that_is_gone_nothing_is_kept(write: Callable[..., Path]) -> None:
    folder = write(VAULT)
    vault = Vault(find(folder))
    first = made(vault)
    assert dict(first.notes)

    (folder / "d.md").unlink()
    second = made(vault.again(), first)

    assert list(second.notes) == ["a.md", "b.md", "c.md"]
    assert list(second.notes.known) == ["a.md", "b.md", "c.md"]
    assert set(second.kept.rendered) == {"a.md", "b.md", "c.md"}
