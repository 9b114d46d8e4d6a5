"""Makes the pages of targets."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING

from lierne.base.disk import digest
from lierne.site.blocks.marks import linked
from lierne.site.page import Made, Section
from lierne.site.pages.lists import folder_anchor
from lierne.site.pages.target import Origin, target_page
from lierne.site.pages.target import anchor as anchor_of
from lierne.site.pages.told import words_before
from lierne.site.publish.site import style_of_lists

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lierne.code.map import Run
    from lierne.site.highlight import Spot
    from lierne.site.publish.places import View
    from lierne.site.publish.site import Site


class Targets:
    """Makes the pages of targets."""

    def __init__(self, site: Site) -> None:
        """Takes all that pages are made from."""
        self._site = site
        self._words: dict[str, Sequence[str]] = {}

    def page(self, path: str) -> Made:
        """The page of a target: the whole file, and beside each run of lines where it is told."""
        site, view = self._site, self._site.view(path)
        folder, _, name = path.rpartition("/")
        html = site.kept.call(
            path,
            target_page,
            path,
            site.origins.targets[path],
            list(self._told(view, path)),
            self._names(view, path),
            site.origins.difference(path),
            view.way(site.places.code, folder_anchor(folder)),
            view.api(path),
        )
        return Made(
            view.here,
            view.url,
            name,
            style_of_lists(view) + html,
            about=path,
            sections=(Section("", name, f"<p>{escape(path)}</p>"),),
            wide=True,
        )

    def _told(self, view: View, path: str) -> Iterator[Origin]:
        site = self._site
        for run, anchor in site.origins.runs(path):
            href = view.href(run.note, anchor)
            if href is not None:
                note, heading, said = site.title(run.note), site.heading(run), self._said(run)
                yield Origin(run.line, run.end - 1, note, heading, href, said)

    def _said(self, run: Run) -> str:
        if run.note not in self._words:
            note = self._site.vault.notes[run.note]
            made = self._site.kept.made(
                "words", run.note, (digest(note.text.data),), lambda: json.dumps(words_before(note))
            )
            self._words[run.note] = json.loads(made)
        return self._words[run.note][run.block]

    def _names(self, view: View, path: str) -> dict[int, list[Spot]]:
        spots: dict[int, list[Spot]] = {}
        met: set[str] = set()
        for mark, line in self._site.origins.names.in_target(path):
            href = f"#{anchor_of(line)}" if line else view.href(mark.note, mark.anchor)
            if href is not None:
                spots.setdefault(mark.line, []).append(linked(mark, href, met))
        return spots
