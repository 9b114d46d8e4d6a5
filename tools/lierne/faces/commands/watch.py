"""The command `watch`: both ways, on every save, until it is stopped."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

import click

from lierne.base import disk
from lierne.base.config import FILES, ConfigError, find
from lierne.base.disk import BusyError
from lierne.faces.carry import line
from lierne.faces.report import as_text, coloured, many, printable, sentence

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from lierne.base.config import Config
    from lierne.base.problem import Problem
    from lierne.faces.options import Options
    from lierne.faces.watch.rounds import Round, Rounds

    Texts = Mapping[Any, str]

_PATIENCE = 1.0  # seconds; another command is seldom at it for longer
_PATIENCE_WITH_GIT = 10.0  # seconds; a git that was killed leaves its lock behind
_RETRY = 2.0  # seconds after which it is tried again to write what could not be written


@click.command()
@click.pass_obj
def watch(options: Options) -> int:
    """Carry edits both ways on every save, until Ctrl-C.

    A saved note is tangled, a saved target is stitched. Where the two contradict each other, both
    stay as they are. No target is ever removed: `lierne tangle` does that.
    """
    return run_watch(options.config(), options.verbosity)


def run_watch(config: Config, verbosity: int = 0) -> int:
    """Watches a project until it is stopped from outside.

    Returns:
        The exit code: 0 when it was stopped.
    """
    try:
        with disk.lock(config.root, "watch", name="watch"):
            _Watching(config, _Voice(verbosity)).go()
    except BusyError as error:
        raise click.ClickException(f"{error.strerror}; one `watch` is enough") from error
    except KeyboardInterrupt:
        if verbosity >= 0:
            click.echo("\nstopped" if sys.stderr.isatty() else "stopped", err=True)
    return 0


class _Watching:
    """One project that is watched."""

    def __init__(self, config: Config, voice: _Voice) -> None:
        from lierne.faces.watch.rounds import Rounds  # noqa: PLC0415 - not for the command's help
        from lierne.faces.watch.settings import Settings  # noqa: PLC0415 - as above

        self._config = config
        self._settings = Settings(config.root, FILES)
        self._voice = voice
        self._rounds: Rounds = Rounds()
        self._retry_at: float | None = None

    def go(self) -> None:
        """Brings both sides together, and then again whenever something was saved."""
        from lierne.faces.watch.saves import saves  # noqa: PLC0415 - as above

        self._voice.say(_hello(self._config))
        self._look(())
        while True:
            for saved in saves(self._config, self._voice.say):
                if self._settings_changed():
                    break
                if saved is not None or self._is_due():
                    self._voice.saved(saved or ())
                    self._look(saved or ())

    def _look(self, saved: Iterable[str]) -> None:
        self._retry_at = None
        if not self._config.vault_folder.is_dir():
            folder = printable(str(self._config.vault_folder))
            self._voice.trouble([f"{folder}: the vault is not there"])
            return
        try:
            done = self._round(saved)
        except OSError as error:
            self._voice.trouble([sentence(error)])
            self._retry_at = time.monotonic() + _RETRY
            return
        self._voice.report(done)
        if done.again:
            self._retry_at = 0.0
        elif done.failures:
            self._retry_at = time.monotonic() + _RETRY

    def _round(self, saved: Iterable[str]) -> Round:
        """One round, as soon as no other command writes to the project."""
        since, told = time.monotonic(), False
        while True:
            waited = time.monotonic() - since
            try:
                heeds_git = waited < _PATIENCE_WITH_GIT
                return self._rounds.round(self._config, saved, heeds_git=heeds_git)
            except BusyError as error:
                if not told and waited > _PATIENCE:
                    told = True
                    self._voice.say(f"waiting: {printable(error.strerror or '')}")
                time.sleep(0.05)

    def _is_due(self) -> bool:
        return self._retry_at is not None and time.monotonic() >= self._retry_at

    def _settings_changed(self) -> bool:
        if not self._settings.changed():
            return False
        try:
            config = find(self._config.root)
        except ConfigError as error:
            self._voice.say(f"the settings stay as they were: {printable(str(error))}")
            return False
        if config == self._config:
            return False
        self._config = config
        self._voice.say(f"the settings have changed: {_hello(config)}")
        self._look(())
        return True


class _Voice:
    """What watching says: one line a change, and each problem when it comes and when it goes."""

    def __init__(self, verbosity: int) -> None:
        self._verbosity = verbosity
        self._problems: Texts = {}
        self._troubles: Texts = {}

    def say(self, text: str) -> None:
        """Says something about watching itself."""
        if self._verbosity >= 0:
            _print(text, err=True)

    def saved(self, paths: Collection[str]) -> None:
        """Says how much was saved, to those who want to know."""
        if self._verbosity > 0 and paths:
            more = f" and {many(len(paths) - 1, 'other file')}" if len(paths) > 1 else ""
            _print(f"saved: {printable(min(paths))}{more}", err=True)

    def report(self, done: Round) -> None:
        """Says what a round did, and what is wrong, or no longer wrong, after it."""
        for change in done.changes if self._verbosity >= 0 else ():
            _print(line(change, done=True), err=False)
        self.trouble(map(sentence, done.failures))
        if not done.again:
            # One that only moves to another line, as the text above it grows, is the same one.
            counted = (p for p in done.problems if p.severity.counts)
            now = {(p.place.path, p.code, p.message): self._text(p) for p in counted}
            self._problems = _compared(self._problems, now)

    def trouble(self, now: Iterable[str]) -> None:
        """Says what keeps files from being read or written."""
        texts = {text: printable(text) for text in now}
        self._troubles = _compared(self._troubles, texts, f"{click.style('error:', fg='red')} ")

    def _text(self, problem: Problem) -> str:
        text = as_text(problem)
        return text if self._verbosity > 0 else text.partition("\n")[0]


def _compared(before: Texts, now: Texts, mark: str = "") -> Texts:
    """What is wrong now; says what has come, and what has gone, since it was looked at before."""
    for key, text in before.items():
        if key not in now:
            _print(f"{click.style('mended', fg='green')} {text.partition(chr(10))[0]}", err=True)
    for key, text in now.items():
        if key not in before:
            _print(f"{mark}{text}", err=True)
    return now


def _print(text: str, *, err: bool) -> None:
    clock = click.style(time.strftime("%H:%M:%S"), dim=True)
    click.echo(f"{clock} {text}", err=err, color=coloured(sys.stderr if err else sys.stdout))


def _hello(config: Config) -> str:
    vault = "the notes" if config.vault == "." else f"`{config.vault}`"
    folders = ", ".join([vault, *(f"`{root}`" for root in config.targets)])
    return f"watching {printable(folders)}; Ctrl-C stops"
