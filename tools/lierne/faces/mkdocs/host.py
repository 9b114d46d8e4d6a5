"""Has MkDocs build and serve the site, by the project's configuration or one that is made here."""

from __future__ import annotations

import json
import logging
import os
import tempfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import urlsplit

import click

from lierne.base import disk
from lierne.base.plan import PATIENCE

# Read when Material is imported: its notice is about MkDocs 2, which it cannot be used with.
os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig

    from lierne.base.config import Config
    from lierne.faces.mkdocs.drive import Drive
    from lierne.faces.mkdocs.plugin import Plugin
    from lierne.faces.mkdocs.shown import Shown
    from lierne.read.vault.vault import Vault

NAMES = ("mkdocs.yml", "mkdocs.yaml")
SIGNS = ("404.html", "sitemap.xml")
"""What every built site has: a folder with other things in it and none of these is not ours."""

CONFIGURATION = """\
# Made by `lierne build`, and made again by the next one. To change it, save it as `mkdocs.yml` in
# the project's folder, with `docs_dir: .lierne/docs`, `site_dir: site` and without `root`.
site_name: {title}
site_url: !ENV [SITE_URL, ""]
docs_dir: docs
site_dir: ../site
theme:
  name: material
  font: false
  logo: assets/lierne/logo.svg
  favicon: assets/lierne/favicon.svg
  palette:
    - media: "(prefers-color-scheme)"
      primary: custom
      accent: custom
      toggle: {{icon: material/brightness-auto, name: Use light colours}}
    - media: "(prefers-color-scheme: light)"
      scheme: default
      primary: custom
      accent: custom
      toggle: {{icon: material/brightness-7, name: Use dark colours}}
    - media: "(prefers-color-scheme: dark)"
      scheme: slate
      primary: custom
      accent: custom
      toggle: {{icon: material/brightness-4, name: Use the system's colours}}
  features:
    - content.code.annotate
    - content.code.copy
    - navigation.instant
    - navigation.tabs
    - navigation.top
    - search.highlight
    - search.suggest
    - toc.follow
plugins:
  - search
  - lierne:
      root: ..
"""


def build(project: Config, verbosity: int = 0) -> tuple[Plugin, str]:
    """Builds the site; gives the plugin, which knows what is in it, and the site's folder.

    Raises:
        click.ClickException: MkDocs cannot build it; the message says why.
    """
    from lierne.faces.mkdocs.build import build_site  # noqa: PLC0415  # heavy
    from lierne.read.vault.kept import KeptNotes  # noqa: PLC0415  # as above
    from lierne.read.vault.vault import Vault  # noqa: PLC0415  # as above
    from lierne.site.publish.shelf import Shelf  # noqa: PLC0415  # as above

    with _heard(verbosity):
        config = _load(configuration(project))
        _keep_foreign(Path(config.site_dir), project)
        plugin = plugin_of(config)
        plugin.shelf, notes = Shelf(project.root), KeptNotes(project.root)
        plugin.read(Vault(project, kept=notes))
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build_site(config, project.root)
            if plugin.publication is not None:
                plugin.shelf.write(plugin.publication.names)
                notes.write(plugin.vault.paths)
        finally:
            config.plugins.on_shutdown()
    return plugin, _shown(Path(config.site_dir), project)


class Warm:
    """A site that is kept in memory while it is served, and the folder its plugins write into."""

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
        self.site: Shown
        """The site, once it was opened."""
        self._project = project
        self._verbosity = verbosity
        self._stack = ExitStack()
        self._folder = ""

    def __enter__(self) -> Self:
        """Loads the configuration.

        Raises:
            click.ClickException: It cannot be used; the message says why.
        """
        from lierne.faces.mkdocs.shown import Shown  # noqa: PLC0415  # heavy

        with ExitStack() as stack:
            folder = tempfile.TemporaryDirectory(prefix="lierne-")
            self._folder = stack.enter_context(folder)
            stack.enter_context(_heard(self._verbosity))
            config = self._config()
            self.base = f"/{urlsplit(config.site_url or '').path.strip('/')}/".replace("//", "/")
            config.plugins.on_startup(command="serve", dirty=False)
            stack.callback(config.plugins.on_shutdown)
            self._stack = stack.pop_all()
        self.site = Shown(self._drive)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def load(self, project: Config, vault: Vault) -> None:
        """Shows a vault by the configuration as it is now; if that fails, nothing has changed.

        Raises:
            click.ClickException: The configuration cannot be used; the message says why.
        """
        self._project = project
        self.site.load(vault)

    def _drive(self) -> Drive:
        from lierne.faces.mkdocs.drive import Drive  # noqa: PLC0415  # heavy
        from lierne.site.publish.shelf import Shelf  # noqa: PLC0415  # as above

        config = self._config()
        config.site_url = self.url
        plugin_of(config).shelf = Shelf(self._project.root)  # a build has written it
        return Drive(config, drafts=True)

    def _config(self) -> MkDocsConfig:
        return _load(configuration(self._project), site_dir=self._folder)


