"""Code blocks: their title, their place in the target, and links from references to chunks."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from lierne.site import breaks, highlight
from lierne.site.notes.asked import references, spans, woven

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lierne.read.note import Block
    from lierne.site.notes.draft import Draft, Scope
    from lierne.site.notes.names import Mark, Woven

_MOST = 3
"""How many places or users of a block are shown at once."""


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
    html = highlight.frame(
        coloured,
        block.language,
        title=" ".join(
            ["" if folded else own, *_places(draft, scope, number), _thread(others, scope)]
        ),
        first=int(numbers) if re.fullmatch(r"\d{1,6}", numbers) else None,
        marked=highlight.marked_lines(block.get("hl_lines") or "", len(coloured)),
        anchor=draft.lines_anchor() if numbers else "",
        ident="" if folded else ident,
        foot=_used(draft, scope, others),
    )
    if not folded:
        return html
    named = f' id="{escape(ident)}"' if ident else ""
    summary = own or escape(f"{block.language or 'code'}, {_count(len(coloured))}")
    return f'<details class="code"{named}>\n<summary>{summary}</summary>\n{html}</details>\n'


def _own(block: Block) -> str:
    """What the note calls a block: its title, and its name as references write it."""
    title = escape(block.get("title") or "", quote=False)
    name = f'<code class="chunk">{_reference(block.name)}</code>' if block.name else ""
    return f"{title} {name}".strip()


def _places(draft: Draft, scope: Scope, number: int) -> Iterator[str]:
    """The lines of targets that a block stands for."""
    places = draft.asked.ask(spans, scope.note.path, number)
    for span in places[:_MOST]:
        url = draft.href(span.target, f"L{span.first}")
        shown = f"{breaks.path(span.target)} {breaks.unbroken(f'· {span.lines}')}"
        link = f'<a href="{escape(url)}">{shown}</a>' if url else shown
        yield f'<span class="target">{link}</span>'
    if len(places) > _MOST:
        yield f"and {len(places) - _MOST} more"


def _thread(others: Woven, scope: Scope) -> str:
    """The ways to the block that this one continues, and to the one that continues it."""
    ways = [
        f'<a href="#{escape(scope.prefix + anchor)}" title="{said}" aria-label="{said}">{arrow}</a>'
        for anchor, arrow, said in (
            (others.before, "\u2191", "Continues a block above"),
            (others.after, "\u2193", "Continued in a block below"),
        )
        if anchor
    ]
    return f'<span class="thread">{"".join(ways)}</span>' if ways else ""


def _used(draft: Draft, scope: Scope, others: Woven) -> str:
    """Who uses what a block holds: a few at once, all the others folded."""
    links = []
    for other in (*others.callers, *others.users):
        url = draft.href(other.note, other.anchor)
        if url:
            here = other.note == scope.note.path and not scope.embedded
            title = f"the block {'below' if other.below else 'above'}" if here else other.title
            links.append(f'<a class="internal" href="{escape(url)}">{escape(title)}</a>')
    if not links:
        return ""
    # To fold a single one would take as much room as to show it.
    few = len(links) if len(links) == _MOST + 1 else _MOST
    shown, rest = ", ".join(links[:few]), ", ".join(links[few:])
    more = (
        f" <details><summary>and {len(links) - few} more</summary> {rest}</details>" if rest else ""
    )
    return f'<div class="used" data-search-exclude>Used in {shown}{more}</div>'


def _linked(draft: Draft, scope: Scope, number: int, marks: Sequence[Mark]) -> tuple[str, ...]:
    block = scope.note.blocks[number]
    spots: dict[int, list[highlight.Spot]] = {}
    met: set[tuple[str, str]] = set()
    for mark in marks:
        tag = _identified(draft, scope, mark) if mark.defines else _named(draft, mark, met)
        if tag is not None:
            end = mark.column + mark.length
            spots.setdefault(mark.line, []).append(highlight.Spot(mark.column, end, *tag))
    coloured = list(highlight.with_spots(block.code, block.language, spots))
    for reference, note, anchor in draft.asked.ask(references, scope.note.path, number):
        url = draft.href(note, anchor)
        if url and reference.line < len(coloured):
            shown = _reference(reference.text)
            linked = f'<a class="reference" href="{escape(url)}">{shown}</a>'
            coloured[reference.line] = f"{reference.indent}{linked}"
    return tuple(coloured)


def _named(draft: Draft, mark: Mark, met: set[tuple[str, str]]) -> tuple[str, str] | None:
    """A link to where a name is defined; whoever goes by keyboard meets each once in a block."""
    url = draft.href(mark.note, mark.anchor)
    if url is None:
        return None
    again = ' tabindex="-1"' if (mark.note, mark.anchor) in met else ""
    met.add((mark.note, mark.anchor))
    return name_tag(url, mark.title, again), "</a>"


def _identified(draft: Draft, scope: Scope, mark: Mark) -> tuple[str, str] | None:
    ident = f"{scope.prefix}{mark.anchor}"
    if ident in draft.ids:
        return None
    draft.ids.add(ident)
    return f'<dfn id="{escape(ident)}">', "</dfn>"


def name_tag(url: str, title: str, more: str = "") -> str:
    """The link of a name in code; its title says what is defined there."""
    said = escape(title).replace("\n", "&#10;")
    return f'<a class="name" href="{escape(url)}" title="{said}"{more}>'


def _reference(name: str) -> str:
    return escape(f"<<{name}>>", quote=False)


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
