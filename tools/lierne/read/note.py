"""The note model: what one note says, each thing with its place. Frozen and without behaviour.

Everything here comes from one note's bytes alone. What needs the other notes (where a link
leads, who links here) is the vault's to say.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from markdown_it.token import Token

    from lierne.base.problem import Place, Problem
    from lierne.base.text import Text


@dataclass(frozen=True, slots=True)
class Link:
    """A link or embed, in any of its forms: `[[…]]`, `![[…]]`, `[…](…)`, `![…](…)`."""

    target: str
    """What stands before `#`, decoded and trimmed; empty means this note. May be a URL."""
    subpath: str
    """What stands after the first `#`: headings joined by `#`, or `^` and a block id; or empty."""
    text: str | None
    """The text to show, None where the link gives none; for a picture it may hold its size."""
    place: Place
    """From the first bracket (or `!`) to just past the last."""
    embed: bool = False
    wiki: bool = True
    """Whether it is written `[[…]]`; the other form is Markdown's own."""
    key: str | None = None
    """The property that holds it, None for one in the note's body."""

    @property
    def external(self) -> bool:
        """Whether it leaves the vault: a Markdown link with a scheme or a host."""
        return not self.wiki and _is_url(self.target)

    @property
    def block_id(self) -> str | None:
        """The block id that the link asks for, without its `^`."""
        last = self.subpath.rpartition("#")[2].strip()
        return last[1:] if last.startswith("^") else None

    @property
    def headings(self) -> tuple[str, ...]:
        """The path of headings that the link asks for, outermost first."""
        if not self.subpath or self.block_id is not None:
            return ()
        return tuple(part.strip() for part in self.subpath.split("#") if part.strip())


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading and the section under it."""

    level: int
    """1 to 6."""
    raw: str
    """Its text with its markup: what links are compared with."""
    title: str
    """Its text without markup, as shown."""
    anchor: str
    """Its id in HTML, unique in the note."""
    place: Place
    end_line: int
    """The line just past its section: the next heading of its level or above, or the end."""
    tokens: tuple[int, int]
    """Where the section stands in the note's tokens, heading included."""


@dataclass(frozen=True, slots=True)
class BlockId:
    """A `^id`, and the paragraph, item, list, quote, table or fence that it names."""

    name: str
    """Without the `^`, as written; compared without regard to case."""
    anchor: str
    """Its id in HTML."""
    place: Place
    """Of the id itself."""
    lines: tuple[int, int]
    """The lines of what it names: first, and just past the last."""
    tokens: tuple[int, int]
    """Where that stands in the note's tokens."""


@dataclass(frozen=True, slots=True)
class Tag:
    """A `#tag` in the body, or an item of the property `tags`."""

    name: str
    """Without `#`, as written."""
    place: Place


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a block: `key=value`, `#name`, or a bare word (whose value is empty)."""

    key: str
    """`file`, `title`, …; `#` for a name; the word itself for a bare word."""
    value: str
    place: Place


@dataclass(frozen=True, slots=True)
class Block:
    """One fenced code block."""

    language: str
    """The first word of the info string as written, or empty."""
    attributes: tuple[Attribute, ...]
    """In the order in which they are written."""
    ids: tuple[str, ...]
    """The `^id` after the fence, if there is one: another name for the block."""
    code: str
    r"""What stands between the fences, lines ended by `\n`, without the container's marks."""
    place: Place
    """From the opening fence to the end of the closing one."""
    code_line: int
    """The line of the note on which the code begins; one code line, one note line."""
    prefix: str
    """What stands before each code line in the note: a list item's indent, `> `, or nothing."""
    fence: str
    """The opening marks, such as three backticks."""
    closed: bool = True
    """Whether a closing fence was found before the end of the note or container."""

    def get(self, key: str) -> str | None:
        """The value of the first attribute of that key, None where there is none."""
        return next((a.value for a in self.attributes if a.key == key), None)

    @property
    def name(self) -> str | None:
        """The chunk's name: `#name` without `#`."""
        return self.get("#")

    @property
    def file(self) -> str | None:
        """The target that `file=` gives."""
        return self.get("file")

    @property
    def names(self) -> tuple[str, ...]:
        """Every name a reference may use: `name`, and `^id`."""
        own = () if self.name is None else (self.name,)
        return own + tuple(f"^{i}" for i in self.ids)


