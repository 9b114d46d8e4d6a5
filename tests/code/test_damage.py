"""Whatever stands in `.lierne`, tangling goes on: at worst it knows nothing of earlier runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lierne.base.config import Config
from lierne.base.store import Store
from lierne.code.targets import last
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

    from lierne.base.plan import Plan

NOTES = {
    "One.md": "---\ntangle: src/one.py\n---\n```python\n#!/bin/sh\n<<Two#x>>\n```\n",
    "Two.md": "```python #x\nx = 1\n```\n```js file=src/two.js\ntwo();\n```\n```js #no\n```\n",
}
OLD = "src/old.js"
SECTIONS = ("run", "target", "base", "intended", "beside")
NAMES = st.sampled_from(
    ["src/one.py", "src/two.js", "One.md", "note", "map", "last", "x\0y", "../x", "/", "", "src"]
)
ODD = st.one_of(st.text(), st.just("\ud800"))  # JSON can hold what no text may
VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), NAMES, ODD),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(NAMES, inner, max_size=4)),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Config:
    """A project that was tangled, with a target that no note makes any more."""
    root = tmp_path_factory.mktemp("project")
    made = Config(root, vault="vault")
    (root / "vault").mkdir()
    (root / "vault/One.md").write_text(f"```js file={OLD}\nold();\n```\n")
    plan(made).apply()
    for name, text in NOTES.items():
        (root / "vault" / name).write_text(text)
    (root / OLD).write_text("edited();\n")
    plan(made).apply()
    return made


def plan(config: Config) -> Plan:
    return last.plan(Vault(config))


def entries(root: Path) -> dict[tuple[str, str], bytes]:
    with Store(root) as store:
        return {(name, key): v for name in SECTIONS for key, v in store.all(name).items()}


def damage(config: Config, values: dict[tuple[str, str], bytes]) -> None:
    """Lets two runs go on from there, the second after a change, then puts all back."""
    kept, note = entries(config.root), config.vault_folder / "Two.md"
    nothing = dict.fromkeys([*kept, *values])
    try:
        for text in (NOTES["Two.md"], NOTES["Two.md"].replace("x = 1", "x = 2")):
            with Store(config.root, write=True) as store:
                store.put({**kept, **values})
            note.write_text(text)
            (config.root / "src/two.js").write_text("edited();\n")
            plan(config).carry_out()
        assert not plan(config).carry_out()
    finally:
        note.write_text(NOTES["Two.md"])
        with Store(config.root, write=True) as store:
            nothing |= dict.fromkeys((name, k) for name in SECTIONS for k in store.all(name))
            store.put({**nothing, **kept})


def changed(value: Any, data: st.DataObject) -> Any:
    """The same with something else anywhere in it."""
    whole = not value or not isinstance(value, (list, dict))
    if whole or data.draw(st.integers(0, 4)) == 0:
        return data.draw(VALUES)
    keys = list(value) if isinstance(value, dict) else range(len(value))
    at = data.draw(st.sampled_from(keys))
    if isinstance(value, dict):
        key = data.draw(st.one_of(st.just(at), NAMES))
        return {**value, key: changed(value[at], data)}
    return [*value[:at], changed(value[at], data), *value[at + 1 :]]


@settings(max_examples=20, deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from(SECTIONS), NAMES), st.binary(), max_size=4))
def test_any_bytes(config: Config, values: dict[tuple[str, str], bytes]) -> None:
    damage(config, values)


def slip(config: Config, data: st.DataObject) -> None:
    """Changes something in what we wrote, and goes on from there."""
    kept = entries(config.root)
    name, key = data.draw(st.sampled_from(sorted(kept)))
    value = changed(json.loads(kept[name, key]), data)
    key = data.draw(st.one_of(st.just(key), NAMES))
    damage(config, {(name, key): json.dumps(value).encode()})


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_slip_in_what_we_wrote(config: Config, data: st.DataObject) -> None:
    slip(config, data)


@pytest.mark.stress
@pytest.mark.timeout(1800)
@settings(max_examples=1500, deadline=None)
@given(st.data())
def test_many_slips_in_what_we_wrote(config: Config, data: st.DataObject) -> None:
    slip(config, data)


@pytest.mark.parametrize(
    ("section", "key", "value"),
    [
        ("base", "src/two.js", b'{"text":"x","map":"zz"}'),
        ("target", "src/two.js", b'{"note":[],"digest":"00"}'),
        ("target", "src/two.js", b"[" * 200_000),
        ("base", "src/two.js", b"[" * 200_000),
        ("run", "last", b"[" * 200_000),
        (
            *("base", "src/two.js"),
            b'{"text":"\\ud800","map":{"version":1,"target":"x","runs":[]}}',
        ),
        ("intended", "a/x\0y", b"1"),
        ("intended", "a\0b/x", b"1"),
        ("beside", "a/x\0y", b"1"),
        ("beside", "\0/x", b"1" * 16),
    ],
)
def test_what_once_raised(config: Config, section: str, key: str, value: bytes) -> None:
    damage(config, {(section, key): value})
