"""Mends what a rename broke: references in code that call a note by the name it had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.base.plan import Change, Plan
from lierne.base.store import Store
from lierne.code.rewrite import Edit, rewrite
from lierne.code.tangle import tangle
from lierne.code.targets.last import moved

if TYPE_CHECKING:
    from lierne.base.text import Text
    from lierne.code.chunks import Reference
    from lierne.read.vault.vault import Vault


def fix(vault: Vault) -> Plan:
    """The plan of `lierne check --fix`: each reference to a renamed note, with the new name.

    Where several notes may be meant, nothing is changed; what is wrong says which they are.
    """
    tangled = tangle(vault.outlines(), vault.names, vault.config)
    with Store(vault.root) as store:
        meant = moved(vault, store).meant(tangled)
    edits: dict[str, list[Edit]] = {}
    for reference, texts in meant.items():
        if len(texts) == 1:
            edit = _edit(vault.text(reference.note), reference, texts[0])
            edits.setdefault(reference.note, []).append(edit)
    changes = (_change(vault, note, edits[note]) for note in sorted(edits))
    return Plan(vault.root, tuple(changes), vault=vault.config.vault)


def _change(vault: Vault, note: str, edits: list[Edit]) -> Change:
    text = vault.text(note)
    return Change(vault.config.shown(note), text.data, rewrite(text, edits), note=True)


def _edit(text: Text, reference: Reference, new: str) -> Edit:
    number = reference.place.line
    # It is alone in its block's line, and the marks before it may hold no `<<` of their own.
    line = text.line(number).replace(f"<<{reference.text}>>", f"<<{new}>>")
    return Edit(number, number + 1, (line,))
