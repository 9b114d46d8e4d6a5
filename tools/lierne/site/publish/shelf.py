"""What was rendered by earlier builds, and is used as long as it would be made the same now."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from lierne.base.rows import Rows
from lierne.site.active import picture, withheld
from lierne.site.notes import asked as questions
from lierne.site.notes.heat import numbers
from lierne.site.page import Entry, Page, Section

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from lierne.site.notes.asked import Answers, Known

SECTION = "pages"
LIBRARIES = (
    *("markdown-it-py", "mdit-py-plugins", "pygments", "latex2mathml", "fonttools"),
    *("markdown", "mkdocstrings-python", "griffelib"),
)

_QUESTIONS: dict[str, Callable[..., Any]] = {
    question.__name__: question
    for question in (
        *(questions.lead, questions.href, questions.spans, questions.anchors, questions.woven),
        *(questions.references, questions.digest, questions.strict_line_breaks),
        *(questions.loads_pictures, numbers, withheld, picture),
    )
}
_CLASSES = {one.__name__: one for one in (Page, Entry, Section)}


class Shelf:
    """Pages and other results of earlier builds of one project."""

    def __init__(self, root: Path, *, write: bool = True) -> None:
        """Reads what there is.

        Args:
            root: The project.
            write: Whether what is made will be written down; if not, none of it is put in.
        """
        self._writes = write
        self._rows = Rows(root, SECTION, LIBRARIES)

    def page(self, path: str, data: bytes, known: Known) -> tuple[Page, Answers] | None:
        """A note's page, if it is there and would be made the same now.

        Args:
            path: The note's vault path.
            data: The note's bytes.
            known: Answers the questions that the page asked.
        """
        row = self._rows.read(f"page {path}", digest(data))
        if row is None:
            return None
        keys = [(_QUESTIONS[name], tuple(about)) for name, about in row["asked"]]
        try:
            answers = {(question, about): question(known, *about) for question, about in keys}
        except LookupError:  # a note or block that was asked about is gone
            return None
        if digest(list(answers.values())) != row["answers"]:
            return None
        page: Page = _from_row(row["page"])
        return page, answers

    def put_page(self, path: str, data: bytes, answers: Answers, page: Page) -> None:
        """Keeps a note's page; one with problems, and those are few, is made anew each time."""
        if (
            not self._writes
            or page.problems
            or not all(_QUESTIONS.get(q.__name__) is q for q, _ in answers)
        ):
            return
        asked = [(question.__name__, about) for question, about in answers]
        said = digest(list(answers.values()))
        row = {"asked": asked, "answers": said, "page": _row(page)}
        self._rows.put(f"page {path}", digest(data), row)

    def result(self, name: str, given: str) -> str | bytes | None:
        """What was made of what is given, by its digest."""
        row = self._rows.read(name, given)
        if row is None:
            return None
        return bytes.fromhex(row["bytes"]) if "bytes" in row else str(row["text"])

    def put_result(self, name: str, given: str, result: str | bytes) -> None:
        """Keeps what was made of what is given, by its digest."""
        if not self._writes:
            return
        kind = {"text": result} if isinstance(result, str) else {"bytes": result.hex()}
        self._rows.put(name, given, kind)

    def write(self, names: Collection[str]) -> None:
        """Writes down what is new, and forgets all that is of none of these names.

        Raises:
            OSError: The disk is full, or may not be written.
        """
        self._rows.write(lambda key: key.partition(" ")[2] in names)


def digest(value: Any) -> str:
    """What is the same for two values, also in two processes, only if they are."""
    written = value if isinstance(value, bytes) else _JSON.encode(value).encode()
    return blake2b(written, digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, frozenset):
        return sorted(value)
    kind = type(value)
    if is_dataclass(kind):
        return [kind.__name__, *[getattr(value, name) for name in _fields(kind)]]
    raise TypeError(f"{kind.__name__} has no digest")


@cache
def _fields(kind: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))


# Nothing that has a digest holds itself.
_JSON = json.JSONEncoder(default=_plain, check_circular=False)


def _row(value: Any) -> Any:
    """A page, or a part of one, as plain values."""
    if is_dataclass(value):
        own = [_row(getattr(value, field.name)) for field in fields(value)]
        return {type(value).__name__: own}
    if isinstance(value, tuple):
        return [_row(item) for item in value]
    return {"set": sorted(value)} if isinstance(value, frozenset) else value


def _from_row(row: Any) -> Any:
    if isinstance(row, list):
        return tuple(map(_from_row, row))
    if isinstance(row, dict):
        ((kind, inside),) = row.items()
        return frozenset(inside) if kind == "set" else _CLASSES[kind](*map(_from_row, inside))
    return row
