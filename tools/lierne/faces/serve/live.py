"""Serves a project until it is stopped: what is saved is tangled, shown, and told to open pages."""

from __future__ import annotations

import errno
import gc
import os
import secrets
import threading
import time
from typing import TYPE_CHECKING

import click

from lierne.base import disk
from lierne.base.config import FILES, ConfigError, find
from lierne.base.disk import BusyError
from lierne.base.plan import perform
from lierne.code.targets.last import plan
from lierne.faces.carry import Manner, settle
from lierne.faces.mkdocs.host.configuration import NAMES
from lierne.faces.mkdocs.host.warm import Warm
from lierne.faces.report import printable, sentence
from lierne.faces.serve.events import Events
from lierne.faces.serve.server import Served, Server
from lierne.faces.serve.wrong import Wrong
from lierne.faces.watch.rounds import keeping
from lierne.faces.watch.saves import saves
from lierne.faces.watch.settings import Settings
from lierne.read.vault.kept import KeptNotes
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from pathlib import Path

    from lierne.base.config import Config
    from lierne.base.plan import Plan

QUIET = 0.3
"""How many seconds after a save problems are looked for: the page goes first."""


class Live:
    """One project that is served."""

    def __init__(self, config: Config, warm: Warm, verbosity: int) -> None:
        """Reads nothing yet.

        Args:
            config: The project.
            warm: Its site.
            verbosity: Below 0 only problems are printed, above 0 also what each save took.
        """
        self._config = config
        self._warm = warm
        self._verbosity = verbosity
        self._settings = Settings(config.root, (*FILES, *NAMES))
        self._vault: Vault | None = None
        self._said: object = None
        self._number = 0
        self._rounds = 0
        self._server = secrets.token_hex(8)
        self._is_due = False
        self._held = ""
        self._reading = 0.0
        self._look_again = threading.Event()
        self.events = Events()
        """What open pages are told."""
        self.wrong = Wrong()
        """What is wrong, for those that ask."""

    def start(self) -> None:
        """Reads the notes, tangles, and makes the site.

        Raises:
            click.ClickException: The site cannot be made; the message says why.
        """
        self._warm.load(self._tangled())
        self._tell([], reload=False)

    def go(self) -> None:
        """Shows each save, until it is stopped from outside."""
        threading.Thread(target=self._look, daemon=True).start()
        gc.disable()  # looking through all notes for what nobody needs takes longer than a save
        while True:
            for saved in saves(self._config, self._say, self._warm.folders):
                if self._round(saved):
                    break

    def _round(self, saved: Collection[str] | None) -> bool:
        """Shows what was saved; says whether other folders may have to be watched now."""
        changed = self._settings_changed()
        if saved is None and not changed and not self._is_due:
            return False
        self._rounds += 1
        start = time.perf_counter()
        paths = frozenset(_absolute(self._config.root, path) for path in saved or ())
        whole = changed or any(path.startswith(self._warm.templates) for path in paths)
        said = self._tried(lambda: self._show(whole=whole))
        self._trouble(self._held or said)
        if said and not self._held:
            return False
        self._tell(sorted(self._warm.changed(paths)), reload=whole and not self._held)
        if self._verbosity > 0:
            whole_time = time.perf_counter() - start
            self._say(f"shown after {whole_time:.3f} s, {self._reading:.3f} s of them for tangling")
        return whole

    def _show(self, *, whole: bool) -> None:
        start = time.perf_counter()
        vault = self._tangled()
        self._reading = time.perf_counter() - start
        if whole:
            self._held = self._tried(lambda: self._warm.load(vault))
        if self._held or not whole:
            self._warm.again(vault)

    def _tried(self, action: Callable[[], None]) -> str:
        """Does something; says what kept it from being done, if anything did."""
        try:
            action()
        except click.ClickException as error:
            return f"The site stays as it was: {error.format_message()}"
        except (Exception, SystemExit) as error:  # noqa: BLE001  # whatever a plugin may raise
            return f"The site stays as it was: {error or type(error).__name__}"
        return ""

    def _tell(self, files: list[str], *, reload: bool) -> None:
        self._number += 1
        self.events.tell(
            "saved", number=self._number, files=files, reload=reload, server=self._server
        )
        self._look_again.set()

    def _trouble(self, text: str) -> None:
        if self.wrong.trouble(text):
            if text:
                self._say(printable(text))
            self.events.tell("wrong")

    def _look(self) -> None:
        """Looks for problems behind, whenever something was shown and nothing was saved since."""
        while True:
            self._look_again.wait()
            self._look_again.clear()
            if self._look_again.wait(QUIET):
                continue
            rounds = self._rounds
            try:
                problems, pages = self._warm.problems()
            except Exception as error:  # noqa: BLE001  # a page that cannot be made says so itself
                self._trouble(f"Problems cannot be looked for: {error}")
                continue
            if rounds != self._rounds:  # what was found was true of half of a save
                self._look_again.set()
                continue
            if self.wrong.found(problems, pages):
                self.events.tell("wrong")
            gc.collect()
            if not gc.get_freeze_count():
                gc.freeze()  # what was read at first mostly stays

    def _read(self) -> Vault:
        same = self._vault is not None and self._vault.config == self._config
        if same and self._vault:
            self._vault = self._vault.again()
        else:
            self._vault = Vault(self._config, kept=KeptNotes(self._config.root))
        return self._vault

    def _tangled(self) -> Vault:
        """The notes as they are now, after their targets were written."""
        if not (self._config.root / disk.FOLDER).exists() and not self._read().paths:
            return self._read()

        def make() -> Plan:
            return keeping(plan(self._read()))

        self._is_due = False
        try:
            done, failures = perform(self._config.root, "serve", make)
        except OSError as error:  # notes are shown also where nothing can be written
            self._is_due = isinstance(error, BusyError)
            self._say(f"not tangled: {printable(sentence(error))}")
            return self._read()
        said = done.problems, tuple(map(str, failures))
        manner = Manner(quiet=self._verbosity < 0, verbosity=-1)
        if done.changes or said != self._said:
            settle(done, failures, manner, lambda: "")
        self._said = said
        return self._vault or self._read()

    def _settings_changed(self) -> bool:
        if not self._settings.changed():
            return False
        try:
            self._config = find(self._config.root)
        except ConfigError as error:
            self._held = f"The settings stay as they were: {error}"
            self._trouble(self._held)
            return False
        return True

    def _say(self, text: str) -> None:
        if self._verbosity >= 0:
            click.echo(text, err=True)


