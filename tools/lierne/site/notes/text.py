"""Writes what stands in a line of text: one method for each kind of token."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, cast

from lierne.base.problem import Kind, Severity
from lierne.site.breaks import formulas_with_marks, inline_code
from lierne.site.math.formula import formula
from lierne.site.notes import link as links
from lierne.site.notes.asked import strict_line_breaks
from lierne.site.notes.embed import is_note
from lierne.site.notes.frames import Frames
from lierne.site.sanitise import Raw, unknown_tags
from lierne.site.search import plain, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.token import Token

    from lierne.base.problem import Place
    from lierne.read.note import Link
    from lierne.site.notes.draft import Draft, Scope
    from lierne.site.notes.frames import Frame

HIDDEN_HTML = Kind("S103", Severity.HINT, "HTML that the site does not show")
BAD_FORMULA = Kind("S101", Severity.WARNING, "a formula that cannot be shown")


class Text(Frames):
    """Writes lines of text of one note."""

    def __init__(self, draft: Draft, scope: Scope) -> None:
        """Takes the page that is being made and the note whose text it will be."""
        super().__init__(draft, scope)
        self._line = 0
        """The line of the note that was last seen, from 1."""

    def inline(self, tokens: Sequence[Token]) -> str:
        """Writes the inside of one line of text."""
        return formulas_with_marks(self._walk(tokens, inline=True))

    def label(self, tokens: Sequence[Token]) -> str:
        """Writes a line of text that is to stand in a link and so can hold none, and no more."""
        self._links += 1
        return self.inline(tokens)

    def _write_text(self, token: Token, _: Frame) -> str:
        text = escape(token.content, quote=False)
        return text if self._links else links.with_addresses(text)

    def _write_softbreak(self, _: Token, __: Frame) -> str:
        return "\n" if self._draft.asked.ask(strict_line_breaks) else "<br>\n"

    def _write_hardbreak(self, _: Token, __: Frame) -> str:
        return "<br>\n"

    def _write_code_inline(self, token: Token, _: Frame) -> str:
        return inline_code(token.content)

    def _write_html_inline(self, token: Token, _: Frame) -> Raw:
        return self._raw(token)

    def _write_math_inline(self, token: Token, _: Frame) -> str:
        return self._formula(token, display=token.markup == "$$")

    def _write_tag(self, token: Token, _: Frame) -> str:
        text = f"#{escape(token.content, quote=False)}"
        if self._links:
            return text
        url = self._draft.href(f"#{token.content}", "")
        if url is None:
            return f'<span class="md-tag">{text}</span>'
        return f'<a class="md-tag" href="{escape(url)}">{text}</a>'

    def _write_wikilink(self, token: Token, _: Frame) -> str:
        link = token.meta["link"]
        text = escape(shown(link), quote=False)
        if self._links:
            return text
        before, after = links.tags(self._draft, self._scope, link)
        return f"{before}{text}{after}"

    def _write_embed(self, token: Token, _: Frame) -> str:
        link = token.meta["link"]
        if is_note(self._draft, self._scope, link):
            return self._write_wikilink(token, _)
        return self._file(link, link.text)

    def _open_link(self, token: Token, _: Frame) -> tuple[str, str]:
        self._links += 1
        if self._links > 1 or "link" not in token.meta:
            return "", ""
        return links.tags(self._draft, self._scope, token.meta["link"])

    def _write_image(self, token: Token, _: Frame) -> str:
        link = token.meta["link"]
        if is_note(self._draft, self._scope, link):
            return self._write_wikilink(token, _)
        return self._file(link, plain(token.children or ()))

    def _write_footnote_ref(self, token: Token, _: Frame) -> str:
        number = token.meta["id"] + 1
        again = token.meta.get("subId", 0)
        named = self._named(f"fnref:{number}" + (f":{again + 1}" if again else ""))
        if self._links:
            return f"<sup{named}>{number}</sup>"
        url = escape(f"#{self._scope.prefix}fn:{number}")
        return f'<sup{named}><a class="footnote-ref" href="{url}">{number}</a></sup>'

    def _write_footnote_anchor(self, token: Token, _: Frame) -> str:
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
