"""Two built sites, a web server on loopback, and vaults made of a few lines."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from contextlib import ExitStack, contextmanager, suppress
from functools import cache, partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from lierne.base.config import find
from lierne.code.tangle import tangle
from lierne.graph.build import build
from lierne.read.vault.vault import Vault
from lierne.site.publish.publication import Publication, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Page

    Arrive = Callable[[Page, str], None]
    Tapped = Callable[[Page, Callable[[], object], str], None]

ROOT = Path(__file__).parents[2]


def run(*arguments: str, folder: Path, address: str = "") -> subprocess.CompletedProcess[str]:
    """Runs a Python module as a person would, in a folder, for a site of that address."""
    env = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1", "SITE_URL": address}
    command = [sys.executable, "-m", *arguments]
    return subprocess.run(
        command, cwd=folder, env=env, capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="session")
def garden_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a vault that is its own root and has no configuration."""
    return _garden(tmp_path_factory.mktemp("foreign") / "garden")


def _garden(folder: Path, address: str = "") -> Path:
    shutil.copytree(ROOT / "tests/vaults/garden", folder)
    done = run("lierne", "build", folder=folder, address=address)
    assert done.returncode == 0, done.stderr
    return folder / "site"


@pytest.fixture(scope="session")
def own_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of this repository's vault, by MkDocs alone; a warning would fail it."""
    site = tmp_path_factory.mktemp("own") / "site"
    done = run("mkdocs", "build", "--strict", "--site-dir", str(site), folder=ROOT)
    assert done.returncode == 0, done.stderr
    return site


ONLY_HERE = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'self'; "
    "form-action 'self'"
)
"""A policy that forbids other hosts: what it forbids is an error in the browser's console."""


class Handler(SimpleHTTPRequestHandler):
    """Serves a folder under a path, to be read by the strictest of browsers, and says nothing."""

    protocol_version = "HTTP/1.1"  # a connection serves more than one file

    def __init__(self, *args: Any, prefix: str, **kwargs: Any) -> None:
        self.prefix = prefix
        super().__init__(*args, **kwargs)

    def translate_path(self, path: str) -> str:
        inside = path.startswith(self.prefix)
        within = path.removeprefix(self.prefix.rstrip("/")) if inside else "/no such file"
        return super().translate_path(within)

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", ONLY_HERE)
        # Nothing changes while it is served, and a browser need not ask again.
        self.send_header("Cache-Control", "max-age=3600")
        super().end_headers()

    def log_message(self, *args: object) -> None:
        """Says nothing."""


@contextmanager
def _served(folder: Path, prefix: str) -> Iterator[str]:
    handler = partial(Handler, directory=str(folder), prefix=prefix)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{prefix}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(scope="session")
def addresses(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], str]]:
    """Serves the garden under a path, built for that address; gives that of its home page."""
    with ExitStack() as stack:

        @cache
        def address(prefix: str) -> str:
            garden = tmp_path_factory.mktemp("served") / "garden"
            served = stack.enter_context(_served(garden / "site", prefix))
            _garden(garden, served)
            return served

        yield address


@pytest.fixture
def base(request: pytest.FixtureRequest, addresses: Callable[[str], str]) -> str:
    """The address of the garden's home page, under a path unless a test says otherwise."""
    return addresses(getattr(request, "param", "/some/path/"))


@pytest.fixture(scope="session")
def own_base(own_site: Path) -> Iterator[str]:
    """The address of this repository's site, which was built for no address at all."""
    with _served(own_site, "/some/path/") as address:
        yield address


LISTED = """{
  const parse = DOMParser.prototype.parseFromString
  DOMParser.prototype.parseFromString = function (text, type) {
    window.listed ||= type === "text/xml"
    return parse.call(this, text, type)
  }
}"""


@pytest.fixture(scope="session")
def arrive() -> Arrive:
    """Opens a page and waits until Material leads on from it without loading a page anew.

    It does so once it has read the site's list of pages; until then links are the browser's.
    """

    def arrive(page: Page, address: str) -> None:
        page.add_init_script(LISTED)
        page.goto(address)
        page.wait_for_function("() => window.listed")

    return arrive


@pytest.fixture(scope="session")
def tapped() -> Tapped:
    """Taps until that has come of it which is to come, as somebody does who taps with a finger.

    One that rests too long is no tap, and on a busy machine it may rest for as long as it likes.
    """
    late = pytest.importorskip("playwright.sync_api").TimeoutError

    def tapped(page: Page, tap: Callable[[], object], come: str) -> None:
        for _ in range(5):
            tap()
            with suppress(late):
                page.wait_for_function(f"() => {come}", timeout=6000)
                return
        pytest.fail(f"it was tapped five times, and never came: {come}")

    return tapped


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Writes files by path; gives their folder."""

    def writer(files: dict[str, str]) -> Path:
        for path, text in files.items():
            file = tmp_path / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8", newline="\n")
        return tmp_path

    return writer


@pytest.fixture
def published(write: Callable[..., Path]) -> Callable[..., Publication]:
    """Makes the site of a vault of these files."""

    def publisher(files: dict[str, str], **how: object) -> Publication:
        vault = Vault(find(write(files)))
        tangled = tangle(vault.outlines(), vault.names, vault.config)
        return publish(vault, tangled, build(vault, tangled), **how)

    return publisher