def configuration(project: Config) -> Path:
    """The project's own configuration of MkDocs, or else one that is written into `.lierne/`.

    Raises:
        click.ClickException: What lies in `.lierne/` keeps it from being used; the message says so.
    """
    for name in NAMES:
        if (project.root / name).is_file():
            return project.root / name
    folder = project.root / disk.FOLDER
    text = CONFIGURATION.format(title=json.dumps(title_of(project), ensure_ascii=False))
    with disk.lock(project.root, "build", patience=PATIENCE):
        _keep_empty(folder / "docs", project)
        # MkDocs wants a folder of pages, and takes none that holds the site: so an empty one.
        _write(folder / "docs" / ".gitkeep", b"")
        _write(folder / NAMES[0], text.encode())
    return folder / NAMES[0]


def title_of(project: Config) -> str:
    """The site's title where no configuration of MkDocs gives one."""
    return project.title or project.root.resolve().name or "Notes"


def plugin_of(config: MkDocsConfig) -> Plugin:
    """Our plugin in a loaded configuration.

    Raises:
        click.ClickException: It does not name the plugin.
    """
    from lierne.faces.mkdocs.plugin import Plugin  # noqa: PLC0415  # heavy

    for plugin in config.plugins.values():
        if isinstance(plugin, Plugin):
            return plugin
    raise click.ClickException(f"{config.config_file_path}: add `lierne` to `plugins`")


def _load(source: Path, **more: Any) -> MkDocsConfig:
    from mkdocs.config import load_config  # noqa: PLC0415  # heavy
    from mkdocs.exceptions import Abort, ConfigurationError  # noqa: PLC0415

    try:
        config = load_config(config_file=str(source), **more)
    except (Abort, ConfigurationError) as error:
        raise click.ClickException(f"{source}: {error}") from error
    plugin_of(config)
    return config


def _write(path: Path, data: bytes) -> None:
    before = disk.read_file(path)
    if before != data:
        kept = disk.write_file(path, data, before)
        if kept is not None:
            kept.let_go()


def _keep_empty(docs: Path, project: Config) -> None:
    """Refuses a folder of pages that holds any or leads elsewhere: they would be on the site."""
    wrong = ""
    if docs.is_symlink():
        wrong = "is a link"
    elif docs.is_dir() and any(not path.name.startswith(".") for path in docs.iterdir()):
        wrong = "holds something"
    if wrong:
        shown = docs.relative_to(project.root).as_posix()
        raise click.ClickException(
            f"{shown}: this must be an empty folder and {wrong}, which would go into the site; "
            "move that away, and Lierne makes the folder anew"
        )


def _keep_foreign(site: Path, project: Config) -> None:
    """Refuses to build over a folder that is no site: MkDocs would empty it."""
    there = {path.name for path in site.iterdir()} if site.is_dir() else set()
    shown = {name for name in there if not name.startswith(".")}
    if shown and not shown.intersection(SIGNS):
        raise click.ClickException(
            f"{_shown(site, project)}: the site would go here, but the folder holds something "
            "else; move that, or name another folder by `site_dir` in a `mkdocs.yml`"
        )


def _shown(folder: Path, project: Config) -> str:
    root = project.root.resolve()
    inside = folder.resolve().is_relative_to(root)
    return folder.resolve().relative_to(root).as_posix() if inside else str(folder)


@contextmanager
def _heard(verbosity: int) -> Iterator[None]:
    """Lets MkDocs say what goes wrong, and the rest only when asked."""
    logger = logging.getLogger("mkdocs")
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(levelname)s: %(message)s"))
    handler.setLevel(logging.INFO if verbosity > 0 else logging.WARNING)
    if verbosity <= 0:
        # Our own findings are counted at the end, and `lierne check` prints them.
        handler.addFilter(lambda record: not record.name.startswith("mkdocs.plugins.lierne"))
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO if verbosity > 0 else logging.WARNING)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
