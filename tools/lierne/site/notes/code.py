"""Code blocks: their title, their place in the target, and links from references to chunks."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from lierne.code.run.blocks import is_run
from lierne.site import breaks, highlight
from lierne.site.blocks.marks import identified, linked
from lierne.site.links import internal
from lierne.site.notes.asked import references, spans, woven

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lierne.read.note import Block
    from lierne.site.blocks.marks import Mark
    from lierne.site.blocks.names import Woven
    from lierne.site.highlight import Spot
    from lierne.site.notes.draft import Draft, Scope

_MOST_PLACES = 3
"""How many places of a block in targets are shown; the rest is counted."""
_MOST_USERS = 4
"""How many users of a block are shown at once; more are folded."""


def render_block(draft: Draft, scope: Scope, number: int, ident: str) -> str:
    """Renders one block of code.

    Args:
        draft: The page that is being made.
        scope: The note that the block stands in.
        number: The number of the block in that note, from 0.
        ident: Its id on the page, or nothing.
    """
    block = scope.note.blocks[number]
    if block.language.lower() == "mermaid":
        draft.mermaid = True
        named = f' id="{escape(ident)}"' if ident else ""
        return f'<pre class="mermaid"{named}><code>{escape(block.code)}</code></pre>\n'
    others = draft.asked.ask(woven, scope.note.path, number)
    coloured = _linked(draft, scope, number, others.marks)
    numbers = (block.get("linenums") or "").strip()
    folded = block.get("fold") is not None
    own = _own(block)
    head = ["" if folded else own, *_places(draft, scope, number), _thread(draft, scope, others)]
    html = highlight.frame(
        coloured,
        block.language,
        title=" ".join(head),
        first=int(numbers) if re.fullmatch(r"\d{1,6}", numbers) else None,
        marked=highlight.marked_lines(block.get("hl_lines") or "", len(coloured)),
        anchor=draft.lines_anchor() if numbers else "",
        ident=ident,
        folded=folded,
        kind="run" if is_run(block) else "",
        foot=_used(draft, scope, others),
    )
    if not folded:
        return html
    named = f' id="{escape(ident)}"' if ident else ""
    called = own or _kind(draft, scope, number)
    summary = f"<summary>{called} {breaks.unbroken(f'· {_count(len(coloured))}')}</summary>"
    return f'<details class="code"{named}>\n{summary}\n{html}</details>\n'


def _own(block: Block) -> str:
    """What the note calls a block: its title, and its name as references write it."""
    title = escape(block.get("title") or "", quote=False)
    name = f'<code class="chunk">{_reference(block.name)}</code>' if block.name else ""
    return f"{title} {name}".strip()


def _kind(draft: Draft, scope: Scope, number: int) -> str:
    """What a folded block is that the note calls nothing: where it goes, or its language."""
    places = draft.asked.ask(spans, scope.note.path, number)
    if places:
        return f'<span class="target">{breaks.path(places[0].target)}</span>'
    return escape(scope.note.blocks[number].language or "code")


def _places(draft: Draft, scope: Scope, number: int) -> Iterator[str]:
    """The lines of targets that a block stands for."""
    places = draft.asked.ask(spans, scope.note.path, number)
    for span in places[:_MOST_PLACES]:
        url = draft.href(span.target, f"L{span.first}")
        shown = f"{breaks.path(span.target)} {breaks.unbroken(f'· {span.lines}')}"
        link = f'<a href="{escape(url)}">{shown}</a>' if url else shown
        yield f'<span class="target">{link}</span>'
    if len(places) > _MOST_PLACES:
        yield f'<span class="target">and {len(places) - _MOST_PLACES} more</span>'


def _thread(draft: Draft, scope: Scope, others: Woven) -> str:
    """The ways to the block that this one continues, and to the one that continues it."""
    ways = []
    for anchor, arrow, said in (
        (others.before, "\u2191", "Continues a block above"),
        (others.after, "\u2193", "Continued in a block below"),
    ):
        # Where only a part of the note is embedded, the other block is on the note's own page.
        url = draft.href(scope.note.path, anchor) if anchor else None
        if url:
            label = f'title="{said}" aria-label="{said}"'
            ways.append(f'<a href="{escape(url)}" {label}>{arrow}</a>')
    return f'<span class="thread">{"".join(ways)}</span>' if ways else ""


def _used(draft: Draft, scope: Scope, others: Woven) -> str:
    """Who uses what a block holds; many are folded."""
    links = []
    for other in (*others.callers, *others.users):
        url = draft.href(other.note, other.anchor)
        if url:
            here = other.note == scope.note.path and not scope.embedded
            title = f"the block {'below' if other.below else 'above'}" if here else other.title
            links.append(internal(url, title))
    if not links:
        return ""
    shown = ", ".join(links)
    if len(links) <= _MOST_USERS:
        return f'<div class="used" data-search-exclude>Used in {shown}</div>'
    what = "places" if others.callers else "notes"
    summary = f"<summary>Used in {len(links)} {what}</summary>"
    return f'<details class="used" data-search-exclude>{summary}{shown}</details>'


def _linked(draft: Draft, scope: Scope, number: int, marks: Sequence[Mark]) -> tuple[str, ...]:
    block = scope.note.blocks[number]
    coloured = list(highlight.lines(block.code, block.language, _spots(draft, scope, marks)))
    for reference, note, anchor in draft.asked.ask(references, scope.note.path, number):
        url = draft.href(note, anchor)
        if url and reference.line < len(coloured):
            shown = _reference(reference.text)
            link = f'<a class="reference" href="{escape(url)}">{shown}</a>'
            coloured[reference.line] = f"{reference.indent}{link}"
    return tuple(coloured)


def _spots(draft: Draft, scope: Scope, marks: Iterable[Mark]) -> dict[int, list[Spot]]:
    """The names that lead somewhere, and those that others lead to, by line."""
    spots: dict[int, list[Spot]] = {}
    met: set[str] = set()
    for mark in marks:
        spot = _identified(draft, scope, mark) if mark.defines else _named(draft, mark, met)
        if spot is not None:
            spots.setdefault(mark.line, []).append(spot)
    return spots


def _named(draft: Draft, mark: Mark, met: set[str]) -> Spot | None:
    url = draft.href(mark.note, mark.anchor)
    return None if url is None else linked(mark, url, met)


def _identified(draft: Draft, scope: Scope, mark: Mark) -> Spot | None:
    ident = f"{scope.prefix}{mark.anchor}"
    if ident in draft.ids:
        return None
    draft.ids.add(ident)
    return identified(mark, ident)


def _reference(name: str) -> str:
    return escape(f"<<{name}>>", quote=False)


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
