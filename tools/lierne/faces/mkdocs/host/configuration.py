"""The configuration of MkDocs: the project's own, or one that is made here; and its loading."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click
from mkdocs.config import load_config
from mkdocs.exceptions import Abort, ConfigurationError

from lierne.base import disk
from lierne.base.plan import PATIENCE
from lierne.faces.mkdocs.plugin import Plugin

if TYPE_CHECKING:
    from pathlib import Path

    from mkdocs.config.defaults import MkDocsConfig

    from lierne.base.config import Config

NAMES = ("mkdocs.yml", "mkdocs.yaml")

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


def load(project: Config, **more: Any) -> MkDocsConfig:
    """Loads the configuration of a project.

    Args:
        project: The project.
        more: What is to stand in place of what the configuration says.

    Raises:
        click.ClickException: It cannot be used; the message says why.
    """
    # Read when Material is imported: its notice is about MkDocs 2, which it cannot be used with.
    os.environ.setdefault("NO_MKDOCS_2_WARNING", "1")
    source = _source(project)
    try:
        config = load_config(config_file=str(source), **more)
    except (Abort, ConfigurationError) as error:
        raise click.ClickException(f"{source}: {error}") from error
    plugin_of(config)
    return config


def plugin_of(config: MkDocsConfig) -> Plugin:
    """Our plugin in a loaded configuration.

    Raises:
        click.ClickException: It does not name the plugin.
    """
    for plugin in config.plugins.values():
        if isinstance(plugin, Plugin):
            return plugin
    raise click.ClickException(f"{config.config_file_path}: add `lierne` to `plugins`")


def title_of(project: Config) -> str:
    """The site's title where no configuration of MkDocs gives one."""
    return project.title or project.root.resolve().name or "Notes"


def _source(project: Config) -> Path:
    """The project's own configuration, or else one that is written into `.lierne/`."""
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
