"""A project that is served, by the command as people call it."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

PATIENCE = 60.0
"""Seconds, on the slowest of machines."""
LINES = "\n\n".join(
    f"Paragraph {number}, which is there to be scrolled past." for number in range(60)
)
VAULT = {
    "Home.md": "# Home\n\nBegin with [[Long]].\n",
    "Long.md": "# Long\n\nAbove.\n\n> [!note]- Folded\n> Inside.\n\n"
    f"{LINES}\n\n## The middle\n\nMiddle word.\n\n{LINES}\n\n## The end\n\n![[leaf.svg]]\n",
    "Other.md": "# Other\n\nNothing links from here.\n",
    "Code.md": "---\ntangle: src/code.py\n---\n\n# Code\n\n```python\nvalue = 1\n```\n",
    "leaf.svg": '<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>',
}


@dataclass
class Served:
    """A project and its server."""

    folder: Path
    port: int
    base: str

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.base}"

    def write(self, path: str, text: str) -> None:
        """Saves as good editors do: whole, and in one step."""
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        elsewhere = self.folder.with_name("being saved")
        elsewhere.write_text(text, "utf-8")
        elsewhere.replace(file)

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.folder / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def ask(
        self, place: str, method: str = "GET", **headers: str
    ) -> tuple[int, bytes, dict[str, str]]:
        """The answer for a place, with its headers; theirs are given with `_` for `-`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            connection.request(method, self.base + quote(place, safe="/?=&%"), headers=named)
            answer = connection.getresponse()
            return answer.status, answer.read(), {k.lower(): v for k, v in answer.getheaders()}
        finally:
            connection.close()

    def text(self, place: str) -> str:
        return self.ask(place)[1].decode()

    def wait(self, place: str, holds: Callable[[str], bool]) -> str:
        """What stands in a place as soon as it is as it should be."""
        end = time.monotonic() + PATIENCE
        while not holds(text := self.text(place)):
            assert time.monotonic() < end, text[-2000:]
            time.sleep(0.03)
        return text


def served(folder: Path, *arguments: str, address: str = "") -> Iterator[Served]:
    """Serves a folder on a port that is free, under the path of an address."""
    env = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    process = subprocess.Popen(
        [sys.executable, "-m", "lierne", "serve", "--port", "0", *arguments],
        cwd=folder,
        env={**env, "NO_COLOR": "1", "SITE_URL": address},
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr
    for line in process.stderr:
        if found := re.match(r"serving http://127\.0\.0\.1:(\d+)(/\S*)", line):
            break
    else:
        pytest.fail("it ended without serving")
    try:
        yield Served(folder, int(found[1]), found[2])
    finally:
        process.send_signal(signal.SIGINT)
        _, rest = process.communicate(timeout=PATIENCE)
    assert process.returncode in (0, 130), rest
    assert "Traceback" not in rest


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A small project under a path; a test leaves behind what it has changed."""
    folder = tmp_path_factory.mktemp("served")
    for path, text in VAULT.items():
        (folder / path).write_text(text, "utf-8")
    yield from served(folder, address="https://example.org/some/path/")
