"""The pages and files of a site, as MkDocs knows files; and which of its own it is to forget."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mkdocs.structure.files import File, InclusionLevel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

    from lierne.base.config import Config
    from lierne.read.vault.vault import Vault
    from lierne.site.page import Made
    from lierne.site.publish.publication import Publication


def watched(vault: Vault) -> Iterator[tuple[Path, bool]]:
    """The folders of what the site shows, and whether also all below them is to be watched.

    Not the vault's folder with all below it: it may be a project's, with an environment of tens of
    thousands of files.
    """
    folder = vault.config.vault_folder
    yield folder, False
    shown = (*vault.paths, *filter(vault.published, vault.files))
    for name in sorted({path.split("/")[0] for path in shown if "/" in path}):
        yield folder / name, True


def inside(files: Files, project: Config, config: MkDocsConfig) -> Iterator[tuple[str, File]]:
    """The files that MkDocs found in the vault, by vault path."""
    vault = project.vault_folder.resolve()
    folders: dict[str, str | None] = {}
    for file in list(files):
        if file.src_dir != config.docs_dir or file.abs_src_path is None:
            continue  # the theme's, or made by another plugin
        folder, name = os.path.split(file.abs_src_path)
        if folder not in folders:
            real = Path(folder).resolve()
            below = real.is_relative_to(vault)
            folders[folder] = (real.relative_to(vault) / "_").as_posix()[:-1] if below else None
        if (shown := folders[folder]) is not None:
            yield f"{shown}{name}", file


def named(config: MkDocsConfig) -> frozenset[str]:
    """Files that the configuration asks for by name: those are published as they are."""
    theme = (config.theme.get("logo"), config.theme.get("favicon"))
    scripts = map(str, config.extra_javascript)
    return frozenset(filter(None, (*theme, *config.extra_css, *scripts, *_leaves(config.nav))))


def _leaves(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
    for item in nav.values() if isinstance(nav, dict) else nav if isinstance(nav, list) else ():
        yield from _leaves(item)


def _renamed(nav: Any, old: str, new: str) -> Any:
    if isinstance(nav, dict):
        return {key: _renamed(item, old, new) for key, item in nav.items()}
    if isinstance(nav, list):
        return [_renamed(item, old, new) for item in nav]
    return new if nav == old else nav


def add_pages(
    publication: Publication,
    files: Files,
    found: Mapping[str, File],
    config: MkDocsConfig,
    *,
    listed: bool,
) -> Iterator[tuple[str, tuple[Mapping[str, Made], str]]]:
    """Adds a file to MkDocs' for each page; says, by what MkDocs calls it, where the page is found.

    Args:
        publication: The pages.
        files: Those of MkDocs.
        found: Those that MkDocs found in the vault: a note among them keeps its link for editing.
        config: That of MkDocs.
        listed: Whether the navigation is ours to make, where the configuration has none.
    """
    nav: list[dict[str, str]] = []
    for path, place in publication.notes.places.items():
        file = _page(files, config, path, place, source=found.get(path))
        if path == publication.home:
            nav.append({"Home": file.src_uri})
        yield file.src_uri, (publication.notes, path)
    for name, place in publication.lists.places.items():
        file = _page(files, config, _source(place), place)
        nav.append({name.capitalize() if nav else "Home": file.src_uri})
        yield file.src_uri, (publication.lists, name)
    for path, place in publication.targets.places.items():
        file = _page(files, config, _source(place), place)
        yield file.src_uri, (publication.targets, path)
    for path, place in publication.references.places.items():
        file = _page(files, config, _source(place), place)
        yield file.src_uri, (publication.references, path)
    if listed and config.nav is None:
        config.nav = nav
    elif "index.md" not in files.src_uris:
        # Whichever page opens the site, a navigation may call it by its usual name.
        config.nav = _renamed(config.nav, "index.md", next(iter(nav[0].values())))


def _source(place: str) -> str:
    return place.removesuffix("/index.html").removesuffix(".html") + ".md"


def _page(
    files: Files, config: MkDocsConfig, path: str, place: str, source: File | None = None
) -> File:
    """A page as MkDocs' file; it stands in no navigation that does not name it."""
    if source is None:
        while path in files.src_uris:
            path = f"_{path}"
        file = File.generated(config, path, content="", inclusion=InclusionLevel.NOT_IN_NAV)
    else:
        file = File(source.src_uri, config.docs_dir, config.site_dir, config.use_directory_urls)
        file.inclusion = InclusionLevel.NOT_IN_NAV
    file.dest_uri = place
    if place == "index.html":
        file.name = "index"  # by this MkDocs and Material know the home page
    files.append(file)
    return file


def as_file(config: MkDocsConfig, place: str, content: bytes | Path | Callable[[], bytes]) -> File:
    """A file that is no page, as MkDocs' file: what it holds, what makes it, or where it lies."""
    level = InclusionLevel.NOT_IN_NAV
    if isinstance(content, Path):
        return File.generated(config, place, abs_src_path=str(content), inclusion=level)
    if isinstance(content, bytes):
        return File.generated(config, place, content=content, inclusion=level)
    file = _Late(place, None, config.site_dir, config.use_directory_urls, inclusion=level)
    file.generated_by, file.abs_src_path, file.make = "lierne", None, content
    return file


class _Late(File):
    """A file that is made when somebody reads it."""

    make: Callable[[], bytes]

    @property
    def _content(self) -> bytes:  # type: ignore[override]  # where MkDocs looks first
        return self.make()
