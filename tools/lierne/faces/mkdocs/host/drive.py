"""MkDocs' build, taken apart: what is gathered once, what is made for a page, and how it ends.

The events of all plugins come in MkDocs' order, each for what is made just now.
"""

from __future__ import annotations

import gzip
import logging
from typing import TYPE_CHECKING

from jinja2 import Template, TemplateNotFound
from mkdocs.commands.build import _build_template, _populate_page, get_context
from mkdocs.exceptions import BuildError
from mkdocs.structure.files import Files, InclusionLevel, get_files, set_exclusions
from mkdocs.structure.nav import get_navigation
from mkdocs.structure.pages import Page
from mkdocs.utils import get_build_timestamp

from lierne.faces.mkdocs.host.configuration import plugin_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2 import Environment
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File
    from mkdocs.structure.nav import Navigation

    from lierne.faces.mkdocs.plugin import Plugin

log = logging.getLogger("mkdocs.commands.build")

DRAFT = (
    '<div class="mkdocs-draft-marker" title="This page is not part of a built site.">DRAFT</div>'
)


class Drive:
    """What one configuration of MkDocs makes of the files that there are."""

    files: Files
    navigation: Navigation

    def __init__(self, config: MkDocsConfig, *, drafts: bool = False) -> None:
        """Shows the configuration to the plugins; nothing is gathered yet.

        Args:
            config: As it was loaded.
            drafts: Whether pages are shown that a site to be published leaves out.
        """
        self.config = config.plugins.on_config(config)
        self.pages: tuple[File, ...] = ()
        """Every page, in MkDocs' order."""
        self._included = InclusionLevel.is_in_serve if drafts else InclusionLevel.is_included
        self._env: Environment = self.config.theme.get_env()
        self._theme: tuple[File, ...] | None = None
        self._titles: dict[str, tuple[bytes, str]] = {}
        self._populated: set[str] = set()
        self._seen = False
        """Whether the plugins have seen the templates' environment, and all that is to be first."""

    @property
    def plugin(self) -> Plugin:
        """Our own plugin."""
        return plugin_of(self.config)

    def gather(self) -> None:
        """Collects the files that there are now; no page is made before it is asked for."""
        config = self.config
        config.plugins.on_pre_build(config=config)
        files = get_files(config)
        self._add_theme(files)
        self.files = config.plugins.on_files(files, config=config)
        set_exclusions(self.files, config)
        self.navigation = get_navigation(self.files, config)
        self.navigation = config.plugins.on_nav(self.navigation, config=config, files=self.files)
        self.pages = tuple(self.files.documentation_pages(inclusion=self._included))
        for file in self.pages:
            if file.page is None:
                Page(None, file, config)
        self._populated, self._seen = set(), False
        for page in self.navigation.pages:
            self._entitle(page)

    def is_ours(self, file: File) -> bool:
        """Whether a page is made from the vault, and not by MkDocs."""
        return self.plugin.shows(file.src_uri)

    def populate(self, file: File) -> Page:
        """Gives a page its content, if it has none yet."""
        page = file.page
        if page is None:
            raise BuildError(f"{file.src_uri}: a plugin has taken its page away")
        if file.src_uri not in self._populated:
            _populate_page(page, self.config, self.files)
            self._populated.add(file.src_uri)
        return page

    def ready(self) -> None:
        """Populates all pages that MkDocs makes; then the plugins may change any template."""
        if self._seen:
            return
        self._seen = True
        for file in self.pages:
            if not self.is_ours(file):
                page = self.populate(file)
                self._titles[file.src_uri] = file.content_bytes, str(page.title)
        self._env = self.config.plugins.on_env(self._env, config=self.config, files=self.files)

    def frame(self, file: File) -> bytes:
        """A whole page, with all that the theme puts around its content; may be empty."""
        page = self.populate(file)
        self.config._current_page = page  # noqa: SLF001  # as MkDocs does
        page.active = True
        try:
            return self._framed(page, file).encode(errors="xmlcharrefreplace")
        except Exception as error:
            more = "" if isinstance(error, BuildError) else f" {error}"
            log.error("Error building page '%s':%s", file.src_uri, more)  # noqa: TRY400  # goes on
            raise
        finally:
            page.active = False
            self.config._current_page = None  # noqa: SLF001  # as above

    def templates(self) -> Iterator[tuple[str, bytes]]:
        """The pages of the theme and of the owner that hold no content, by their place."""
        for name in sorted(self.config.theme.static_templates):
            try:
                template = self._env.get_template(name)
            except TemplateNotFound:
                log.warning("Template skipped: '%s' not found in theme directories.", name)
            else:
                yield from self._template(name, name, template)
        for name in map(str, self.config.extra_templates):
            file = self.files.get_file_from_path(name)
            try:
                template = Template(file.content_string if file else "")  # as MkDocs reads it
            except Exception as error:  # noqa: BLE001  # whatever Jinja thinks of it
                log.warning("Error reading template '%s': %s", name, error)
            else:
                yield from self._template(name, file.dest_uri if file else name, template)

    def packed(self, sitemap: bytes) -> bytes:
        """The map of the site, packed as search engines take it."""
        pages = [file.page for file in self.pages if file.page is not None]
        return gzip.compress(sitemap, mtime=get_build_timestamp(pages=pages))

    def static(self) -> Iterator[File]:
        """The files that are no pages."""
        for file in self.files:
            included = self._included(file.inclusion)  # type: ignore[no-untyped-call]
            if included and not file.is_documentation_page():
                yield file

    def conclude(self) -> None:
        """Says what is wrong between pages, and lets the plugins write what they gathered."""
        level = self.config.validation.links.anchors
        for file in self.pages:
            if file.page is not None:
                file.page.validate_anchor_links(files=self.files, log_level=level)
        self.config.plugins.on_post_build(config=self.config)

    def _framed(self, page: Page, file: File) -> str:
        config = self.config
        context = get_context(self.navigation, self.pages, config, page)
        template = self._env.get_template(page.meta.get("template", "main.html"))
        context = config.plugins.on_page_context(
            context, page=page, config=config, nav=self.navigation
        )
        if file.inclusion.is_excluded():  # type: ignore[no-untyped-call]
            page.content = DRAFT + (page.content or "")
        output = config.plugins.on_post_page(template.render(context), page=page, config=config)
        return output if output.strip() else ""

    def _template(self, name: str, place: str, template: Template) -> Iterator[tuple[str, bytes]]:
        text = _build_template(name, template, self.files, self.config, self.navigation)
        if text.strip():
            yield place, text.encode()
        else:
            log.info("Template skipped: '%s' generated empty output.", name)

    def _add_theme(self, files: Files) -> None:
        # Looking through a theme takes long, for its icons are thousands.
        if self._theme is None:
            found = Files([])
            found.add_files_from_theme(self._env, self.config)
            self._theme = tuple(found)
        for file in self._theme:
            if file.src_uri not in files.src_uris:
                files.append(file)

    def _entitle(self, page: Page) -> None:
        """Sees to it that a page of the navigation has a title."""
        if page.__dict__.get("title") is not None:
            return
        known = self._titles.get(page.file.src_uri)
        if known is None or known[0] != page.file.content_bytes:
            self.populate(page.file)
        else:
            page.title = known[1]