def serve(config: Config, host: str, port: int, verbosity: int = 0) -> None:
    """Tangles and shows the site, and does both again on every save, until it is stopped.

    Args:
        config: Whose site.
        host: The address to listen on.
        port: The port to listen on; 0 for any that is free.
        verbosity: Below 0 only problems are printed.

    Raises:
        click.ClickException: The site cannot be made or shown; the message says why.
    """
    with Warm(config, verbosity) as warm:
        live = Live(config, warm, verbosity)
        with _server(host, port, warm, live) as server:
            warm.url = server.url
            live.start()
            answering = threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True)
            answering.start()
            click.echo(f"serving {server.url} (stop with Ctrl+C)", err=True)
            try:
                live.go()
            except KeyboardInterrupt:
                pass
            finally:
                live.events.end()
                server.shutdown()


def _server(host: str, port: int, warm: Warm, live: Live) -> Server:
    try:
        served = Served(warm.base, warm.get, live.events, live.wrong)
        return Server(host, port, served)
    except OSError as error:
        advice = "; choose another one by --port" if error.errno == errno.EADDRINUSE else ""
        message = f"{host}:{port}: {error.strerror or error}{advice}"
        raise click.ClickException(message) from error


def _absolute(root: Path, path: str) -> str:
    return os.path.normpath(root / path)
