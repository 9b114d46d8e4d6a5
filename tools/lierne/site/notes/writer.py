"""Writes the blocks of a note: one method for each kind of token that is more than its tag."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from lierne.site.notes.asked import anchors
from lierne.site.notes.code import render_block
from lierne.site.notes.embed import embedded, is_note
from lierne.site.notes.frames import END
from lierne.site.notes.parts import trimmed
from lierne.site.notes.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.note import Link
    from lierne.site.notes.draft import Draft, Scope
    from lierne.site.notes.frames import Frame
    from lierne.site.sanitise import Raw


class Writer(Text):
    """Writes the content of one note, or of a part of one."""

    def __init__(self, draft: Draft, scope: Scope) -> None:
        """Takes the page that is being made and the note whose content it will be."""
        super().__init__(draft, scope)
        self._numbers: dict[Place, int] = {}

    def blocks(self, tokens: Sequence[Token]) -> str:
        """Writes a sequence of blocks."""
        return self._walk(tokens, inline=False)

    def _open_paragraph(self, _: Token, __: Frame) -> tuple[str, str]:
        return "", ""  # written with its content, which an embed may part

    def _open_heading(self, token: Token, _: Frame) -> tuple[str, str]:
        named = self._id(token)
        mark = ""
        if named and not self._scope.embedded:
            url = escape(f"#{token.attrGet('id')}")
            mark = f'<a class="headerlink" href="{url}" title="Permanent link">&para;</a>'
        return f"<{token.tag}{named}>", f"{mark}</{token.tag}>\n"

    def _open_ordered_list(self, token: Token, _: Frame) -> tuple[str, str]:
        start = token.attrGet("start")
        number = f' start="{int(start)}"' if start is not None else ""
        return f"<ol{number}{self._id(token)}>\n", "</ol>\n"

    def _open_list_item(self, token: Token, _: Frame) -> tuple[str, str]:
        task = token.meta.get("task")
        if task is None:
            return f"<li{self._id(token)}>", "</li>\n"
        done = "" if task == " " else " checked"
        item = f'<li class="task-list-item" data-task="{escape(task)}"{self._id(token)}>'
        box = f'<input type="checkbox" aria-label="Task" disabled{done}>'
        mark = f'<label class="task-list-control">{box}<span class="task-list-indicator"></span>'
        return f"{item}{mark}</label> ", "</li>\n"

    def _open_th(self, token: Token, _: Frame) -> tuple[str, str]:
        style = str(token.attrGet("style") or "").removeprefix("text-align:")
        align = f' align="{style}"' if style in ("left", "center", "right") else ""
        return f"<{token.tag}{align}>", f"</{token.tag}>"

    _open_td = _open_th

    def _open_callout(self, token: Token, _: Frame) -> tuple[str, str]:
        kind, fold = token.meta["kind"], token.meta["fold"]
        data = f' data-callout="{escape(token.meta["type"])}"'
        if token.meta["metadata"]:
            data += f' data-callout-metadata="{escape(token.meta["metadata"])}"'
        if fold is None:
            return f'<div class="admonition {kind}"{data}{self._id(token)}>\n', "</div>\n"
        unfolded = " open" if fold == "open" else ""
        return f'<details class="{kind}"{data}{self._id(token)}{unfolded}>\n', "</details>\n"

    def _open_callout_title(self, _: Token, parent: Frame) -> tuple[str, str]:
        folds = parent.token is not None and parent.token.meta.get("fold") is not None
        if folds:
            return "<summary>", "</summary>\n"
        return '<p class="admonition-title">', "</p>\n"

    def _open_footnote_block(self, _: Token, __: Frame) -> tuple[str, str]:
        return '<div class="footnote">\n<hr>\n<ol>\n', "</ol>\n</div>\n"

    def _open_footnote(self, token: Token, _: Frame) -> tuple[str, str]:
        number = token.meta["id"] + 1
        return f"<li{self._named(f'fn:{number}')}>\n", "</li>\n"

    def _write_hr(self, _: Token, __: Frame) -> str:
        return "<hr>\n"

    def _write_html_block(self, token: Token, _: Frame) -> Raw:
        self._see(token)
        return self._raw(token)

    def _write_code_block(self, token: Token, _: Frame) -> str:
        code = escape(token.content, quote=False)
        return f'<div class="highlight"{self._id(token)}><pre><code>{code}</code></pre></div>\n'

    def _write_fence(self, token: Token, _: Frame) -> str:
        note = self._scope.note
        if not self._numbers:
            self._numbers = {block.place: number for number, block in enumerate(note.blocks)}
        number = self._numbers[token.meta["block"].place]
        anchor = self._draft.asked.ask(anchors, note.path)[number]
        named = self._named(anchor)
        ident = f"{self._scope.prefix}{anchor}" if named else ""
        return render_block(self._draft, self._scope, number, ident)

    def _write_math_block(self, token: Token, _: Frame) -> str:
        self._see(token)
        return f'<div class="math"{self._id(token)}>{self._formula(token, display=True)}</div>\n'

    def _write_inline(self, token: Token, parent: Frame) -> str:
        self._see(token)
        children = token.children or []
        if parent.kind != "paragraph_open":
            return self.inline(children)
        return "".join(self._paragraph(children, parent.token))

    def _paragraph(self, children: Sequence[Token], paragraph: Token | None) -> Iterator[str]:
        hidden = paragraph is not None and paragraph.hidden
        named = self._id(paragraph) if paragraph else ""
        for piece in self._parted(children):
            if isinstance(piece, str):
                yield f"<div{named}></div>{piece}" if named else piece
            elif hidden:
                yield (f"<span{named}></span>" if named else "") + self.inline(piece)
            else:
                yield f"<p{named}>{self.inline(piece).strip()}{END}"
            named = ""
        if named:
            yield f"<div{named}></div>\n"

    def _parted(self, children: Sequence[Token]) -> Iterator[Sequence[Token] | str]:
        # A paragraph cannot hold a block, so an embedded note stands between two paragraphs.
        start = level = 0
        for number, token in enumerate(children):
            level += token.nesting
            if level == 0 and token.type in ("embed", "image") and "link" in token.meta:
                block = self._embedded(token.meta["link"])
                if block is not None:
                    yield from trimmed(children[start:number])
                    yield block
                    start = number + 1
        yield from trimmed(children[start:])

    def _embedded(self, link: Link) -> str | None:
        if self._links or not is_note(self._draft, self._scope, link):
            return None
        found = embedded(self._draft, self._scope, link)
        if found is None:
            return None
        html = Writer(self._draft, found.scope).blocks(found.tokens)
        self._draft.size += len(html)
        source = f'<div class="embed-source">{found.source}</div>'
        return f'<div class="embed" data-search-exclude>\n{source}\n{html}</div>\n'
