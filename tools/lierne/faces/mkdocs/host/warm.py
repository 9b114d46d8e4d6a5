"""A site that is kept in memory: what was read stays, and a page is framed when it is asked for."""

from __future__ import annotations

import os
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from mkdocs import utils

from lierne.faces.mkdocs.host.configuration import load, plugin_of
from lierne.faces.mkdocs.host.drive import Drive
from lierne.faces.mkdocs.host.frames import around
from lierne.faces.mkdocs.host.heard import heard
from lierne.read.rules.tag import tag_key
from lierne.site.publish.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mkdocs.structure.files import File

    from lierne.base.config import Config
    from lierne.base.problem import Problem
    from lierne.read.vault.vault import Vault
    from lierne.site.page import Made


@dataclass(frozen=True, slots=True)
class _Framed:
    """A page with all around it, and what it was made of."""

    made: Made
    around: tuple[bytes, ...]
    data: bytes


class Warm:
    """The site as it is now, and the folder that its plugins write into.

    Any thread may ask for a page.
    """

    def __init__(self, project: Config, verbosity: int) -> None:
        """Loads nothing yet.

        Args:
            project: Whose site.
            verbosity: Above 0, all is said that MkDocs has to say.
        """
        self.url = ""
        """The address of the home page."""
        self.base = "/"
        """The path of that address."""
        self._project = project
        self._verbosity = verbosity
        self._stack = ExitStack()
        self._folder = ""
        self._lock = RLock()
        self._drive: Drive
        self._pages: Mapping[str, File] = {}
        self._static: Mapping[str, File] = {}
        self._templates: Mapping[str, bytes] | None = None
        self._framed: dict[str, _Framed] = {}
        self._around = b""
        self._written: set[str] | None = None
        self._is_concluded = False

    def __enter__(self) -> Self:
        """Loads the configuration.

        Raises:
            click.ClickException: It cannot be used; the message says why.
        """
        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix="lierne-")
            self._folder = stack.enter_context(folder)
            stack.enter_context(heard(self._verbosity))
            config = load(self._project, site_dir=self._folder)
            self.base = f"/{urlsplit(config.site_url or '').path.strip('/')}/".replace("//", "/")
            config.plugins.on_startup(command="serve", dirty=False)
            stack.callback(config.plugins.on_shutdown)
            self._stack = stack.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def load(self, vault: Vault) -> None:
        """Shows a vault by the configuration as it is now; if that fails, nothing has changed.

        Raises:
            click.ClickException: The configuration cannot be used; the message says why.
        """
        with self._lock:
            config = load(vault.config, site_dir=self._folder)
            config.site_url = self.url
            plugin = plugin_of(config)
            plugin.shelf = Shelf(vault.config.root, write=False)  # a build has written it
            drive = Drive(config, drafts=True)
            plugin.warm = True
            plugin.read(vault)
            drive.gather()
            drive.ready()
            self._drive, self._written = drive, None
            self._gathered()

    def again(self, vault: Vault) -> None:
        """Shows a vault that was read again; if that fails, nothing has changed."""
        with self._lock:
            self._drive.plugin.read(vault)
            self._drive.gather()
            self._gathered()

    def get(self, place: str) -> bytes | Path | None:
        """A page or file, by its place in the site; it may be made only now."""
        with self._lock:
            if page := self._pages.get(place):
                return self._page(page)
            if file := self._static.get(place):
                return Path(file.abs_src_path) if file.abs_src_path else file.content_bytes
            if place in self._drive.config.theme.static_templates or place == "sitemap.xml.gz":
                return self._template(place)
            if self._written is not None and place not in self._written:
                return None
        self.make_all()
        return self._output(place)

    def make_all(self) -> None:
        """Makes all pages, but lets others ask for theirs in between."""
        for file in self._drive.pages:
            with self._lock:
                self._drive.plugin.made(file.src_uri)
            time.sleep(0)

    def problems(self) -> tuple[tuple[Problem, ...], Mapping[str, str]]:
        """The problems of what is shown, and the page that each path of a problem is shown on."""
        self.make_all()
        with self._lock:
            plugin = self._drive.plugin
            vault, publication = plugin.vault, plugin.publication
            pages: dict[str, str] = {}
            if publication is not None:
                notes = publication.notes.places.items()
                pages = {vault.shown + path: place for path, place in notes}
                pages |= publication.targets.places
        return plugin.look(), pages

    def changed(self, saved: frozenset[str]) -> Iterator[str]:
        """The places of files that are no pages, among those that were saved.

        Args:
            saved: Absolute paths.
        """
        for place, file in self._static.items():
            if file.abs_src_path in saved:
                yield place

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where things lie that the configuration names, outside of the vault."""
        config = self._drive.config
        named = [config.docs_dir, *config.watch, *self.templates]
        return tuple(Path(path) for path in named if os.path.isdir(path))  # noqa: PTH112  # a str

    @property
    def templates(self) -> tuple[str, ...]:
        """The folders of which each change asks for the configuration anew."""
        folder = self._drive.config.theme.custom_dir
        return (folder,) if folder else ()

    def _gathered(self) -> None:
        drive = self._drive
        self._pages = {file.dest_uri: file for file in drive.pages}
        self._static = {file.dest_uri: file for file in drive.static()}
        self._framed = {p: framed for p, framed in self._framed.items() if p in self._pages}
        self._around = around(drive)
        self._templates, self._is_concluded = None, False

    def _page(self, file: File) -> bytes:
        made = self._drive.plugin.made(file.src_uri)
        if made is None:
            self._drive.ready()
            return self._drive.frame(file)
        publication = self._drive.plugin.publication
        urls = publication.tags if publication else {}
        key = (self._around, *(urls[tag_key(tag)].encode() for tag in made.tags))
        known = self._framed.get(file.dest_uri)
        if known is not None and self._around and known.around == key and known.made == made:
            return known.data
        data = self._drive.frame(file)
        self._framed[file.dest_uri] = _Framed(made, key, data)
        return data

    def _template(self, place: str) -> bytes | None:
        if self._templates is None:
            found = dict(self._drive.templates())
            if "sitemap.xml" in found:
                found["sitemap.xml.gz"] = self._drive.packed(found["sitemap.xml"])
            self._templates = found
        return self._templates.get(place)

    def _output(self, place: str) -> bytes | None:
        """What the plugins write when all is made: the index of the search, and what not."""
        with self._lock:
            folder = Path(self._drive.config.site_dir)
            if not self._is_concluded:
                utils.clean_directory(str(folder))
                self._drive.plugin.forget(self._drive.config)
                self._drive.ready()
                for file in self._drive.pages:
                    if not self._drive.is_ours(file):
                        self._drive.frame(file)
                self._drive.conclude()
                self._is_concluded = True
                found = (path for path in folder.rglob("*") if path.is_file())
                self._written = {path.relative_to(folder).as_posix() for path in found}
            if self._written is None or place not in self._written:
                return None
            return (folder / place).read_bytes()
