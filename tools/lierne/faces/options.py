"""What every command is given."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from lierne.base.config import Config, ConfigError, find


@dataclass(slots=True)
class Options:
    """What every command is given: the options that all of them take."""

    root: Path | None = None
    """Where to start looking for the project; None is the current folder."""
    verbosity: int = 0
    """Below 0 only problems and data are printed, above 0 more of what was done."""

    def config(self) -> Config:
        """The settings of the project at hand.

        Raises:
            ConfigError: There is no such folder, or its settings are wrong.
        """
        start = self.root or Path.cwd()
        if not start.is_dir():
            raise ConfigError(f"{start}: no such folder")
        return find(start)
