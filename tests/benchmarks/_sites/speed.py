"""How long each publisher takes, and how much its site weighs."""

from __future__ import annotations

import gzip
import re
import resource
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .peers import NotRunError, Publisher, environment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATIENCE = 600.0
MARK = "saved just now"


@dataclass(frozen=True)
class Weight:
    """What a reader's browser gets, and what lies on the server."""

    page: int
    """The HTML of a note, packed: the median of all."""
    script: int
    """The JavaScript of its page that is not Material's, packed; inline included."""
    style: int
    """The CSS of its page that is not Material's, as it is."""
    site: int
    """All files."""


def cpu(publisher: Publisher, root: Path) -> float:
    """The CPU time of one build, in seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    publisher.build(root)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def cold(publisher: Publisher, root: Path) -> float:
    """The CPU time of a build where nothing is there yet."""
    for name in ("site", ".lierne", "src"):
        shutil.rmtree(root / name, ignore_errors=True)
    return cpu(publisher, root)


def after_one_change(publisher: Publisher, root: Path, number: int) -> float:
    """The CPU time of a build after words and code of one note have changed."""
    change(_note(root, number), f"Changed {number}")
    return cpu(publisher, root)


def change(note: Path, words: str) -> None:
    """Writes words into a note's first paragraph, and a line into its code."""
    text = note.read_text("utf-8").replace(". ", f". {words}. ", 1)
    text = text.replace("    return total", "    total += 1\n    return total", 1)
    note.write_text(text, "utf-8")


def weight(root: Path) -> Weight:
    """Weighs the site in a folder."""
    site = root / "site"
    pages = [path for path in site.rglob("*.html") if "Part 000" in path.as_posix()]
    sizes = sorted(len(gzip.compress(path.read_bytes())) for path in pages)
    first = min(pages, key=lambda path: path.as_posix())
    script, style = _own(first)
    whole = sum(path.stat().st_size for path in site.rglob("*") if path.is_file())
    return Weight(sizes[len(sizes) // 2], len(gzip.compress(script)), len(style), whole)


def _own(page: Path) -> tuple[bytes, bytes]:
    """Scripts and styles of a page but for Material's: those beside it, and those inside."""
    html = page.read_text("utf-8")
    found: dict[str, list[bytes]] = {"js": [], "css": []}
    for kind, pattern in (
        ("js", r'<script[^>]* src="([^"]+)"'),
        ("css", r'<link[^>]*href="([^"]+\.css)"'),
    ):
        for address in re.findall(pattern, html):
            file = page.parent / address.partition("?")[0]
            if "assets/javascripts/" in address or "assets/stylesheets/" in address:
                continue
            found[kind].append(file.read_bytes() if file.is_file() else b"")
    content = html.partition("<article")[2].partition("</article>")[0]
    found["js"] += [
        one.encode() for one in re.findall(r"<script>(.*?)</script>", content, re.DOTALL)
    ]
    return b"".join(found["js"]), b"".join(found["css"])


def saved(publisher: Publisher, root: Path, rounds: int) -> list[float]:
    """Seconds on the clock from saving a note to its fresh page, as a browser would ask for it."""
    port = 8700 + hash(publisher.name) % 200
    flag = ["--port", str(port)] if publisher.is_ours else ["-a", f"127.0.0.1:{port}"]
    note = _note(root, 5)
    place = note.relative_to(root / "vault").with_suffix("").as_posix()
    address = f"http://127.0.0.1:{port}/{urllib.request.pathname2url(place)}/"
    command = publisher.command("serve", *flag)
    silent = subprocess.DEVNULL
    server = subprocess.Popen(command, cwd=root, env=environment(), stdout=silent, stderr=silent)
    try:
        _until(address, "", server)
        return [_save(note, address, f"{MARK} {number}", server) for number in range(rounds)]
    finally:
        server.terminate()
        server.wait(30)


def _save(note: Path, address: str, words: str, server: subprocess.Popen[bytes]) -> float:
    time.sleep(1)
    start = time.monotonic()
    change(note, words)
    _until(address, words, server)
    return time.monotonic() - start


def _until(address: str, words: str, server: subprocess.Popen[bytes]) -> None:
    for _ in _patiently(server):
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310 - loopback
                if words in answer.read().decode():
                    return
        except (urllib.error.URLError, ConnectionError):
            continue


def _patiently(server: subprocess.Popen[bytes]) -> Iterator[None]:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            raise NotRunError(f"the server ended with {server.returncode}")
        yield
        time.sleep(0.02)
    raise NotRunError("the page did not come")


def _note(root: Path, number: int) -> Path:
    notes = sorted((root / "vault").rglob("*.md"))
    return notes[(7919 * number) % len(notes)]
