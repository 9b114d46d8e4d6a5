"""Code blocks: their title, their place in the target, and links from references to chunks."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from lierne.code.chunks import name_key, references
from lierne.site import breaks, highlight

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.read.note import Block, Note
    from lierne.site.notes.draft import Draft, Scope


def block_anchors(note: Note) -> tuple[str, ...]:
    """The id of each block of a note on its page: that of its `^id`, or made from its name."""
    ids = {found.name.lower(): found.anchor for found in note.block_ids}
    taken: set[str] = set()
    anchors = []
    for number, block in enumerate(note.blocks, 1):
        own = next((ids[i.lower()] for i in block.ids if i.lower() in ids), None)
        wanted = own or f"code:{_slug(block.name or str(number))}"
        anchor, count = wanted, 2
        while anchor in taken:
            anchor, count = f"{wanted}-{count}", count + 1
        taken.add(anchor)
        anchors.append(anchor)
    return tuple(anchors)


def render_block(draft: Draft, scope: Scope, block: Block, ident: str) -> str:
    """Renders one block of code.

    Args:
        draft: The page that is being made.
        scope: The note that the block stands in.
        block: The block.
        ident: Its id on the page, or nothing.
    """
    if block.language.lower() == "mermaid":
        draft.mermaid = True
        named = f' id="{escape(ident)}"' if ident else ""
        return f'<pre class="mermaid"{named}><code>{escape(block.code)}</code></pre>\n'
    coloured = _linked(draft, scope, block)
    numbers = (block.get("linenums") or "").strip()
    title = _title(draft, scope.note.path, block)
    folded = block.get("fold") is not None
    html = highlight.frame(
        coloured,
        block.language,
        title="" if folded else title,
        first=int(numbers) if re.fullmatch(r"\d{1,6}", numbers) else None,
        marked=highlight.marked_lines(block.get("hl_lines") or "", len(coloured)),
        anchor=draft.lines_anchor() if numbers else "",
        ident="" if folded else ident,
    )
    if not folded:
        return html
    named = f' id="{escape(ident)}"' if ident else ""
    summary = title or escape(f"{block.language or 'code'}, {_count(len(coloured))}")
    return f'<details class="code"{named}>\n<summary>{summary}</summary>\n{html}</details>\n'


def _title(draft: Draft, note: str, block: Block) -> str:
    parts = []
    own = block.get("title") or block.name
    if own:
        parts.append(escape(own, quote=False))
    spans = draft.spans.of(note, block)
    for span in spans[:3]:
        url = draft.href(span.target, f"L{span.first}")
        shown = f"{breaks.path(span.target)} {breaks.unbroken(f'· {span.lines}')}"
        link = f'<a href="{escape(url)}">{shown}</a>' if url else shown
        parts.append(f'<span class="target">{link}</span>')
    if len(spans) > 3:
        parts.append(f"and {len(spans) - 3} more")
    return " ".join(parts)


def _linked(draft: Draft, scope: Scope, block: Block) -> tuple[str, ...]:
    coloured = list(highlight.lines(block.code, block.language))
    for number, indent, text, url in _references(draft, scope.note, block):
        if url and number < len(coloured):
            shown = escape(f"<<{text}>>", quote=False)
            coloured[number] = f'{indent}<a class="reference" href="{escape(url)}">{shown}</a>'
    return tuple(coloured)


def _references(
    draft: Draft, note: Note, block: Block
) -> Iterator[tuple[int, str, str, str | None]]:
    if "<<" not in block.code:
        return
    from lierne.read.scan import outline  # noqa: PLC0415 - few blocks have references

    for reference in references(outline(note), block):
        found: Note | None = note
        if reference.target:
            path = draft.vault.names.find(reference.target, note.path).path
            found = draft.vault.notes.get(path) if path else None
        url = None if found is None else _chunk_url(draft, found, reference.name)
        yield reference.line, reference.indent, reference.text, url


def _chunk_url(draft: Draft, note: Note, name: str) -> str | None:
    wanted = name_key(name)
    for block, anchor in zip(note.blocks, block_anchors(note), strict=True):
        if any(name_key(own) == wanted for own in block.names):
            return draft.href(note.path, anchor)
    return None


def _slug(name: str) -> str:
    return re.sub(r"[^\w.-]+", "-", name).strip("-") or "block"


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
