"""Pages that are made when somebody asks for them, and made again only where they have changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar, TypeVarTuple, cast

from lierne.site.notes.asked import Asked, hold
from lierne.site.publish.shelf import digest
from lierne.site.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from lierne.read.note import Note
    from lierne.site.notes.asked import Answers, Known
    from lierne.site.page import Made, Page
    from lierne.site.publish.shelf import Shelf

R = TypeVar("R", str, bytes)

Given = TypeVarTuple("Given")


class Pages(Mapping[str, "Made"]):
    """Pages by name; each is made when it is first looked up.

    One that says what it has said before is the very same object as before.
    """

    def __init__(
        self,
        places: Mapping[str, str],
        make: Callable[[str], Made],
        earlier: Pages | None = None,
    ) -> None:
        """Makes nothing yet.

        Args:
            places: Where each page stands in the site, by its name.
            make: Makes a page, by its name.
            earlier: The same pages, as they were.
        """
        self.places = places
        """Where each page stands in the site: known before it is made."""
        self._make = make
        self._before = earlier.known if earlier else {}
        self._made: dict[str, Made] = {}

    @property
    def known(self) -> Mapping[str, Made]:
        """The pages as they were last made, of those that there still are."""
        before = {name: made for name, made in self._before.items() if name in self.places}
        return {**before, **self._made}

    def __getitem__(self, name: str) -> Made:
        made = self._made.get(name)
        if made is None:
            if name not in self.places:
                raise KeyError(name)
            made, before = self._make(name), self._before.get(name)
            # Somebody else may just have made it, too.
            made = self._made.setdefault(name, before if before == made and before else made)
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)


@dataclass(frozen=True, slots=True)
class _Rendered:
    """A note's page with all that it came from."""

    data: bytes
    answers: Answers
    page: Page


@dataclass(frozen=True, slots=True)
class Kept:
    """What was made for an earlier state of the site."""

    rendered: dict[str, _Rendered] = field(default_factory=dict)
    """The pages of notes, by vault path."""
    shelf: Shelf | None = None
    """What earlier builds have made, where that is kept on disk."""
    _results: dict[tuple[str, str], tuple[tuple[Any, ...], Any]] = field(default_factory=dict)

    def render(self, note: Note, known: Known) -> Page:
        """Renders a note, if it or an answer to one of its page's questions has changed."""
        before = self.rendered.get(note.path)
        if before and before.data == note.text.data and hold(before.answers, known):
            return before.page
        page, answers = self._page(note, known)
        self.rendered[note.path] = _Rendered(note.text.data, answers, page)
        return page

    def _page(self, note: Note, known: Known) -> tuple[Page, Answers]:
        found = self.shelf and self.shelf.page(note.path, note.text.data, known)
        if found:
            return found
        asked = Asked(known)
        page = render(note, asked)
        if self.shelf:
            self.shelf.put_page(note.path, note.text.data, asked.answers, page)
        return page, asked.answers

    def call(self, name: str, function: Callable[[*Given], R], *given: *Given) -> R:
        """The result of a function, which is called if what it is given has changed.

        Args:
            name: What the result is kept for.
            function: A function whose result comes from what it is given, and nothing else.
            given: What can be compared.
        """
        return self.made(function.__name__, name, given, partial(function, *given))

    def made(self, what: str, name: str, given: tuple[Any, ...], make: Callable[[], R]) -> R:
        """What is made of something, which is made if that has changed.

        Args:
            what: What is made, in a word.
            name: What it is made for.
            given: All that it depends on, in a form that can be compared.
            make: Makes it.
        """
        before = self._results.get((what, name))
        if before is None or before[0] != given:
            before = self._results[what, name] = given, self._made(f"{what} {name}", given, make)
        result: R = before[1]
        return result

    def _made(self, key: str, given: tuple[Any, ...], make: Callable[[], R]) -> R:
        if self.shelf is None:
            return make()
        asked = digest(given)
        found = self.shelf.result(key, asked)
        if found is None:
            found = make()
            self.shelf.put_result(key, asked, found)
        return cast("R", found)

    def of(self, names: Collection[str]) -> Kept:
        """What was made for these names, without the rest."""
        return Kept(
            {path: page for path, page in self.rendered.items() if path in names},
            self.shelf,
            {key: result for key, result in self._results.items() if key[1] in names},
        )
