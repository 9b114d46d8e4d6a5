"""Code blocks: their title, their place in the target, and links from references to chunks."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from lierne.site import breaks, highlight

if TYPE_CHECKING:
    from lierne.read.note import Block
    from lierne.site.notes.draft import Draft, Scope


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
    coloured = _linked(draft, scope, block)
    numbers = (block.get("linenums") or "").strip()
    title = _title(draft, scope, number)
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


def _title(draft: Draft, scope: Scope, number: int) -> str:
    parts = []
    block = scope.note.blocks[number]
    own = block.get("title") or block.name
    if own:
        parts.append(escape(own, quote=False))
    spans = draft.spans.of(scope.note.path, number)
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
    for reference, note, anchor in draft.anchors.references(scope.note.path, block):
        url = draft.href(note, anchor)
        if url and reference.line < len(coloured):
            shown = escape(f"<<{reference.text}>>", quote=False)
            linked = f'<a class="reference" href="{escape(url)}">{shown}</a>'
            coloured[reference.line] = f"{reference.indent}{linked}"
    return tuple(coloured)


def _count(lines: int) -> str:
    return "1 line" if lines == 1 else f"{lines} lines"
