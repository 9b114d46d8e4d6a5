"""Which pages and files the site of one vault has, and how its pages link to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lierne.site.active import is_withheld
from lierne.site.around.preview import preview_file
from lierne.site.pages.lists import tag_anchor
from lierne.site.pages.reference import modules, page_name
from lierne.site.publish.address import HOME, Addresses, relative, url

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping

    from lierne.read.vault.vault import Vault

WHOLE = ""
"""The name of what is made for the whole site, beside the paths of notes and targets."""
HOMES = ("index", "home", "readme")
"""Names of the note that opens the site where the settings name none, in lower case."""


class Places:
    """Where everything stands that is published, and nothing else."""

    def __init__(  # noqa: PLR0913  # as `publish`
        self,
        vault: Vault,
        targets: Iterable[str],
        *,
        folders: bool = True,
        taken: Iterable[str] = (),
        wanted: Mapping[str, str] | None = None,
        described: bool = False,
    ) -> None:
        """Gives everything its place.

        Args:
            vault: The notes.
            targets: The targets that get a page.
            folders: Whether a page is `Softmax/index.html` or `Softmax.html`.
            taken: Places that the host's own pages hold.
            wanted: Names of notes' pages, by vault path, where it is not the vault path.
            described: Whether Python modules get a page in the API reference.
        """
        held = frozenset(taken)
        self._vault = vault
        self._folders = folders
        self._addresses = Addresses(folders=folders, taken=held)
        shown = [path for path in vault.paths if vault.published(path)]
        self.home = None if HOME in held else _home(vault, shown, wanted or {})
        """The vault path of the note that opens the site, None where a list of notes does."""
        self.notes = self._place_notes(shown, wanted or {})
        """The page of each published note, by vault path."""
        self.previews = self._place_previews()
        """What links to a note show of it, by vault path; each stands beside the note's page."""
        self.all_notes = self._addresses.page("notes" if self.home else "index")
        self.code = self._addresses.page("code")
        self.tags = self._addresses.page("tags")
        self.graph = self._addresses.page("graph")
        self.targets = {path: self._addresses.page(f"code/{path}") for path in targets}
        """The page of each target, by its path."""
        self.modules = modules(tuple(self.targets), vault.config.targets) if described else {}
        """The full name of each module of the API reference, by the path of its target."""
        self.references = {
            path: self._addresses.page(page_name(path, name)) for path, name in self.modules.items()
        }
        """The page of each module in the API reference, by the path of its target."""
        used = filter(vault.published, vault.files)
        self.attachments = {
            path: self._addresses.file(path) for path in used if not is_withheld(vault, path)
        }
        """Where each attachment stands that a published note uses, by vault path."""

    @property
    def names(self) -> Collection[str]:
        """What something may be kept for: each note, each target, and the whole site."""
        return {WHOLE, *self.notes, *self.targets}

    def file(self, path: str) -> str | None:
        """Where a note, a target or an attachment stands in the site."""
        return self.notes.get(path) or self.targets.get(path) or self.attachments.get(path)

    def url(self, file: str) -> str:
        """The address of a page or file of the site, from the site's root."""
        return url(file, folders=self._folders)

    def url_of(self, path: str) -> str | None:
        """The address of a note, target or attachment from the site's root, if it has one."""
        file = self.file(path)
        return None if file is None else self.url(file)

    def tag_url(self, tag: str) -> str:
        """Where the notes of a tag are listed, from the site's root."""
        return f"{self.url(self.tags)}#{tag_anchor(tag)}"

    def seen_from(self, here: str) -> View:
        """The whole site as one of its pages sees it."""
        return View(self, here, folders=self._folders)

    def _place_notes(self, shown: Iterable[str], wanted: Mapping[str, str]) -> dict[str, str]:
        links = {path: _permalink(self._vault.notes[path].get("permalink")) for path in shown}
        # Who asks by name is served before those who only happen to be called so.
        order = sorted(links, key=lambda path: (path != self.home, not links[path], path))
        files = {}
        for path in order:
            name = "index" if path == self.home else links[path]
            files[path] = self._addresses.page(name or wanted.get(path) or _page_name(path))
        return files

    def _place_previews(self) -> dict[str, str]:
        # Scripts look for them where they belong, so one whose place is taken is left out.
        files = (*self.notes.values(), *self._vault.files)
        folders = {folder for file in files for folder in _folders(file)}
        wanted = {path: preview_file(file) for path, file in self.notes.items()}
        free = {path: place for path, place in wanted.items() if place not in folders}
        return {path: place for path, place in free.items() if self._addresses.file(place) == place}


class View:
    """How one page of the site writes the addresses of the others."""

    def __init__(self, places: Places, here: str, *, folders: bool) -> None:
        """Takes all places, and where the page itself stands."""
        self._places = places
        self._folders = folders
        self.here = here
        """Where the page stands in the site."""

    def href(self, path: str, anchor: str = "") -> str | None:
        """Where something stands.

        Args:
            path: A note or an attachment (vault paths), a target, or `#` and a tag.
            anchor: An id there, without `#`.

        Returns:
            A relative URL, or None for what is not on the site.
        """
        if path.startswith("#"):
            return self.way(self._places.tags, tag_anchor(path[1:]))
        file = self._places.file(path)
        return None if file is None else self.way(file, anchor)

    def to(self, path: str) -> str:
        """Where something stands that is on the site."""
        return self.href(path) or ""

    @property
    def url(self) -> str:
        """The address of the page itself, from the site's root."""
        return url(self.here, folders=self._folders)

    @property
    def root(self) -> str:
        """The way to the site's root."""
        return "../" * self.here.count("/") or "./"

    def api(self, target: str) -> str:
        """The way to a target's page in the API reference; empty where it has none."""
        file = self._places.references.get(target)
        return "" if file is None else self.way(file)

    def way(self, file: str, anchor: str = "") -> str:
        """A page or file of the site, by where it stands."""
        end = f"#{anchor}" if anchor else ""
        if end and file == self.here:
            return end
        return relative(file, self.here, folders=self._folders) + end


def _folders(file: str) -> Iterator[str]:
    parts = file.split("/")[:-1]
    return ("/".join(parts[: depth + 1]) for depth in range(len(parts)))


def _home(vault: Vault, shown: Iterable[str], wanted: Mapping[str, str]) -> str | None:
    by_name = {wanted.get(path, path[: -len(".md")]).lower(): path for path in shown}
    if vault.config.home:
        found = vault.names.find(vault.config.home, "").path
        return found if found in by_name.values() else None
    return next((by_name[name] for name in HOMES if name in by_name), None)


def _permalink(value: object) -> str:
    parts = value.split("/") if isinstance(value, str) else ()
    return "/".join(part for part in parts if part not in ("", ".", ".."))


def _page_name(path: str) -> str:
    folder, slash, name = path[: -len(".md")].rpartition("/")
    return f"{folder}{slash}{'index' if name.lower() == 'readme' else name}"
