"""The MkDocs plugin `lierne`: hands the pages of a vault to MkDocs.

MkDocs puts Material's frame around each page, builds the navigation and writes the site. It never
sees a note's Markdown; pages that are not notes stay with it.
"""

from __future__ import annotations

from copy import deepcopy
from functools import partial
from html import escape
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit

from mkdocs.config import base
from mkdocs.config import config_options as options
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority, get_plugin_logger
from mkdocs.structure.toc import TableOfContents

from lierne.base.config import Config, ConfigError, find
from lierne.base.problem import in_order
from lierne.check.vault import check
from lierne.code.tangle import tangle
from lierne.faces.mkdocs.api import Reader
from lierne.faces.mkdocs.files import add_pages, as_file, inside, named, watched
from lierne.faces.mkdocs.pages import contents_of, meta_of, search_entries, search_index
from lierne.graph.build import build
from lierne.read.rules.tag import tag_key
from lierne.read.vault.vault import Vault
from lierne.site.publish.address import ASSETS
from lierne.site.publish.files.assets import SCRIPTS, STYLES
from lierne.site.publish.publication import Publication, publish

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.livereload import LiveReloadServer
    from mkdocs.structure.files import Files
    from mkdocs.structure.nav import Navigation
    from mkdocs.structure.pages import Page
    from mkdocs.utils.templates import TemplateContext

    from lierne.base.problem import Problem
    from lierne.code.tangle import Tangled
    from lierne.graph.model import Graph
    from lierne.site.page import Made
    from lierne.site.publish.shelf import Shelf

log = get_plugin_logger("lierne")

EMPTY = "---\n{}\n---\n"
"""What MkDocs reads in place of a note; without it, it would take a first line for a header."""


class Options(base.Config):  # type: ignore[no-untyped-call]  # MkDocs' own
    """What `mkdocs.yml` may say about the plugin."""

    root = options.Type(str, default="")
    """A folder of the project, from the configuration file; empty means the file's own."""
    api = options.Type(bool, default=True)
    """Whether the site has an API reference of the vault's Python targets."""


class Plugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]  # MkDocs' own
    """Publishes the vault of the project that `mkdocs.yml` stands in."""

    def __init__(self) -> None:
        self.publication: Publication | None = None
        """What was published last."""
        self.problems: tuple[Problem, ...] = ()
        """Those of the whole vault, as far as they were looked for."""
        self.warm = False
        """Whether a server drives the build: it looks for problems itself, and what was published
        before is taken over as far as it is the same."""
        self.shelf: Shelf | None = None
        """What earlier builds have made, if this one may read and write what they have kept."""
        self._project = Config(Path())
        self._reader = Reader()
        self._given: Vault | None = None
        self._vault: Vault | None = None
        self._known: tuple[Tangled, Graph] | None = None
        self._nav: Any = None
        self._pages: dict[str, tuple[Mapping[str, Made], str]] = {}
        self._server: LiveReloadServer | None = None
        self._watched: set[Path] = set()

    @property
    def vault(self) -> Vault:
        """The notes as they were read last.

        Raises:
            PluginError: They were not yet.
        """
        if self._vault is None:
            raise PluginError("MkDocs called the plugin before it gave the configuration")
        return self._vault

    def read(self, vault: Vault) -> None:
        """Takes notes that somebody has just read for the next build."""
        self._given = vault

    def shows(self, page: str) -> bool:
        """Whether a page, by what MkDocs calls its source, is one of ours."""
        return page in self._pages

    def made(self, page: str) -> Made | None:
        """A page of ours, by what MkDocs calls its source; it may be made only now."""
        found = self._pages.get(page)
        return None if found is None else found[0][found[1]]

    def look(self) -> tuple[Problem, ...]:
        """Looks for the problems of the notes as they were read last."""
        tangled, graph = self._known or (None, None)
        found = check(self.vault, tangled, graph)
        shown = self.publication.problems if self.publication else ()
        self.problems = in_order([*found, *shown])
        return self.problems

    def forget(self, config: MkDocsConfig) -> None:
        """Empties the search of what was found for it before."""
        index = search_index(config)
        if index is not None:
            index.clear()

    def on_startup(self, *, command: str, dirty: bool) -> None:
        """Does nothing, but lets MkDocs keep the plugin, and so the vault, from build to build."""

    def on_shutdown(self) -> None:
        """Forgets who drove the build: MkDocs keeps the plugin for another one."""
        self.warm, self.shelf = False, None

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Reads the project's settings; our style comes first, so that the owner's can differ."""
        here = Path(config.config_file_path).parent if config.config_file_path else Path.cwd()
        try:
            self._project = find(here / self.config.root)
        except ConfigError as error:
            raise PluginError(str(error)) from error
        config.extra_css[:0] = STYLES
        config.extra_javascript[:0] = map(_deferred, SCRIPTS)
        self._nav = config.nav
        return config

    @event_priority(-50)  # other plugins may add files before
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Takes the vault's files out of MkDocs' hands, and puts in what is to be published."""
        vault = self._read()
        found = dict(inside(files, vault.config, config))
        config.nav = deepcopy(self._nav)
        for path, file in found.items():
            if file.src_uri not in named(config) or path in vault.paths:
                files.remove(file)
        own = any(file.is_documentation_page() for file in files)
        wanted = {path: file.src_uri.removesuffix(".md") for path, file in found.items()}
        tangled = tangle(vault.outlines(), vault.names, vault.config)
        graph = build(vault, tangled)
        self._known = tangled, graph
        self.publication = publish(
            vault,
            tangled,
            graph,
            folders=config.use_directory_urls,
            taken={*(f.dest_uri for f in files), *config.theme.static_templates},
            wanted=wanted,
            name=config.site_name,
            earlier=self.publication,
            describe=self._reader.describe if self.config.api else None,
            shelf=self.shelf,
        )
        self._pages = dict(add_pages(self.publication, files, found, config, listed=not own))
        for place, content in self.publication.files.items():
            files.append(as_file(config, place, content))
        scripts = [s for s in config.extra.get("polyfills", ()) if not str(s).startswith(ASSETS)]
        config.extra["polyfills"] = [*scripts, *self.publication.scripts]
        if not self.warm:
            _report(self.look(), vault, self.publication)
        return files

    def on_pre_page(self, page: Page, *, config: MkDocsConfig, files: Files) -> Page:
        """Spares MkDocs the work of making HTML of an empty text."""
        del config, files
        if self.shows(page.file.src_uri):
            cast(Any, page).render = partial(_leave_empty, page)
        return page

    def on_page_read_source(self, *, page: Page, config: MkDocsConfig) -> str | None:
        """Keeps a note's text from MkDocs."""
        del config
        return EMPTY if page.file.src_uri in self._pages else None

    @event_priority(100)  # Material's tags want to know a page's tags, at -50
    def on_page_markdown(
        self, markdown: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Tells MkDocs and its other plugins what a page is about."""
        del config, files
        made = self.made(page.file.src_uri)
        if made is not None:
            page.meta.update(meta_of(made))
        return markdown

    @event_priority(100)  # others may work on the finished HTML
    def on_page_content(
        self, html: str, *, page: Page, config: MkDocsConfig, files: Files
    ) -> str | None:
        """Puts our page in place of the empty one that MkDocs has made meanwhile."""
        del html, config, files
        made = self.made(page.file.src_uri)
        if made is None:
            return None
        page._title_from_render = escape(made.title)  # noqa: SLF001  # there is no other way
        page.toc = contents_of(made)
        page.present_anchor_ids = set(made.ids)
        return made.html

    @event_priority(50)  # Material's tags leave those alone that are there
    def on_page_context(
        self, context: TemplateContext, *, page: Page, config: MkDocsConfig, nav: Navigation
    ) -> TemplateContext:
        """Gives a page the tags that stand over it."""
        del config, nav
        made = self.made(page.file.src_uri)
        if made is not None and made.tags and self.publication is not None:
            urls = self.publication.tags
            cast(dict[str, Any], context)["tags"] = [
                SimpleNamespace(name=escape(tag), url=urls[tag_key(tag)]) for tag in made.tags
            ]
        return context

    def on_post_template(
        self, output_content: str, *, template_name: str, config: MkDocsConfig
    ) -> str | None:
        """Shows whoever followed a dead link the way to all notes."""
        if template_name != "404.html" or self.publication is None:
            return None
        root = urlsplit(config.site_url or "").path.rstrip("/")
        way = escape(f"{root}/{self.publication.lists['notes'].url}")
        lost = f'<p>There is no such page. Perhaps it is among <a href="{way}">all notes</a>.</p>'
        return output_content.replace("</h1>", f"</h1>\n{lost}", 1)

    @event_priority(100)  # the search writes its index at 0
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Tells the search what the pages say, from our tokens: it need not read the HTML."""
        self._watch()
        index = search_index(config)
        if index is not None:
            made = (self.made(page) for page in self._pages)
            index.extend(entry for page in made if page for entry in search_entries(page))

    def on_serve(
        self, server: LiveReloadServer, *, config: MkDocsConfig, builder: object
    ) -> LiveReloadServer:
        """Lets a change of a note or picture build the site again."""
        del config, builder
        self._server, self._watched = server, set()
        self._watch()
        return server

    def _watch(self) -> None:
        """Has MkDocs watch the vault's folders, after each build also those that are new."""
        if self._server is None:
            return
        for folder, recursive in watched(self.vault):
            if folder not in self._watched:
                self._server.watch(str(folder), recursive=recursive)
                self._watched.add(folder)

    def _read(self) -> Vault:
        given, self._given = self._given, None
        if given is None or given.config != self._project:
            same = self._vault is not None and self._vault.config == self._project
            given = self._vault.again() if same and self._vault else Vault(self._project)
        if self._vault is None or self._vault.config != given.config:
            self.publication = None  # of another project
        self._vault = given
        return given


def _leave_empty(page: Page, config: MkDocsConfig, files: Files) -> None:
    del config, files
    page.content, page.toc = "", TableOfContents([])


def _deferred(path: str) -> options.ExtraScriptValue:
    script = options.ExtraScriptValue(path)
    script.defer = True
    return script


def _report(problems: Iterable[Problem], vault: Vault, publication: Publication) -> None:
    """Logs what is wrong with what is published, so that `--strict` counts it."""
    shown = {vault.notes[path].text.path for path in publication.notes}
    for problem in problems:
        if not problem.severity.counts:
            log.debug("%s", problem)
        elif problem.place.path in shown or problem.place.path in publication.targets:
            log.warning("%s%s", problem, f"\nhelp: {problem.help}" if problem.help else "")
