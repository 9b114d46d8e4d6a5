"""Notes, sections and blocks that another note shows as its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lierne.base.problem import Kind, Severity
from lierne.site.links import internal
from lierne.site.notes.draft import Scope
from lierne.site.notes.parts import part

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from lierne.read.note import Link
    from lierne.site.notes.asked import Lead
    from lierne.site.notes.draft import Draft

TOO_MUCH = Kind("S102", Severity.WARNING, "a page with too much embedded in it")

DEEPEST = 10
MOST = 200
MOST_CHARACTERS = 1_000_000


@dataclass(frozen=True, slots=True)
class Embedded:
    """Content of another note, ready to be written."""

    source: str
    """The line that says where it comes from, as HTML."""
    scope: Scope
    tokens: Sequence[Token]


def is_note(draft: Draft, scope: Scope, link: Link) -> bool:
    """Whether an embed leads to a note, so that it needs a block of its own."""
    return not link.external and draft.lead(link, scope.note.path).note


def embedded(draft: Draft, scope: Scope, link: Link) -> Embedded | None:
    """Finds what an embed shows; None where a link must do in its place."""
    lead = draft.lead(link, scope.note.path)
    url = draft.href(lead.path, lead.anchor) if lead.path and lead.note and lead.whole else None
    if url is None or not _allowed(draft, scope, link, (str(lead.path), lead.anchor)):
        return None
    found = draft.asked.destination(link, scope.note.path)
    if found.note is None:
        return None
    draft.embeds += 1
    draft.embedded.add(found.note.path)
    chain = (*scope.chain, (found.note.path, lead.anchor))
    inner = Scope(found.note, f"e{draft.embeds}:", chain)
    tokens = part(found.note, found.heading, found.block)
    return Embedded(internal(url, _title(lead)), inner, tokens)


def _title(lead: Lead) -> str:
    return f"{lead.name} > {lead.title}" if lead.title else lead.name


def _allowed(draft: Draft, scope: Scope, link: Link, key: tuple[str, str]) -> bool:
    if key in scope.chain:
        return False  # a circle, which the check of the whole vault reports once
    much = draft.embeds >= MOST or draft.size > MOST_CHARACTERS or len(scope.chain) > DEEPEST
    if much:
        message = f"`{link.target}` is only linked, because too much is embedded in this page"
        draft.report(TOO_MUCH, link.place, message, "make this embed or an earlier one a link")
    return not much
