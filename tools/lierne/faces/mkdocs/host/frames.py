"""Knows which pages of a site on disk are what framing them again would make."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lierne.base.disk import digest, read_file
from lierne.base.rows import state
from lierne.base.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mkdocs.structure.files import File
    from mkdocs.structure.pages import Page

    from lierne.faces.mkdocs.host.drive import Drive

SECTION = "frames"
FRAMING = ("env", "page_context", "post_page")
"""The events by which a plugin may put more into a page than what was known before."""
KNOWN = ("lierne.", "material.plugins.search.", "mkdocs.contrib.search.", "mkdocs_autorefs.")
"""Plugins that do no such thing by them, by their modules."""
ELSEWHERE = {"config_file_path", "docs_dir", "site_dir", "plugins", "theme", "hooks", "watch"}
"""Settings that stand in no page, or are looked at by themselves."""


class Frames:
    """What framing made before: each page's file by what went into it.

    It says nothing of what lies on the disk, so it is never wrong: a page is left alone if what
    would go into it made the very bytes that are there.
    """

    def __init__(self, root: Path, drive: Drive) -> None:
        """Reads what earlier builds made.

        Args:
            root: The project.
            drive: All that is gathered, with the plugins' changes.
        """
        self._root = root
        self._around = around(drive)
        self._new: dict[tuple[str, str], bytes | None] = {}
        with Store(root) as store:
            self._made: Mapping[str, bytes] = store.all(SECTION) if self._around else {}

    def stands(self, page: Page, site: Path) -> bool:
        """Whether a page's file is what framing the page would make."""
        known = self._made.get(page.file.dest_uri)
        if known is None or not known.startswith(self._key(page)):
            return False
        try:
            found = read_file(site / page.file.dest_uri)
        except OSError:
            return False
        return found is not None and known.endswith(digest(found))

    def put(self, page: Page, framed: bytes) -> None:
        """Remembers what framing a page made."""
        if self._around:
            self._new[SECTION, page.file.dest_uri] = self._key(page) + digest(framed)

    def keep(self, pages: Iterable[File]) -> None:
        """Writes down what was made, and forgets pages that are gone."""
        gone = self._made.keys() - {file.dest_uri for file in pages}
        values = {**self._new, **{(SECTION, place): None for place in gone}}
        if values:
            # Where nothing can be kept, the next build makes all pages again.
            with suppress(OSError), Store(self._root, write=True) as store:
                store.put(values)

    def _key(self, page: Page) -> bytes:
        file = page.file
        parts = (
            *(file.src_uri, file.dest_uri, page.title, page.edit_url, page.canonical_url),
            *(_plain(page.meta), [_plain(vars(link)) for link in page.toc], page.content),
        )
        return digest(self._around + json.dumps(parts, default=str).encode())


def around(drive: Drive) -> bytes:
    """What stands around every page; empty where a plugin or a template may know more than we."""
    config = drive.config
    for event in FRAMING:
        for method in config.plugins.events[event]:
            if not str(getattr(method, "__module__", "")).startswith(KNOWN):
                return b""
    overrides = _overrides(config.theme.custom_dir)
    if any(b"pages" in text for text in overrides.values()):
        return b""
    parts = (
        _plain({key: value for key, value in config.items() if key not in ELSEWHERE}),
        _plain([config.theme.name, dict(config.theme), config.theme.dirs]),
        [(name, _plain(plugin.config)) for name, plugin in config.plugins.items()],
        [_item(item) for item in drive.navigation.items],
        {name: digest(text).hex() for name, text in overrides.items()},
        state("mkdocs", "mkdocs-material", "jinja2"),
    )
    return digest(json.dumps(parts, sort_keys=True, default=str).encode())


def _item(item: Any) -> Any:
    children = [_item(child) for child in item.children or ()]
    return [type(item).__name__, item.title, getattr(item, "url", ""), children]


def _overrides(folder: str | None) -> dict[str, bytes]:
    if folder is None:
        return {}
    files = sorted(path for path in Path(folder).rglob("*") if path.is_file())
    return {str(path): path.read_bytes() for path in files}


def _plain(value: Any) -> Any:
    """A setting in a form that is the same in every process."""
    if hasattr(value, "items"):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        each = [_plain(item) for item in value]
        return sorted(each, key=str) if isinstance(value, set | frozenset) else each
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, partial):
        return ["partial", *map(_plain, (value.func, value.args, value.keywords))]
    if callable(value):
        named = getattr(value, "__qualname__", type(value).__qualname__)
        return f"{value.__module__}.{named}"
    shown = vars(value) if hasattr(value, "__dict__") else {}
    return [type(value).__name__, *(_plain(item) for item in shown.values())]
