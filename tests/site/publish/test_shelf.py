"""What earlier builds have kept is used where it is right, and nowhere else."""

from __future__ import annotations

import json
import random
import zlib
from typing import TYPE_CHECKING

import pytest

from lierne.base import rows
from lierne.base.config import find
from lierne.base.store import Store
from lierne.code.tangle import tangle
from lierne.graph.build import build
from lierne.read.vault.vault import Vault
from lierne.site.publish.publication import Publication, publish
from lierne.site.publish.shelf import SECTION, Shelf, digest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

VAULT = {
    "vault/a.md": "---\ntangle: src/a.py\n---\n# A *told*\n\nSee [[b#Part]], $x^2$, [[Gone]], #t.\n"
    "\n```python\ndef one():\n    return 1\n```\n",
    "vault/b.md": "# B\n\n## Part\n\nmore ![[c]] ![[p.svg]]\n\n```python\nfrom a import one\n```\n",
    "vault/c.md": "one\ntwo\n\n```python file=src/c.py\nfrom a import one\n\nx = one()\n```\n",
    "vault/p.svg": "<svg/>",
    "lierne.toml": 'vault = "vault"\n',
}


def built(root: Path) -> Publication:
    """Makes a whole site as a build does, with what earlier ones have kept."""
    vault = Vault(find(root))
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    own = Shelf(root)
    site = publish(vault, tangled, build(vault, tangled), shelf=own)
    look(site)
    own.write(site.names)
    return site


def anew(root: Path) -> Publication:
    vault = Vault(find(root))
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    return publish(vault, tangled, build(vault, tangled))


def look(site: Publication) -> list[object]:
    """All of a site, made."""
    files = [content() for content in site.files.values() if callable(content)]
    return [dict(site.notes), dict(site.lists), dict(site.targets), files, site.problems]


def test_a_second_build_renders_nothing_and_says_the_same(
    write: Callable[..., Path], rendered: list[str]
) -> None:
    root = write(VAULT)
    first = look(built(root))
    assert sorted(set(rendered)) == ["a.md", "b.md", "c.md"]
    rendered.clear()

    second = look(built(root))

    assert rendered == []
    assert second == first


@pytest.mark.parametrize(
    ("changed", "again"),
    [
        ({"vault/a.md": VAULT["vault/a.md"] + "More.\n"}, {"a.md"}),
        ({"vault/c.md": "one and a half\n"}, {"b.md", "c.md", "a.md"}),
        ({"vault/d.md": "new\n"}, {"d.md"}),
        ({"vault/.obsidian/app.json": '{"strictLineBreaks": true}'}, {"b.md", "c.md"}),
        ({"vault/b.md": "---\npublish: false\n---\n"}, {"a.md"}),
    ],
)
def test_after_a_change_only_what_it_touches_is_rendered(
    changed: dict[str, str], again: set[str], write: Callable[..., Path], rendered: list[str]
) -> None:
    root = write(VAULT)
    built(root)
    rendered.clear()

    site = built(write(changed))

    assert set(rendered) == again
    assert look(site) == look(anew(root))


def test_a_page_with_a_problem_says_so_each_time(write: Callable[..., Path]) -> None:
    root = write({**VAULT, "vault/d.md": "Bad $\\frac{a$.\n"})

    assert built(root).problems == built(root).problems != ()


def test_what_another_version_has_kept_is_not_used(
    write: Callable[..., Path], rendered: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    root = write(VAULT)
    built(root)
    rendered.clear()
    monkeypatch.setattr(rows, "state", lambda *_: "another")

    built(root)

    assert sorted(set(rendered)) == ["a.md", "b.md", "c.md"]


def test_of_notes_that_are_gone_nothing_stays(write: Callable[..., Path]) -> None:
    root = write(VAULT)
    built(root)
    (root / "vault/c.md").unlink()

    built(root)

    with Store(root) as store:
        kept_for = {key.partition(" ")[2] for key in store.all(SECTION)}
    assert kept_for == {"", "a.md", "b.md", "src/a.py"}


@pytest.mark.parametrize("seed", range(4))
def test_damage_is_passed_by(seed: int, write: Callable[..., Path]) -> None:
    root = write(VAULT)
    first = look(built(root))
    chance = random.Random(seed)  # noqa: S311  # the same damage each time
    with Store(root, write=True) as store:
        for key, value in store.all(SECTION).items():
            cut = value[: chance.randrange(len(value))]
            odd = bytes(chance.choices(range(256), k=40))
            store.put({(SECTION, key): chance.choice([cut, odd, value[:-1] + b"x", value])})

    assert look(built(root)) == first


def test_two_builds_at_once_leave_what_is_right(write: Callable[..., Path]) -> None:
    root = write(VAULT)
    one, other = Shelf(root), Shelf(root)
    for own in (one, other):
        vault = Vault(find(root))
        tangled = tangle(vault.outlines(), vault.names, vault.config)
        look(publish(vault, tangled, build(vault, tangled), shelf=own))
    names = {"", "a.md", "b.md", "c.md", "src/a.py", "src/c.py"}
    one.write(names)
    other.write(names)

    assert look(built(root)) == look(anew(root))


def test_nothing_that_is_kept_can_be_run(write: Callable[..., Path]) -> None:
    root = write(VAULT)
    built(root)

    with Store(root) as store:
        rows = [value.partition(b"\n")[2] for value in store.all(SECTION).values()]

    assert rows
    assert all(json.loads(zlib.decompress(row)) for row in rows)


def test_a_digest_is_the_same_in_every_process() -> None:
    letters = frozenset("abcdefgh")

    assert digest((letters, b"x", None, 1)) == digest((frozenset(sorted(letters)), b"x", None, 1))
    assert digest(("1",)) != digest((1,))
    assert digest(("a", "b")) != digest(("ab",))
