"""How fast the Transformer of the notes is: NumPy and PyTorch eager, with the same weights.

Prints a table in Markdown for each number of threads. Both take turns in one process, and before
anything is timed they have to come to the same losses and the same words. A ratio is PyTorch's
time divided by NumPy's: above 1 NumPy is faster. It is the median of all rounds, with the quarter
below and the quarter above, because other programs disturb single ones.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

RACE = Path(__file__).parent / "_transformer" / "race.py"
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")


def main() -> int:
    """Runs a race in a process of its own for each number of threads."""
    options = _options()
    if importlib.util.find_spec("torch") is None:
        sys.stderr.write(
            "The Transformer is not timed, because PyTorch is not there; install it with\n"
            f"    {sys.executable} -m pip install --editable '.[oracle]'\n"
        )
        return 0
    for threads in options.threads:
        # Libraries read these once, when they are loaded.
        environment = {**os.environ, **dict.fromkeys(THREADS, str(threads))}
        command = [sys.executable, str(RACE), str(threads), str(options.rounds)]
        code = subprocess.run(command, env=environment, check=False).returncode
        if code:
            return code
    return 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--threads", type=int, nargs="+", default=[1, 2])
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
