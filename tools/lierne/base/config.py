"""A project's settings: where its notes are and where their code may go."""

from __future__ import annotations

import posixpath
import tomllib
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

from lierne.base.problem import nearest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


class ConfigError(Exception):
    """The settings cannot be used; the message says where and why, and a command exits with 2."""


@dataclass(frozen=True, slots=True)
class RunConfig:
    """The settings of running notes, from `[tool.lierne.run]`, or `[run]` in `lierne.toml`."""

    timeout: float = 300.0
    """How many seconds a note may take; 0 for as many as it does."""
    memory: int = 0
    """How many megabytes a note may have, where the system can tell; 0 for as many as there are."""
    jobs: int = 0
    """How many notes are run at a time; 0 for as many as there are processors."""


@dataclass(frozen=True, slots=True)
class Config:
    """The settings of one project, from `[tool.lierne]` or `lierne.toml`, or the defaults."""

    root: Path
    """The project: targets and places are counted from here."""
    vault: str = "."
    """The folder of notes, from the root, as a plain path: no `./`, no `/` at its end."""
    targets: tuple[str, ...] = ("src", "tests")
    """The only folders that tangling may write to, from the root, as plain paths."""
    exclude: tuple[str, ...] = ()
    """Vault paths that hold no notes: a folder, a note, or a pattern with `*`."""
    aliases: str = "off"
    """`publish` lets aliases resolve links, as Obsidian Publish does and Obsidian does not."""
    images: str = "link"
    """`load` lets the site fetch pictures from other hosts; `link` shows them as links."""
    trusted: tuple[str, ...] = ()
    """Attachments, as in `exclude`, that the site has although a browser would run them."""
    home: str = ""
    """The note that opens the site; without it `index`, `Home` or `README`, or a list of notes."""
    title: str = ""
    """The site's title; without it the name of the project's folder."""
    run: RunConfig = field(default_factory=RunConfig)
    """What notes may use when they are run."""

    @property
    def vault_folder(self) -> Path:
        """The folder of notes on disk."""
        return self.root / self.vault

    def shown(self, path: str) -> str:
        """A vault path as places show it: from the root."""
        return path if self.vault == "." else f"{self.vault}/{path}"

    def vault_path(self, shown: str) -> str:
        """The vault path of a note's path from the root."""
        return shown if self.vault == "." else shown.removeprefix(f"{self.vault}/")


FILES = ("lierne.toml", "pyproject.toml")
"""The files that may hold a project's settings; the first that does is read alone."""
_MOST = 1_000_000
_CHOICES = {"aliases": ("off", "publish"), "images": ("link", "load")}


def find(start: Path) -> Config:
    """Reads the settings of the project that a folder belongs to.

    Walks up to the folder with `lierne.toml`, or with `[tool.lierne]` in `pyproject.toml`. With
    neither, the vault that the folder lies in, as Obsidian knows it, or else the folder itself is
    the project; its notes are in `vault/` if there is one. A vault that lies in somebody else's
    project is its own.

    Raises:
        ConfigError: A settings file cannot be read or says something unknown.
    """
    start = start.resolve()
    opened: Path | None = None  # the innermost folder that Obsidian has opened as a vault
    for folder in (start, *start.parents):
        if opened is None and (folder / ".obsidian").is_dir():
            opened = folder
        table = _table(folder)
        if table is None:
            continue
        config = _config(folder, *table)
        if opened is None or opened.is_relative_to(config.vault_folder.resolve()):
            return config
        break
    root = opened or start
    return Config(root=root, vault=_default_vault(root))


def settings_file(folder: Path) -> Path | None:
    """The file that makes a folder a project: it holds its settings.

    Raises:
        ConfigError: It cannot be read.
    """
    table = _table(folder)
    return None if table is None else folder / table[0]


def _table(folder: Path) -> tuple[str, dict[str, Any]] | None:
    own, shared = (folder / name for name in FILES)
    if own.is_file():
        return own.name, _read(own)
    if shared.is_file():
        tools = _read_shared(shared).get("tool")
        table = tools.get("lierne") if isinstance(tools, dict) else None
        if not isinstance(table, dict | None):
            raise ConfigError(f"{shared}: `tool.lierne` must be a table: `[tool.lierne]`")
        if table is not None:
            return shared.name, table
    return None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: its values lie too deep in each other") from error


def _read_shared(path: Path) -> dict[str, Any]:
    """Reads a file that may be somebody else's, and broken: no matter unless it speaks of us."""
    try:
        return _read(path)
    except ConfigError:
        if _speaks_of_us(path):
            raise
        return {}


def _speaks_of_us(path: Path) -> bool:
    try:
        return b"lierne" in path.read_bytes()
    except OSError:
        return False


def _default_vault(root: Path) -> str:
    return "vault" if (root / "vault").is_dir() else "."


def _config(root: Path, name: str, table: dict[str, Any]) -> Config:
    values: dict[str, Any] = {"vault": _default_vault(root)}
    for key, value in table.items():
        values[key] = _value(f"{root / name}", key, value)
    for folder in values.get("targets", ()):
        if not _is_inside(folder):
            message = f"`targets` must name visible folders in the project, not `{folder}`"
            raise ConfigError(f"{root / name}: {message}")
    config = _plain(Config(root=root, **values))
    if not config.vault_folder.is_dir():
        raise ConfigError(f"{root / name}: no folder `{config.vault}`, which `vault` names")
    return config


def _plain(config: Config) -> Config:
    targets = tuple(dict.fromkeys(map(_plain_path, config.targets)))
    return replace(config, vault=_plain_path(config.vault), targets=targets)


def _plain_path(folder: str) -> str:
    return posixpath.normpath(folder.replace("\\", "/"))


def _is_inside(folder: str) -> bool:
    names = folder.replace("\\", "/").rstrip("/").split("/")
    return not any(name in ("", "..") or (name.startswith(".") and name != ".") for name in names)


def _value(where: str, key: str, value: Any) -> Any:
    known = {field.name: field.type for field in fields(Config) if field.name != "root"}
    _expect(where, key, known)
    if known[key] == "RunConfig":
        return _run(where, value)
    if known[key] == "str":
        if not isinstance(value, str):
            raise ConfigError(f"{where}: `{key}` must be a text")
        if value not in _CHOICES.get(key, (value,)):
            raise ConfigError(f"{where}: `{key}` must be one of {', '.join(_CHOICES[key])}")
        return value
    if not (isinstance(value, list) and all(isinstance(item, str) for item in value)):
        raise ConfigError(f"{where}: `{key}` must be a list of texts")
    return tuple(value)


def _run(where: str, table: Any) -> RunConfig:
    if not isinstance(table, dict):
        raise ConfigError(f"{where}: `run` must be a table: `[tool.lierne.run]`")
    known = {field.name: field.type for field in fields(RunConfig)}
    for key, value in table.items():
        _expect(where, key, known)
        number = isinstance(value, int | float if known[key] == "float" else int)
        if not number or isinstance(value, bool) or not 0 <= value < _MOST:
            what = "a number of seconds" if known[key] == "float" else "a whole number"
            raise ConfigError(f"{where}: `run.{key}` must be {what} from 0 on")
    return RunConfig(**table)


def _expect(where: str, key: str, known: Mapping[str, Any]) -> None:
    if key not in known:
        near = nearest(key, known)
        meant = f"; did you mean `{near[0]}`?" if near else f"; known: {', '.join(known)}"
        raise ConfigError(f"{where}: unknown setting `{key}`{meant}")
