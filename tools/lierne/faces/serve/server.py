"""The web server: gives pages and files of the site in memory, and the stream of events."""

from __future__ import annotations

import ipaddress
import json
import logging
import socket
import sys
from dataclasses import dataclass
from html import escape
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, unquote, urlsplit

from lierne.faces.serve.answer import Answer, part_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lierne.faces.serve.events import Events
    from lierne.faces.serve.wrong import Wrong

    Get = Callable[[str], bytes | Path | None]

log = logging.getLogger("lierne.serve")

OWN = ".lierne/"
"""Where the server's own addresses begin: no page of a site can."""
SCRIPT = "serve.js"
LOST = "404.html"
GONE = (ConnectionError, TimeoutError)
"""What happens when a browser does not wait for an answer."""


@dataclass(frozen=True, slots=True)
class Served:
    """What a server gives."""

    base: str
    """The path that the site stands under, from `/` to `/`."""
    get: Get
    """Gives what stands in a place of the site."""
    events: Events
    """What open pages are told."""
    wrong: Wrong
    """What is wrong with them."""


class Server(ThreadingHTTPServer):
    """Serves one site until it is shut down."""

    daemon_threads = True

    def __init__(self, host: str, port: int, served: Served) -> None:
        """Listens from now on.

        Args:
            host: The address to listen on.
            port: The port; 0 for any that is free.
            served: What is given.

        Raises:
            OSError: The port cannot be had.
        """
        if _is_v6(host):
            self.address_family = socket.AF_INET6
        self.served = served
        self.is_private = _is_loopback(host)
        super().__init__((host, port), Handler)
        shown = f"[{host}]" if _is_v6(host) else host
        self.url = f"http://{shown}:{self.server_address[1]}{served.base}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Says what went wrong, unless a browser only went away."""
        del request, client_address
        if not isinstance(sys.exception(), GONE):
            log.error("a request could not be answered", exc_info=True)  # noqa: LOG014  # it is one


class Handler(BaseHTTPRequestHandler):
    """Answers one browser."""

    server: Server
    protocol_version = "HTTP/1.1"  # a connection serves more than one file

    def do_GET(self) -> None:
        """Answers with headers and content."""
        try:
            self._answer()
        except GONE:
            self.close_connection = True

    do_HEAD = do_GET  # noqa: N815  # as they are called

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # as it is called
        """Says nothing of each request."""

    def _answer(self) -> None:
        address = urlsplit(self.path)
        path, base = unquote(address.path), self.server.served.base
        if self.server.is_private and not _is_loopback(_host_of(self.headers.get("Host", ""))):
            # A page from elsewhere may have given its own name this machine's address.
            self._say(HTTPStatus.FORBIDDEN, "This site is for this machine alone.")
        elif not path.startswith(base):
            self._lead(base) if f"{path}/" in (base, "//") else self._lost()
        elif path.startswith(f"{base}{OWN}"):
            self._own(path.removeprefix(f"{base}{OWN}"), address.query)
        else:
            self._site(path.removeprefix(base))

    def _site(self, place: str) -> None:
        folder = not place or place.endswith("/")
        wanted = f"{place}index.html" if folder else place
        try:
            content = self.server.served.get(wanted) if _is_plain(wanted) else None
            if content is not None:
                self._send(Answer.of(wanted, content))
                return
            if not folder and _is_plain(wanted) and self.server.served.get(f"{place}/index.html"):
                self._lead(f"{self.server.served.base}{place}/")
                return
        except GONE:
            raise
        except FileNotFoundError:
            pass  # it was removed just now
        except Exception as error:  # a theme or a plugin may raise whatever it likes
            log.exception("%s cannot be made", wanted)
            self._say(HTTPStatus.INTERNAL_SERVER_ERROR, f"{wanted} cannot be made: {error}")
            return
        self._lost()

    def _own(self, name: str, query: str) -> None:
        if name == "events":
            self._stream()
        elif name == "wrong.json":
            (page,) = parse_qs(query).get("page", [""])
            page = unquote(urlsplit(page).path).removeprefix(self.server.served.base)
            place = f"{page}index.html" if not page or page.endswith("/") else page
            data = json.dumps(self.server.served.wrong.on(place)).encode()
            self._send(Answer.of(name, data))
        elif name == SCRIPT:
            asset = files("lierne.faces.serve") / SCRIPT
            self._send(Answer.of(name, asset.read_bytes()))
        else:
            self._lost()

    def _stream(self) -> None:
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD":
            return
        with self.server.served.events.listen() as events:
            for event in events:
                self.wfile.write(event)
                self.wfile.flush()

    def _send(self, answer: Answer, status: HTTPStatus = HTTPStatus.OK) -> None:
        mark = f'"{answer.mark}"'
        if status is HTTPStatus.OK and mark in self.headers.get("If-None-Match", ""):
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self._finish(mark)
            return
        if answer.kind.startswith("text/html") and isinstance(answer.content, bytes):
            content = with_script(answer.content, self.server.served.base, answer.mark)
            answer = Answer(content, answer.kind, answer.mark)
        size = answer.size
        part = part_of(self.headers.get("Range"), size)
        if part is None:
            self.send_response(HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
            self.send_header("Content-Range", f"bytes */{size}")
            self.send_header("Content-Length", "0")
            self._finish(mark)
            return
        whole = len(part) == size
        self.send_response(status if whole else HTTPStatus.PARTIAL_CONTENT)
        if not whole:
            self.send_header("Content-Range", f"bytes {part.start}-{part.stop - 1}/{size}")
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(part)))
        self.send_header("Accept-Ranges", "bytes")
        self._finish(mark)
        if self.command != "HEAD":
            for piece in answer.pieces(part):
                self.wfile.write(piece)

    def _finish(self, mark: str) -> None:
        self.send_header("ETag", mark)
        self.send_header("Cache-Control", "no-cache")  # kept, but asked about each time
        self.send_header("X-Content-Type-Options", "nosniff")
        self.end_headers()

    def _lead(self, path: str) -> None:
        self.send_response(HTTPStatus.FOUND)
        self.send_header("Location", quote(path))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _lost(self) -> None:
        page = self.server.served.get(LOST)
        if isinstance(page, bytes):
            self._send(Answer.of(LOST, page), HTTPStatus.NOT_FOUND)
        else:
            self._say(HTTPStatus.NOT_FOUND, "There is no such page.")

    def _say(self, status: HTTPStatus, text: str) -> None:
        page = f"<!doctype html><head><title>{status.phrase}</title></head><p>{escape(text)}</p>"
        self._send(Answer.of("said.html", page.encode()), status)


def with_script(page: bytes, base: str, mark: str) -> bytes:
    """A page with the script that keeps it fresh, and its mark."""
    script = f'<meta name="lierne-page" content="{mark}"><script src="{quote(base)}{OWN}{SCRIPT}">'
    head, found, rest = page.partition(b"</head>")
    return b"".join((head, script.encode(), b"</script>", found, rest)) if found else page


def _is_plain(place: str) -> bool:
    """Whether a place means no other file than the one of its name."""
    return not any(part in ("", ".", "..") for part in place.split("/")) and "\0" not in place


def _host_of(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _is_v6(host: str) -> bool:
    return ":" in host


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
