"""Writes tokens as HTML: one method for each kind of token that is more than its tag."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, TypeAlias, cast

from lierne.base.problem import Kind, Severity
from lierne.site.breaks import formulas_with_marks, inline_code
from lierne.site.math.formula import formula
from lierne.site.notes import link as links
from lierne.site.notes.asked import anchors, strict_line_breaks
from lierne.site.notes.code import render_block
from lierne.site.notes.embed import embedded, is_note
from lierne.site.notes.parts import trimmed
from lierne.site.sanitise import Raw, sanitise, unknown_tags
from lierne.site.search import plain, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.note import Link
    from lierne.site.notes.draft import Draft, Scope

HIDDEN_HTML = Kind("S103", Severity.HINT, "HTML that the site does not show")
BAD_FORMULA = Kind("S101", Severity.WARNING, "a formula that cannot be shown")

# Kinds of token that are nothing but their tag.
_PLAIN = frozenset(
    "blockquote bullet_list em list_item mark ordered_list paragraph s strong table tbody td th "  # noqa: SIM905
    "thead tr".split()
)
_LINES_AFTER = {"blockquote", "bullet_list", "paragraph", "table", "tbody", "thead", "tr"}


_END = "</p>\n"


@dataclass(slots=True)
class _Frame:
    """An element that is open, and what stands in it so far."""

    token: Token | None = None
    before: str = ""
    after: str = ""
    pieces: list[Raw | str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        return self.token.type if self.token else ""


_Opening: TypeAlias = "Callable[[Token, _Frame], tuple[str, str]]"
_Writing: TypeAlias = "Callable[[Token, _Frame], Raw | str]"


class Writer:
    """Writes the content of one note, or of a part of one."""

    def __init__(self, draft: Draft, scope: Scope) -> None:
        """Takes the page that is being made and the note whose content it will be."""
        self._draft = draft
        self._scope = scope
        self._links = 0
        self._line = 0
        self._numbers: dict[Place, int] = {}

    def blocks(self, tokens: Sequence[Token]) -> str:
        """Writes a sequence of blocks."""
        return self._walk(tokens, inline=False)

    def inline(self, tokens: Sequence[Token]) -> str:
        """Writes the inside of one line of text."""
        return formulas_with_marks(self._walk(tokens, inline=True))

    def label(self, tokens: Sequence[Token]) -> str:
        """Writes a line of text that is to stand in a link and so can hold none, and no more."""
        self._links += 1
        return self.inline(tokens)

    def _walk(self, tokens: Sequence[Token], *, inline: bool) -> str:
        # Open elements are kept in a list and not on Python's stack: emphasis may be nested as
        # deeply as a line is long.
        frames = [_Frame()]
        for token in tokens:
            if token.nesting == 1:
                before, after = self._opened(token, frames[-1])
                frames.append(_Frame(token, before, after))
            elif token.nesting == 0:
                self._add(frames[-1], token)
            elif len(frames) > 1:
                self._close(frames, inline=inline)
        while len(frames) > 1:
            self._close(frames, inline=inline)
        return self._joined(frames[0], inline=inline)

    def _add(self, frame: _Frame, token: Token) -> None:
        html = self._single(token, frame)
        last = frame.pieces[-1] if frame.pieces else ""
        if token.type == "footnote_anchor" and isinstance(last, str) and last.endswith(_END):
            # The way back from a footnote belongs to its last line.
            frame.pieces[-1] = f"{last.removesuffix(_END)}{html}{_END}"
        else:
            frame.pieces.append(html)

    def _close(self, frames: list[_Frame], *, inline: bool) -> None:
        frame = frames.pop()
        html = f"{frame.before}{self._joined(frame, inline=inline)}{frame.after}"
        if frame.kind == "link_open":
            self._links -= 1
        frames[-1].pieces.append(html)

    def _joined(self, frame: _Frame, *, inline: bool) -> str:
        if not any(isinstance(piece, Raw) for piece in frame.pieces):
            return "".join(piece for piece in frame.pieces if isinstance(piece, str))
        whole: list[Raw | str] = []
        for piece in frame.pieces:
            if whole and isinstance(piece, str) and isinstance(whole[-1], str):
                whole[-1] += piece
            else:
                whole.append(piece)
        return sanitise(whole, self._own_tag, inline=inline, in_link=self._links > 0)

    def _opened(self, token: Token, parent: _Frame) -> tuple[str, str]:
        if token.hidden:
            return "", ""
        kind = token.type.removesuffix("_open")
        special: _Opening | None = getattr(self, f"_open_{kind}", None)
        if special:
            return special(token, parent)
        if kind not in _PLAIN:
            return "", ""
        newline = "\n" if kind in _LINES_AFTER else ""
        return f"<{token.tag}{self._id(token)}>", f"</{token.tag}>{newline}"

    def _single(self, token: Token, parent: _Frame) -> Raw | str:
        if token.hidden:
            return ""
        special: _Writing | None = getattr(self, f"_write_{token.type}", None)
        return special(token, parent) if special else escape(token.content, quote=False)

    def _id(self, token: Token) -> str:
        return self._named(str(token.attrGet("id") or ""))

    def _named(self, anchor: str) -> str:
        ident = f"{self._scope.prefix}{anchor}"
        if not anchor or ident in self._draft.ids:
            return ""
        self._draft.ids.add(ident)
        return f' id="{escape(ident)}"'

    # Blocks

    def _open_paragraph(self, _: Token, __: _Frame) -> tuple[str, str]:
        return "", ""  # written with its content, which an embed may part

    def _open_heading(self, token: Token, _: _Frame) -> tuple[str, str]:
        named = self._id(token)
        mark = ""
        if named and not self._scope.embedded:
            url = escape(f"#{token.attrGet('id')}")
            mark = f'<a class="headerlink" href="{url}" title="Permanent link">&para;</a>'
        return f"<{token.tag}{named}>", f"{mark}</{token.tag}>\n"

    def _open_ordered_list(self, token: Token, _: _Frame) -> tuple[str, str]:
        start = token.attrGet("start")
        number = f' start="{int(start)}"' if start is not None else ""
        return f"<ol{number}{self._id(token)}>\n", "</ol>\n"

    def _open_list_item(self, token: Token, _: _Frame) -> tuple[str, str]:
        task = token.meta.get("task")
        if task is None:
            return f"<li{self._id(token)}>", "</li>\n"
        done = "" if task == " " else " checked"
        item = f'<li class="task-list-item" data-task="{escape(task)}"{self._id(token)}>'
        box = f'<input type="checkbox" aria-label="Task" disabled{done}>'
        mark = f'<label class="task-list-control">{box}<span class="task-list-indicator"></span>'
        return f"{item}{mark}</label> ", "</li>\n"

    def _open_th(self, token: Token, _: _Frame) -> tuple[str, str]:
        style = str(token.attrGet("style") or "").removeprefix("text-align:")
        align = f' align="{style}"' if style in ("left", "center", "right") else ""
        return f"<{token.tag}{align}>", f"</{token.tag}>"

    _open_td = _open_th

    def _open_callout(self, token: Token, _: _Frame) -> tuple[str, str]:
        kind, fold = token.meta["kind"], token.meta["fold"]
        data = f' data-callout="{escape(token.meta["type"])}"'
        if token.meta["metadata"]:
            data += f' data-callout-metadata="{escape(token.meta["metadata"])}"'
        if fold is None:
            return f'<div class="admonition {kind}"{data}{self._id(token)}>\n', "</div>\n"
        unfolded = " open" if fold == "open" else ""
        return f'<details class="{kind}"{data}{self._id(token)}{unfolded}>\n', "</details>\n"

    def _open_callout_title(self, _: Token, parent: _Frame) -> tuple[str, str]:
        folds = parent.token is not None and parent.token.meta.get("fold") is not None
        if folds:
            return "<summary>", "</summary>\n"
        return '<p class="admonition-title">', "</p>\n"

    def _open_footnote_block(self, _: Token, __: _Frame) -> tuple[str, str]:
        return '<div class="footnote">\n<hr>\n<ol>\n', "</ol>\n</div>\n"

    def _open_footnote(self, token: Token, _: _Frame) -> tuple[str, str]:
        number = token.meta["id"] + 1
        return f"<li{self._named(f'fn:{number}')}>\n", "</li>\n"

    def _write_hr(self, _: Token, __: _Frame) -> str:
        return "<hr>\n"

    def _write_html_block(self, token: Token, _: _Frame) -> Raw:
        self._see(token)
        return self._raw(token)

    def _write_code_block(self, token: Token, _: _Frame) -> str:
        code = escape(token.content, quote=False)
        return f'<div class="highlight"{self._id(token)}><pre><code>{code}</code></pre></div>\n'

    def _write_fence(self, token: Token, _: _Frame) -> str:
        note = self._scope.note
        if not self._numbers:
            self._numbers = {block.place: number for number, block in enumerate(note.blocks)}
        number = self._numbers[token.meta["block"].place]
        anchor = self._draft.asked.ask(anchors, note.path)[number]
        named = self._named(anchor)
        ident = f"{self._scope.prefix}{anchor}" if named else ""
        return render_block(self._draft, self._scope, number, ident)

    def _write_math_block(self, token: Token, _: _Frame) -> str:
        self._see(token)
        return f'<div class="math"{self._id(token)}>{self._formula(token, display=True)}</div>\n'

    def _write_inline(self, token: Token, parent: _Frame) -> str:
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
                yield f"<p{named}>{self.inline(piece).strip()}{_END}"
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

    # Text

    def _write_text(self, token: Token, _: _Frame) -> str:
        text = escape(token.content, quote=False)
        return text if self._links else links.with_addresses(text)

    def _write_softbreak(self, _: Token, __: _Frame) -> str:
        return "\n" if self._draft.asked.ask(strict_line_breaks) else "<br>\n"

    def _write_hardbreak(self, _: Token, __: _Frame) -> str:
        return "<br>\n"

    def _write_code_inline(self, token: Token, _: _Frame) -> str:
        return inline_code(token.content)

    def _write_html_inline(self, token: Token, _: _Frame) -> Raw:
        return self._raw(token)

    def _write_math_inline(self, token: Token, _: _Frame) -> str:
        return self._formula(token, display=token.markup == "$$")

    def _write_tag(self, token: Token, _: _Frame) -> str:
        text = f"#{escape(token.content, quote=False)}"
        if self._links:
            return text
        url = self._draft.href(f"#{token.content}", "")
        if url is None:
            return f'<span class="md-tag">{text}</span>'
        return f'<a class="md-tag" href="{escape(url)}">{text}</a>'

    def _write_wikilink(self, token: Token, _: _Frame) -> str:
        link = token.meta["link"]
        text = escape(shown(link), quote=False)
        if self._links:
            return text
        before, after = links.tags(self._draft, self._scope, link)
        return f"{before}{text}{after}"

    def _write_embed(self, token: Token, _: _Frame) -> str:
        link = token.meta["link"]
        if is_note(self._draft, self._scope, link):
            return self._write_wikilink(token, _)
        return self._file(link, link.text)

    def _open_link(self, token: Token, _: _Frame) -> tuple[str, str]:
        self._links += 1
        if self._links > 1 or "link" not in token.meta:
            return "", ""
        return links.tags(self._draft, self._scope, token.meta["link"])

    def _write_image(self, token: Token, _: _Frame) -> str:
        link = token.meta["link"]
        if is_note(self._draft, self._scope, link):
            return self._write_wikilink(token, _)
        return self._file(link, plain(token.children or ()))

    def _write_footnote_ref(self, token: Token, _: _Frame) -> str:
        number = token.meta["id"] + 1
        again = token.meta.get("subId", 0)
        named = self._named(f"fnref:{number}" + (f":{again + 1}" if again else ""))
        if self._links:
            return f"<sup{named}>{number}</sup>"
        url = escape(f"#{self._scope.prefix}fn:{number}")
        return f'<sup{named}><a class="footnote-ref" href="{url}">{number}</a></sup>'

    def _write_footnote_anchor(self, token: Token, _: _Frame) -> str:
        number = token.meta["id"] + 1
        again = token.meta.get("subId", 0)
        back = f"fnref:{number}" + (f":{again + 1}" if again else "")
        url = escape(f"#{self._scope.prefix}{back}")
        title = f"Jump back to footnote {number} in the text"
        return f'&#160;<a class="footnote-backref" href="{url}" title="{title}">&#8617;</a>'

    def _file(self, link: Link, text: str | None) -> str:
        return links.file(self._draft, self._scope, link, text, in_link=self._links > 0)

    def _formula(self, token: Token, *, display: bool) -> str:
        made = formula(token.content, display=display)
        if made.wrong:
            message = f"this formula cannot be shown: {made.wrong}"
            help_ = "it is shown as it is written; mend it, or write it in other commands"
            self._draft.report(BAD_FORMULA, self._place(token), message, help_)
        else:
            self._draft.math.update(made.html)
        return made.html

    def _raw(self, token: Token) -> Raw:
        unknown = unknown_tags(token.content)
        if unknown:
            names = ", ".join(f"`<{name}>`" for name in unknown)
            message = f"HTML that is not shown on the site: {names}"
            help_ = "write it in Markdown, or leave it out"
            self._draft.report(HIDDEN_HTML, self._place(token), message, help_)
        return Raw(token.content)

    def _see(self, token: Token) -> None:
        if token.map:
            self._line = token.map[0] + 1

    def _place(self, token: Token) -> Place:
        if place := token.meta.get("place"):
            return cast("Place", place)
        # HTML and formulas on lines of their own have no exact places.
        text = self._scope.note.text
        first = token.content.strip().split("\n")[0]
        for line in range(self._line, self._line + 200):
            column = text.line(line).find(first)
            if column >= 0:
                return text.place(line, column + 1, line, column + 1 + len(first))
        return text.place(max(self._line, 1))

    def _own_tag(self, tag: str, attributes: dict[str, str]) -> str:
        in_link = self._links > 0
        return links.own_tag(self._draft, self._scope, tag, attributes, in_link=in_link)
