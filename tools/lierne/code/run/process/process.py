"""A child process that runs the blocks of one note, and what is done so that it ends."""

from __future__ import annotations

import json
import os
import re
import secrets
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

from lierne.base.shape import read_json
from lierne.code.run.process.capture import Capture
from lierne.code.run.result import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import BinaryIO

_HERE = Path(__file__).parent
_GRACE = 1.0
"""How many seconds a program has to end by itself, once it is told to or has done its work."""
_ALWAYS = {
    # What is not the same on every run and machine, as far as an environment can say so. Sums of
    # many numbers depend on how many threads share them.
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "MPLBACKEND": "Agg",
    "MATPLOTLIBRC": str(_HERE / "matplotlibrc"),
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "VECLIB_MAXIMUM_THREADS": "1",
    "COLUMNS": "80",
    "LINES": "24",
    "NO_COLOR": "1",
}
_NEVER = frozenset(
    (
        *("PYTHONBREAKPOINT", "PYTHONDEVMODE", "PYTHONINSPECT", "PYTHONIOENCODING"),
        *("PYTHONOPTIMIZE", "PYTHONWARNINGS", "CLICOLOR_FORCE", "FORCE_COLOR"),
    )
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a note may use."""

    seconds: float = 300.0
    """How long all its blocks may take together; 0 for as long as they do."""
    memory: int | None = None
    """How many megabytes its process may have, where the system can tell; 0 or None for as many
    as there are."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A figure as the process drew it."""

    svg: str
    data: str = ""
    """What it says of itself for those who want to explore it, as JSON; empty for nothing."""
    unfit: str = ""
    """Why what it says cannot be JSON."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How one block went."""

    number: int
    """Which one it was of those that the process was given."""
    text: str
    figure: Drawing | None
    failed: Failure | None
    seconds: float


class Process:
    """A child process at work."""

    def __init__(self, job: Mapping[str, Any], limits: Limits) -> None:
        """Starts it.

        Args:
            job: What it is to do, as `child.py` reads it.
            limits: What it may use.
        """
        self._limits = limits
        mark = secrets.token_bytes(24)
        memory = (limits.memory or 0) << 20
        self._note: str = job["note"]
        self._lines = [block["line"] for block in job["blocks"]]
        self._process = subprocess.Popen(  # noqa: S603 - Python, with a program of our own
            # Not from the folder of the program, and not a byte late.
            [sys.executable, "-P", "-u", "-X", "faulthandler", str(_HERE / "child.py")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=job["root"],
            env=_environment(),
            start_new_session=True,
        )
        self._stopped = False
        self._out_of_time = False
        self._capture = Capture(_pipe(self._process.stderr), mark)
        self._timer = Timer(limits.seconds, self._interrupt)
        self._timer.daemon = True
        if limits.seconds:
            self._timer.start()
        with suppress(OSError):  # it may have ended already: its reports will say so
            orders = _pipe(self._process.stdin)
            orders.write(json.dumps({**job, "mark": mark.hex(), "memory": memory}).encode() + b"\n")
            orders.flush()

    def reports(self) -> Iterator[int | Ended]:
        """The number of each block as it begins, and how it went as soon as it has ended."""
        number = 0
        for line in _pipe(self._process.stdout):
            said = read_json(line, {}) or {}
            if "begins" in said:
                number = said["begins"]
                yield number
            elif "ends" in said:
                ended = self._ended(number, said)
                yield ended
                number += 1
                if ended.failed is not None:
                    return
            elif "done" in said:
                return
        if number < len(self._lines):
            yield self._died(number)

    def end(self) -> None:
        """Ends it, and all that it has started, if it has not ended by itself."""
        self._timer.cancel()
        with suppress(subprocess.TimeoutExpired):
            if not self._stopped:
                self._process.wait(_GRACE)
        self.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                _pipe(pipe).close()

    def kill(self) -> None:
        """Ends it at once."""
        self._stopped = True
        self._send("SIGKILL")

    def _interrupt(self) -> None:
        """Lets it say where it was when its time was over; if it does not, it is killed."""
        self._out_of_time = True
        self._send("SIGINT")
        try:
            self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._send("SIGKILL")

    def _send(self, name: str) -> None:
        with suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.Signals[name])
            else:
                self._process.kill()

    def _ended(self, number: int, said: Mapping[str, Any]) -> Ended:
        failed = said["failure"] and Failure(**said["failure"])
        if self._out_of_time:
            failed = self._too_long(failed or Failure("", self._lines[number]))
        figure = said["figure"] and Drawing(**said["figure"])
        return Ended(number, self._capture.block(), figure, failed, said["seconds"])

    def _died(self, number: int) -> Ended:
        code = self._process.wait()
        text = self._capture.block()
        # Where Python itself crashed, its fault handler has said where.
        fault = text.rpartition("Fatal Python error")[2]
        seen = map(int, re.findall(rf'File "{re.escape(self._note)}", line (\d+)', fault))
        line = next((line for line in seen if line >= self._lines[number]), self._lines[number])
        died = Failure(_death(code), line)
        return Ended(number, text, None, self._too_long(died) if self._out_of_time else died, 0.0)

    def _too_long(self, failed: Failure) -> Failure:
        message = f"the note takes longer than {self._limits.seconds:g} seconds"
        return replace(failed, message=message, help="give it more time with `--timeout`")


def _death(code: int) -> str:
    if code >= 0:
        return f"the process of the note has ended with the code {code}"
    try:
        name = signal.Signals(-code).name
    except ValueError:
        name = f"signal {-code}"
    perhaps = "; the machine may be short of memory" if name == "SIGKILL" else ""
    return f"the process of the note has died of {name}{perhaps}"


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _NEVER}
    return {**kept, **_ALWAYS}


def _pipe(stream: Any) -> BinaryIO:
    pipe: BinaryIO = stream
    return pipe
