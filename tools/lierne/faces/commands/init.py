"""The command `init`: makes a project of a vault, or of an empty folder."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lierne.base import disk
from lierne.base.config import FILES, ConfigError, settings_file
from lierne.base.plan import Change, Plan
from lierne.faces.carry import Manner, line, planned, settle

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.faces.options import Options

SETTINGS = """\
# What Lierne is to know of this project. The manual names all settings; what is left out here has
# its usual value.
vault = {vault}
"""
MADE = (".lierne/", "site/")
"""What Lierne makes anew whenever it is gone, and what no repository needs."""

HOME = """\
# Home

Each note of this vault can be read, and some can run: begin with [[Greeting]].
"""
GREETING = '''\
---
tangle: src/greeting.py
---
# Greeting

Code is written where it is explained. `lierne tangle` puts this block into `src/greeting.py`:

```python
def greet(name: str) -> str:
    """Greets somebody by name."""
    return f"hi {name}"
```

And `lierne run` runs this one, and writes under it what it prints:

```python run
from greeting import greet

greet("you")
```
'''


@click.command()
@click.option("--yes", is_flag=True, help="Do not ask, where there is a terminal.")
@planned
@click.pass_obj
def init(options: Options, mode: str | None, style: str, *, yes: bool) -> int:
    """Make a project of a vault, or of an empty folder.

    Writes the settings, has Git leave alone what can be made anew, and puts two notes to begin with
    into an empty folder. No file that is there is changed, but for a line or two that are added to
    `.gitignore`. On a terminal it shows what it would write, and asks.
    """
    root = (options.root or Path.cwd()).resolve()
    if not root.is_dir():
        raise ConfigError(f"{root}: no such folder")
    manner = Manner.asked(mode, style, options.verbosity)
    known = settings_file(root)
    if known is not None:
        if manner.verbosity >= 0:
            click.echo(f"a project already, by its {known.name}", err=True)
        return 0
    plan = Plan(root, tuple(_changes(root)))
    if manner.writes and not yes and sys.stdin.isatty():
        for change in plan.changes:
            click.echo(line(change, done=False))
        click.confirm("Write these?", default=True, abort=True)
        manner = replace(manner, quiet=True)  # they are named above
    failures = _written(plan) if manner.writes else []
    ready = not failures and manner.writes
    return settle(plan, failures, manner, lambda: "now: `lierne check`, `lierne serve`" * ready)


def _changes(root: Path) -> Iterator[Change]:
    empty = not any(path for path in root.iterdir() if not path.name.startswith("."))
    vault = "vault" if empty or (root / "vault").is_dir() else "."
    settings = SETTINGS.format(vault=json.dumps(vault, ensure_ascii=False))
    yield Change(FILES[0], None, settings.encode())
    if empty:
        yield Change("vault/Home.md", None, HOME.encode())
        yield Change("vault/Greeting.md", None, GREETING.encode())
    ignored = root / ".gitignore"
    if ignored.is_file() or ((root / ".git").exists() and not ignored.is_symlink()):
        yield from _ignored(root)


def _ignored(root: Path) -> Iterator[Change]:
    path = ".gitignore"
    before = disk.read_file(root / path)
    text = (before or b"").decode("utf-8", "surrogateescape")
    there = {entry.strip().strip("/") for entry in text.splitlines()}
    missing = [entry for entry in MADE if entry.strip("/") not in there]
    if missing:
        end = "\r\n" if "\r\n" in text else "\n"
        gap = "" if not text or text.endswith("\n") else end
        after = f"{text}{gap}" + "".join(f"{entry}{end}" for entry in missing)
        yield Change(path, before, after.encode("utf-8", "surrogateescape"))


def _written(plan: Plan) -> list[OSError]:
    failures = []
    for change in plan.changes:
        path = plan.root / change.path
        try:
            kept = disk.write_file(path, change.after or b"", change.before)
            if kept is not None:
                kept.let_go()
        except OSError as error:
            error.filename = str(path)
            failures.append(error)
    return failures
