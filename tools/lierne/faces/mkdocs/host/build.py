"""Builds a site into a folder, and leaves alone what is right there already."""

from __future__ import annotations

import filecmp
import logging
import os
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click
from mkdocs import utils
from mkdocs.exceptions import Abort, BuildError

from lierne.base import disk
from lierne.faces.mkdocs.host.configuration import load, plugin_of
from lierne.faces.mkdocs.host.drive import Drive
from lierne.faces.mkdocs.host.frames import Frames
from lierne.faces.mkdocs.host.heard import heard
from lierne.read.vault.kept import KeptNotes
from lierne.read.vault.vault import Vault
from lierne.site.publish.shelf import Shelf

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import File

    from lierne.base.config import Config
    from lierne.faces.mkdocs.plugin import Plugin

log = logging.getLogger("mkdocs.commands.build")


SIGNS = ("404.html", "sitemap.xml")
"""What every built site has: a folder with other things in it and none of these is not ours."""


def build(project: Config, verbosity: int = 0) -> tuple[Plugin, str]:
    """Builds the site; gives the plugin, which knows what is in it, and the site's folder.

    Raises:
        click.ClickException: MkDocs cannot build it; the message says why.
        Abort: A plugin gave up, or a warning counts as an error.
    """
    with heard(verbosity):
        config = load(project)
        _keep_foreign(Path(config.site_dir), project)
        plugin = plugin_of(config)
        plugin.shelf, notes = Shelf(project.root), KeptNotes(project.root)
        plugin.read(Vault(project, kept=notes))
        config.plugins.on_startup(command="build", dirty=False)
        try:
            _build(config, project.root)
            if plugin.publication is not None:
                with suppress(OSError):  # where nothing can be kept, the next build makes it anew
                    plugin.shelf.write(plugin.publication.names)
                    notes.write(plugin.vault.paths)
        finally:
            config.plugins.on_shutdown()
    return plugin, _shown(Path(config.site_dir), project)


def _build(config: MkDocsConfig, root: Path) -> None:
    """Builds as MkDocs would, but for pages that are there already."""
    start = time.monotonic()
    with _counting(config):
        try:
            _write(Drive(config), Path(config.site_dir), root)
        except Exception as error:
            config.plugins.on_build_error(error=error)
            if isinstance(error, BuildError):
                log.error("%s", error)  # noqa: TRY400  # the sentence is enough
                raise Abort("Aborted with a BuildError!") from error
            raise
    log.info("Documentation built in %.2f seconds", time.monotonic() - start)


def _write(drive: Drive, site: Path, root: Path) -> None:
    drive.gather()
    for file in drive.pages:
        drive.populate(file)
    drive.ready()
    there = _there(site)
    if there is None:
        utils.clean_directory(str(site))
    made = set(_write_files(drive, site))
    frames = Frames(root, drive)
    for file in drive.pages:
        page = drive.populate(file)
        if not drive.is_ours(file):  # the search reads these when they are framed
            framed = drive.frame(file)
        elif frames.stands(page, site):
            made.add(file.dest_uri)
            continue
        else:
            frames.put(page, framed := drive.frame(file))
        if framed:
            made.add(file.dest_uri)
            disk.put_file(Path(file.abs_dest_path), framed)
    for place in (there or set()) - made:
        with suppress(OSError):  # it was removed just now
            disk.remove_file(site / place, disk.read_file(site / place) or b"", site)
    drive.conclude()
    frames.keep(drive.pages)


def _write_files(drive: Drive, site: Path) -> Iterator[str]:
    """Writes all that is no page; gives the places.

    First come the files by which a folder is known to be a site, even if nothing follows them.
    """
    for place, content in drive.templates():
        disk.put_file(site / place, content)
        yield place
        if place == "sitemap.xml":
            disk.put_file(site / f"{place}.gz", drive.packed(content))
            yield f"{place}.gz"
    for file in drive.static():
        _copy(file)
        yield file.dest_uri


def _copy(file: File) -> None:
    """Writes a file that is no page, unless it is there: to compare is quicker than to write."""
    place, source = Path(file.abs_dest_path), file.abs_src_path
    with suppress(OSError):
        if source is not None:
            if filecmp.cmp(source, place, shallow=False):
                return
        elif disk.read_file(place) == file.content_bytes:
            return
    disk.put_file(place, file.content_bytes if source is None else Path(source))


def _there(site: Path) -> set[str] | None:
    """The files of a folder that MkDocs would remove; None where a link might lead out of it."""
    found = set()
    for folder, folders, files in os.walk(site):
        if folder == str(site):  # hidden files there are left alone, but for what we left
            folders[:] = [name for name in folders if not name.startswith(".")]
            files = [n for n in files if n[0] != "." or n.startswith(".lierne-")]  # noqa: PLW2901
        paths = [Path(folder, name) for name in (*folders, *files)]
        if any(path.is_symlink() for path in paths):
            return None
        found |= {path.relative_to(site).as_posix() for path in paths[len(folders) :]}
    return found


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
def _counting(config: MkDocsConfig) -> Iterator[None]:
    """Counts warnings, where the configuration wants none."""
    counter = utils.CountHandler()
    counter.setLevel(logging.WARNING)
    logger = logging.getLogger("mkdocs")
    if config.strict:
        logger.addHandler(counter)
    try:
        yield
    finally:
        logger.removeHandler(counter)
    if counts := counter.get_counts():
        said = ", ".join(f"{count} {level.lower()}s" for level, count in counts)
        raise Abort(f"Aborted with {said} in strict mode!")
