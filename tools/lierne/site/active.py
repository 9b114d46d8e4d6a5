"""Which attachments somebody's browser would run: what is in them could do what our pages can.

A page of HTML that lies beside our pages may read and change all that they may. So such a file is
published only if the project's settings say so. A picture or a document in XML is let through if
nothing is in it that runs; what cannot be read is not.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from mimetypes import MimeTypes
from typing import TYPE_CHECKING
from xml.parsers import expat

from lierne.base.disk import read_file
from lierne.read.vault.folder import matcher
from lierne.site.sanitise import SHOWN

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from lierne.read.vault.vault import Vault
    from lierne.site.notes.asked import Known

# As words, they are read at a glance. What web servers give out as a page, or run by themselves.
_PAGES = frozenset(
    "htm html xht xhtml shtm shtml mht mhtml svgz htc hta xul "  # noqa: SIM905
    "php php3 php4 php5 php7 php8 phps phtml phar asp aspx ashx cer cgi fcgi jsp jspx cfm".split()
)
_XML = {"svg", "xml"}
# With these a web server is told how to give out the other files.
_STEERING = frozenset(
    "_headers _redirects _routes.json _worker.js staticwebapp.config.json web.config".split()  # noqa: SIM905
)
# What every web server gives out as something else. (System files do not count: they differ.)
_KNOWN = {
    end for end, kind in MimeTypes().types_map[True].items() if not re.search("html|xml", kind)
}

_XHTML = "http://www.w3.org/1999/xhtml"
_RUNNING = {_XHTML, "http://www.w3.org/2000/svg", "http://www.w3.org/1998/Math/MathML"}
_WRITTEN = SHOWN | {"font", "style"}
_SCRIPT = re.compile(
    r"(?:java|vb|live)script:|(?:^|;)data:(?!image/(?:png|gif|jpe?g|webp|avif|bmp)[;,])"
)
_IGNORED = re.compile(r"[\x00-\x20\x7f-\xa0]")


def withheld(known: Known, path: str) -> bool:
    """Whether an attachment is kept from the site, by its vault path."""
    return is_withheld(known.vault, path)


def picture(known: Known, path: str) -> str:
    """A drawing in SVG as an address that holds all of it: as a picture, it runs nothing."""
    try:
        data = read_file(known.vault.config.vault_folder / path) or b""
    except OSError:
        data = b""
    return f"data:image/svg+xml;base64,{b64encode(data).decode()}"


def is_withheld(vault: Vault, path: str) -> bool:
    """Whether a browser, or a web server, would run a file that the settings do not name."""
    config = vault.config
    return not matcher(config.trusted).match(path) and runs(config.vault_folder / path)


def runs(file: Path) -> bool:
    """Whether a browser might run what is in a file, if somebody opens it from a web server."""
    name = file.name.lower()
    if name in _STEERING:
        return True
    # A server looks at the last ending that it knows: `x.html.en` is a page, as is `x.html.gz`.
    for ending in reversed(name.split(".")[1:]):
        if ending in _PAGES:
            return True
        if ending in _XML:
            return _asked(file, _runs_xml)
        if f".{ending}" in _KNOWN:
            return False
    return _asked(file, _looks_like_a_page)


def _asked(file: Path, question: Callable[[Path], bool]) -> bool:
    try:
        seen = file.stat()
        return _answered(question, file, seen.st_mtime_ns, seen.st_size)
    except (OSError, ValueError):
        return True


@lru_cache(maxsize=2**12)  # each page that links the file asks, each time that anything has changed
def _answered(question: Callable[[Path], bool], file: Path, _: int, __: int) -> bool:
    return question(file)


def _looks_like_a_page(file: Path) -> bool:
    """Whether a browser that is not told what a file is might take it for a page."""
    with file.open("rb") as opened:
        return opened.read(2048).removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")


def _runs_xml(file: Path) -> bool:
    """Whether a document in XML might run anything; one that is broken might, up to there."""
    data, found = read_file(file) or b"", False

    def element(name: str, attributes: dict[str, str]) -> None:
        nonlocal found
        found = found or _is_running(name, attributes)

    def instruction(target: str, _: str) -> None:
        nonlocal found
        found = found or target.lower() == "xml-stylesheet"

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = element
    parser.ProcessingInstructionHandler = instruction
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, LookupError, ValueError):
        return b"<" in data  # else it is no document at all
    return found


def _is_running(element: str, attributes: dict[str, str]) -> bool:
    """Whether a browser might run an element, by its namespace and name."""
    space, _, name = element.rpartition(" ")
    if space not in _RUNNING:
        return False
    if name == "script" or (space == _XHTML and name not in _WRITTEN):
        return True
    for key, value in attributes.items():
        bare = _IGNORED.sub("", value).lower()
        said = bare if key == "attributeName" else key.rpartition(" ")[2].lower()
        if said.startswith("on") or said == "srcdoc" or _SCRIPT.search(bare):
            return True
    return False
