"""The CommonMark specification, 0.31.2, through our parser with all our rules on.

The specification's text is under another licence than this project (CC-BY-SA), so it is no part
of it. Run as a program, this file fetches it into the environment that runs the tests, out of
Marko's source distribution:

    python tests/read/test_commonmark.py

Single line ends stay line ends and raw HTML passes, as the specification has it: how a line end
is shown and what HTML is allowed is for the site to say.
"""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

from lierne.read.parser import markdown

SPECIFICATION = Path(sys.prefix) / "share" / "lierne-tests" / "commonmark-0.31.2.txt"
_DISTRIBUTION = "marko==2.2.4"
_MEMBER = "marko-2.2.4/tests/spec/commonmark.txt"

INTENDED = {
    64: "tag: `#hashtag` at the start of a line is a tag",
    548: "wikilink: of `[[[foo]]]` the inner two pairs are a link to the note `foo`",
    559: "wikilink: `[[*foo* bar]]` is a link to the note `*foo* bar`",
    590: "wikilink: `![[foo]]` embeds the note `foo`",
}
"""The examples that shall come out otherwise, and the rule that is the reason."""

_EXAMPLE = re.compile(r"^`{32} example\n(.*?)^\.\n(.*?)^`{32}$", re.DOTALL | re.MULTILINE)
_ANCHOR = re.compile(r'(<h[1-6]) id="[^"]*"')


def examples() -> list[tuple[str, str]]:
    if not SPECIFICATION.exists():
        return []
    text = SPECIFICATION.read_text(encoding="utf-8").replace("\u2192", "\t")
    return _EXAMPLE.findall(text)


def render(source: str) -> str:
    html = _ANCHOR.sub(r"\1", markdown().render(source))
    # The renderer breaks the line inside of an empty quote.
    return html.replace("<blockquote></blockquote>", "<blockquote>\n</blockquote>")


EXAMPLES = examples()


@pytest.mark.skipif(
    not EXAMPLES, reason="no specification: run python tests/read/test_commonmark.py"
)
def test_all_examples_are_there() -> None:
    assert len(EXAMPLES) == 652
    assert len(INTENDED) <= 15


@pytest.mark.parametrize("number", range(1, len(EXAMPLES) + 1))
def test_an_example_comes_out_as_specified(number: int) -> None:
    source, html = EXAMPLES[number - 1]

    assert (render(source) == html) is (number not in INTENDED), render(source)


def test_the_intended_differences_are_still_differences() -> None:
    assert "hashtag</p>" not in render("#hashtag\n")
    assert "[[foo]]" not in render("![[foo]]\n")


def fetch() -> None:
    """Downloads the specification, where it is not there yet."""
    if SPECIFICATION.exists():
        return
    with tempfile.TemporaryDirectory() as folder:
        download = ("download", "--no-deps", "--no-binary", "marko", "--dest", folder)
        subprocess.run([sys.executable, "-m", "pip", *download, _DISTRIBUTION], check=True)
        (archive,) = Path(folder).glob("*.tar.gz")
        with tarfile.open(archive) as opened:
            found = opened.extractfile(_MEMBER)
            if found is None:
                raise FileNotFoundError(_MEMBER)
            SPECIFICATION.parent.mkdir(parents=True, exist_ok=True)
            SPECIFICATION.write_bytes(found.read())


if __name__ == "__main__":
    fetch()
