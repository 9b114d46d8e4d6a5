"""Properties that say nothing because of how they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lierne.base.problem import Kind, Problem, Severity, nearest
from lierne.read.front.values import yes_or_no

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.read.note import Note, Property
    from lierne.read.resolve import Names

DROPPED = Kind("P201", Severity.HINT, "a property that Obsidian no longer reads")
MISSPELLED = Kind("P202", Severity.WARNING, "a property that is nearly one of ours")
NOT_A_LINK = Kind("P203", Severity.WARNING, "a need that is not a link")
NOT_YES_OR_NO = Kind("P204", Severity.WARNING, "a property that is neither true nor false")

_NOW = {"tag": "tags", "alias": "aliases", "cssclass": "cssclasses"}


def properties(note: Note, names: Names) -> Iterator[Problem]:
    """Looks at one note's properties; those that are neither ours nor nearly so are left alone."""
    for key, found in note.properties.items():
        if key in _NOW and found.value not in (None, ""):
            yield _dropped(key, found)
        else:
            yield from _misspelled(key, found)
    if "needs" in note.properties:
        yield from _needs(note, note.properties["needs"], names)
    publish = note.find_property("publish")
    if publish is not None and yes_or_no(publish.value) is None:
        message = "`publish` is neither `true` nor `false`, so the note is not published"
        help_ = "write `publish: true` to have it on the site, `publish: false` to keep it from it"
        yield Problem(NOT_YES_OR_NO, publish.place, message, help_)


def _dropped(key: str, found: Property) -> Problem:
    message = f"`{key}` is read neither by Obsidian, since 1.9, nor here"
    return Problem(DROPPED, found.place, message, f"write `{_NOW[key]}`, with a list")


def _misspelled(key: str, found: Property) -> Iterator[Problem]:
    """A word near ours is somebody's own unless its value looks like one of ours, too."""
    looks = {
        "tangle": _is_path(found.value),
        "needs": "[[" in str(found.value),
        "publish": found.value not in (None, "") and yes_or_no(found.value) is not None,
    }
    if key.lower() == "publish":
        return  # the one of them whose capitals do not count
    near = nearest(key, (ours for ours, alike in looks.items() if alike), most=1)
    if near and key != near[0] and abs(len(key) - len(near[0])) <= 1:
        message = f"the property `{key}` means nothing"
        yield Problem(MISSPELLED, found.place, message, f"did you mean `{near[0]}`?")


def _is_path(value: Any) -> bool:
    return isinstance(value, str) and "." in value and not value.startswith(("http", "[["))


def _needs(note: Note, found: Property, names: Names) -> Iterator[Problem]:
    values = found.value if isinstance(found.value, list) else [found.value]
    texts = [value.strip() for value in values if isinstance(value, str)]
    linked = any("[[" in text for text in texts)
    for text in texts:
        if text and "[[" not in text and (linked or names.find(text, note.path).path):
            message = f"`{text}` in `needs` is not a link, and leads nowhere"
            name = "…" if "[" in text else text
            yield Problem(NOT_A_LINK, found.place, message, f'write `"[[{name}]]"`')
