"""Writes tokens as HTML, the inner before the outer: what is open, and what stands in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from lierne.site.notes import link as links
from lierne.site.sanitise import Raw, sanitise

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from markdown_it.token import Token

    from lierne.site.notes.draft import Draft, Scope

# Kinds of token that are nothing but their tag.
_PLAIN = frozenset(
    "blockquote bullet_list em list_item mark ordered_list paragraph s strong table tbody td th "  # noqa: SIM905
    "thead tr".split()
)
_LINES_AFTER = {"blockquote", "bullet_list", "paragraph", "table", "tbody", "thead", "tr"}
END = "</p>\n"
"""How a paragraph ends."""


@dataclass(slots=True)
class Frame:
    """An element that is open, and what stands in it so far."""

    token: Token | None = None
    before: str = ""
    after: str = ""
    pieces: list[Raw | str] = field(default_factory=list)

    @property
    def kind(self) -> str:
        """The type of the token that opened it; empty around all."""
        return self.token.type if self.token else ""


_Opening: TypeAlias = "Callable[[Token, Frame], tuple[str, str]]"
_Writing: TypeAlias = "Callable[[Token, Frame], Raw | str]"


class Frames:
    """Writes tokens that stand in each other; others know what a token of a kind is written as.

    For a kind of token that is more than its tag there is a method `_open_…`, which gives what
    stands before and after what is in it, or `_write_…`, where nothing is.
    """

    def __init__(self, draft: Draft, scope: Scope) -> None:
        """Takes the page that is being made and the note whose content it will be."""
        self._draft = draft
        self._scope = scope
        self._links = 0
        """How many links are open."""

    def _walk(self, tokens: Sequence[Token], *, inline: bool) -> str:
        # Open elements are kept in a list and not on Python's stack: emphasis may be nested as
        # deeply as a line is long.
        frames = [Frame()]
        for token in tokens:
            if token.nesting == 1:
                before, after = self._opened(token, frames[-1])
                frames.append(Frame(token, before, after))
            elif token.nesting == 0:
                self._add(frames[-1], token)
            elif len(frames) > 1:
                self._close(frames, inline=inline)
        while len(frames) > 1:
            self._close(frames, inline=inline)
        return self._joined(frames[0], inline=inline)

    def _add(self, frame: Frame, token: Token) -> None:
        html = self._single(token, frame)
        last = frame.pieces[-1] if frame.pieces else ""
        if token.type == "footnote_anchor" and isinstance(last, str) and last.endswith(END):
            # The way back from a footnote belongs to its last line.
            frame.pieces[-1] = f"{last.removesuffix(END)}{html}{END}"
        else:
            frame.pieces.append(html)

    def _close(self, frames: list[Frame], *, inline: bool) -> None:
        frame = frames.pop()
        html = f"{frame.before}{self._joined(frame, inline=inline)}{frame.after}"
        if frame.kind == "link_open":
            self._links -= 1
        frames[-1].pieces.append(html)

    def _joined(self, frame: Frame, *, inline: bool) -> str:
        if not any(isinstance(piece, Raw) for piece in frame.pieces):
            return "".join(piece for piece in frame.pieces if isinstance(piece, str))
        whole: list[Raw | str] = []
        for piece in frame.pieces:
            if whole and isinstance(piece, str) and isinstance(whole[-1], str):
                whole[-1] += piece
            else:
                whole.append(piece)
        return sanitise(whole, self._own_tag, inline=inline, in_link=self._links > 0)

    def _opened(self, token: Token, parent: Frame) -> tuple[str, str]:
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

    def _single(self, token: Token, parent: Frame) -> Raw | str:
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

    def _own_tag(self, tag: str, attributes: dict[str, str]) -> str:
        in_link = self._links > 0
        return links.own_tag(self._draft, self._scope, tag, attributes, in_link=in_link)
