"""Attachments that a browser would run: they are not on the site, whatever they are called.

The files stand in `fixtures/`: `active.txt` has those that are withheld, `quiet.txt` those that are
published. Each is opened in a browser, from a server that goes out of its way to have it run.
"""

from __future__ import annotations

import gzip
import re
import threading
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import pytest

from lierne import Vault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from playwright.sync_api import Browser, Page

    from lierne.site.publish.publication import Publication

    Published = Callable[..., Publication]

FIXTURES = Path(__file__).parent / "fixtures"
KINDS = {
    **dict.fromkeys(("html", "htm", "shtml"), "text/html"),
    **dict.fromkeys(("xhtml", "xht"), "application/xhtml+xml"),
    **dict.fromkeys(("xml", "xsl", "rdf"), "text/xml"),
    **dict.fromkeys(("svg", "svgz"), "image/svg+xml"),
    **dict.fromkeys(("txt", "csv", "js"), "text/plain"),
    **dict.fromkeys(("zip", "pdf"), "application/octet-stream"),
}
# What runs nothing in this browser: pages without a script, what a server would run or obey, links
# that nobody follows, and what is only asked for by another file.
SILENT = {"quiet.html", "page.php", "link.svg", "set.svg", "style.xsl"}
SILENT |= {"staticwebapp.config.json"}


def files(name: str) -> dict[str, bytes]:
    """Files by name."""
    parts = re.split(r"^@ (.*)\n", (FIXTURES / name).read_text("utf-8"), flags=re.MULTILINE)[1:]
    found = {path: text.encode() for path, text in zip(parts[::2], parts[1::2], strict=True)}
    return {path: gzip.compress(d) if path.endswith("z") else d for path, d in found.items()}


ACTIVE, QUIET = files("active.txt"), files("quiet.txt")
LINKS = "\n\n".join(f"[[{name}]] ![[{name}]]" for name in (*ACTIVE, *QUIET))


def attachments(site: Publication) -> dict[str, bytes]:
    """What a site copies from the vault, by place."""
    return {
        place: content.read_bytes()
        for place, content in site.files.items()
        if isinstance(content, Path)
    }


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    """A vault with a note that links all of them."""
    for name, data in {**ACTIVE, **QUIET}.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / "Note.md").write_text(LINKS, "utf-8")
    return tmp_path


@contextmanager
def served(content: dict[str, bytes]) -> Iterator[str]:
    """Serves files as a host does that knows many endings, and leaves the rest to the browser."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            name = unquote(self.path).strip("/")
            self.send_response(200 if name in content else 404)
            endings = name.lower().split(".")[1:]
            for kind in [KINDS[ending] for ending in reversed(endings) if ending in KINDS][:1]:
                self.send_header("Content-Type", kind)
            if name.endswith("z"):
                self.send_header("Content-Encoding", "gzip")
            self.end_headers()
            with suppress(ConnectionError):  # the browser has gone on
                self.wfile.write(content.get(name, b""))

        def log_message(self, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def opened(window: Page, names: Iterable[str]) -> None:
    """Opens files in frames of a page, but for those that a browser saves instead."""
    window.evaluate(
        """names => Promise.all(names.map(name => new Promise(done => {
            const frame = document.createElement("iframe");
            frame.onload = done;
            frame.src = "/" + encodeURIComponent(name);
            document.body.append(frame);
        })))""",
        [name for name in names if not name.endswith((".zip", ".pdf"))],
    )


def ran(window: Page) -> set[str]:
    """Which files have run something in the frames of a page."""
    return {unquote(path).strip("/") for path in window.evaluate("ran")}


def test_what_a_browser_would_run_is_not_published(vault: Path, published: Published) -> None:
    site = published({})
    page = site.notes["Note.md"]

    assert set(attachments(site)) == set(QUIET)
    assert not [name for name in ACTIVE if f'"../{quote(name)}"' in page.html]
    assert not [name for name in QUIET if f'"../{quote(name)}"' not in page.html]
    lines = [line for line in range(1, 2 * len(ACTIVE), 2) for _ in ("link", "embed")]
    assert [problem.place.line for problem in site.problems] == lines
    assert {problem.kind.code for problem in site.problems} == {"S105"}
    assert [p for p in Vault.open(vault).check() if p.kind.code == "S105"] == [*site.problems]


@pytest.mark.usefixtures("vault")
def test_nothing_that_is_published_runs(published: Published, browser: Browser) -> None:
    site = published({})
    pages = {"Note": b"<script>ran = []</script>" + site.notes["Note.md"].html.encode()}
    raw = {**ACTIVE, **QUIET}

    with served({**attachments(site), **pages, "Note/x": b""}) as address:
        window = browser.new_page()
        window.goto(f"{address}Note")
        opened(window, raw)
        window.wait_for_timeout(200)  # for what would run a moment after it was loaded
        assert ran(window) == set()
        window.click("a.attachment:text('drawn.svg')")
        window.wait_for_url("**/drawn.svg")
        assert window.evaluate("typeof ran") == "undefined"
        window.close()
    with served({**raw, **pages}) as address:
        window = browser.new_page()
        window.goto(f"{address}Note")
        opened(window, raw)
        running = ACTIVE.keys() - SILENT
        window.wait_for_function("number => new Set(ran).size >= number", arg=len(running))
        assert ran(window) == running
        window.close()


def test_a_property_s_link_is_no_other(published: Published) -> None:
    site = published({"Note.md": '---\nsee: "[[x.html]]"\n---\nText.\n', "x.html": "<p>"})

    assert attachments(site) == {}
    assert '<span class="unresolved"' in site.notes["Note.md"].html
    assert [str(problem) for problem in site.problems] == [
        "Note.md:2:7: S105 `x.html` is not published: a browser would run it"
    ]


@pytest.mark.usefixtures("vault")
def test_the_settings_may_say_so(published: Published) -> None:
    names = ["page.html", "*.svg", "page.unheard-of"]
    site = published({"lierne.toml": f"trusted = {names}"})

    drawings = {name for name in ACTIVE if name.endswith(".svg")}
    assert set(attachments(site)) == {*QUIET, *drawings, "page.html", "page.unheard-of"}
    assert 'href="../page.html"' in site.notes["Note.md"].html
    assert "data:" not in site.notes["Note.md"].html


def test_a_file_that_became_active_is_withheld_from_the_next_build(
    vault: Path, published: Published
) -> None:
    before = published({})
    assert "plain.svg" in attachments(before)

    (vault / "plain.svg").write_bytes(ACTIVE["script.svg"])
    after = published({}, earlier=before)

    assert "plain.svg" not in attachments(after)
    assert 'src="../plain.svg"' not in after.notes["Note.md"].html
