"""Gets Entangled from the package registry, into a virtual environment of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from .tools import Entangled

if TYPE_CHECKING:
    from collections.abc import Iterator

NEWEST = "entangled-cli==2.5.0"
"""What the table in the README was made with; it wants Python 3.13."""
OLDER = "entangled-cli"
"""The newest that an older Python can have."""
HOME = Path(sys.prefix) / "share" / "lierne-bench"
_SECONDS = 300


class NotRunError(Exception):
    """Says why the peer is not there."""


def entangled() -> Entangled:
    """Installs Entangled, unless a run before has done it.

    Raises:
        NotRunError: No Python here can have it, or the registry cannot be reached.
    """
    newest = next(filter(_is_new, _pythons()), None)
    what, python = (NEWEST, newest) if newest else (OLDER, sys.executable)
    folder = HOME / what
    program = folder / ("Scripts" if os.name == "nt" else "bin") / "entangled"
    if shutil.which(program) is None:
        shutil.rmtree(folder, ignore_errors=True)
        _call(python, "-m", "venv", str(folder))
        try:
            _call(str(program.with_name("python")), "-m", "pip", "install", "--quiet", what)
        except NotRunError:
            shutil.rmtree(folder)
            raise
    return Entangled(program)


def _pythons() -> Iterator[str]:
    """The Pythons that may be new enough."""
    yield sys.executable
    for name in ("python3.13", "python3.14"):
        if path := shutil.which(name):
            yield path
    for folder in (Path.home() / ".pyenv/versions").glob("3.1[34]*"):
        yield str(folder / "bin" / "python")


def _is_new(python: str) -> bool:
    try:
        return _call(python, "-c", "import sys; print(sys.version_info >= (3, 13))") == "True"
    except NotRunError:  # a launcher whose Python is not there
        return False


def _call(*command: str) -> str:
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        last = error.stderr.strip().splitlines()[-1:] or [f"exit {error.returncode}"]
        raise NotRunError(f"{' '.join(command)}: {last[0]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotRunError(str(error)) from error
    return done.stdout.strip()