@dataclass(frozen=True, slots=True)
class Property:
    """One key of the front matter."""

    key: str
    value: Any
    """As YAML reads it: text, number, bool, date, list, mapping or None."""
    place: Place
    """From the key to the end of its value."""


@dataclass(frozen=True, slots=True)
class Outline:
    """What tangling reads of a note: no prose, no links.

    It is made without the full parse where a scan is sure to see the same, and is small enough
    to be kept from run to run.
    """

    path: str
    """The note's vault path."""
    shown: str
    """The note's path from the project's root."""
    tangle: Property | None
    """The property `tangle`, as it is written, right or wrong."""
    blocks: tuple[Block, ...]
    problems: tuple[Problem, ...] = ()
    """What keeps the note or one of its blocks from being read."""


@dataclass(frozen=True, slots=True)
class Note:
    """One Markdown file of the vault, read."""

    path: str
    """Its vault path, with `/` and its extension: the note's key everywhere."""
    text: Text
    properties: Mapping[str, Property]
    """By key, in the order of the front matter."""
    headings: Sequence[Heading] = ()
    links: Sequence[Link] = ()
    """In the order of the text, those of properties first. None in code or comments."""
    tags: Sequence[Tag] = ()
    blocks: Sequence[Block] = ()
    block_ids: Sequence[BlockId] = ()
    problems: Sequence[Problem] = ()
    """What is wrong with this note by itself."""
    titled: bool = False
    """Whether a heading of level 1 opens it, with nothing shown before: the first of `headings`."""
    tokens: Sequence[Token] = field(default=(), repr=False, compare=False)
    """The parser's tokens, for those who render; never changed by anybody."""
    backlinks: Sequence[Backlink] = ()
    """Who links here: filled in by the vault, which alone sees all notes."""

    @property
    def name(self) -> str:
        """The file's name without folder and extension: how links call the note."""
        name = self.path.rpartition("/")[2]
        return name[:-3] if name.lower().endswith(".md") else name

    @property
    def aliases(self) -> tuple[str, ...]:
        """The other names that the property `aliases` gives."""
        return _texts(self.get("aliases"))

    def get(self, key: str) -> Any:
        """A property's value, None where the note has no such property."""
        found = self.find_property(key)
        return None if found is None else found.value

    def find_property(self, key: str) -> Property | None:
        """A property by its key; capitals count only where two differ by nothing else."""
        if key in self.properties:
            return self.properties[key]
        return next((p for other, p in self.properties.items() if other.lower() == key), None)


@dataclass(frozen=True, slots=True)
class Backlink:
    """A link that leads to a note, seen from that note."""

    source: str
    """The vault path of the note that links."""
    link: Link
    sentence: Callable[[Link], str] = field(repr=False, compare=False)
    """Finds the sentence around a link of that note, which takes longer than all the rest."""

    @property
    def context(self) -> str:
        """The sentence around the link (or the property's name), as plain text."""
        return self.sentence(self.link)


def _texts(value: Any) -> tuple[str, ...]:
    # One text is one alias, never split at commas, as in Obsidian.
    values = value if isinstance(value, list) else [value]
    return tuple(str(v).strip() for v in values if v is not None and str(v).strip())


def _is_url(target: str) -> bool:
    scheme, colon, _ = target.partition(":")
    named = len(scheme) > 1 and scheme.replace("+", "").replace("-", "").replace(".", "").isalnum()
    return target.startswith("//") or bool(colon and named and scheme.isascii())
