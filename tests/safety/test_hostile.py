"""A vault from somebody else: whatever its notes say, nothing is written but plain targets."""

from __future__ import annotations

import ast
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.conftest import Figures

TOOLS = Path(__file__).parents[2] / "tools"
REFUSED = Path(__file__).parents[1] / "base/fixtures/refused.txt"
LINKED = ["out/x.py", "out/secret.py", "up/x.py", "up/project/vault/x.py", "loop/x.py", "file.py"]
FRONTS = {
    "laughs": "a: &a [x, x]\n" + "".join(f"a: &a [{'*a, ' * 9}]\n" for _ in range(30)),
    "deep": "a: " + "[" * 5000,
    "deep and closed": f"a: {'[' * 900}{']' * 900}",
    "large": "tags: [" + "word, " * 170_000 + "]",
    "object": "a: !!python/object/apply:os.system ['touch OWNED']",
    "merge": "a: &a {<<: *a}",
    "keys": "\n".join(f"k{number}: {number}" for number in range(20_000)),
    "number": f"a: {'9' * 50_000}",
}
CLASHES = [
    ("src/Case.py", "src/case.py"),
    ("src/Folder/x.py", "src/folder/y.py"),
    ("src/stra\u00dfe.py", "src/strasse.py"),
    ("src/\ufb01le.py", "src/file.py"),
    ("src/k\u0131\u015f.py", unicodedata.normalize("NFD", "src/k\u0131\u015f.py")),
    ("src/both", "src/both/inside.py"),
]
MOST_SECONDS = 20
MOST_BYTES = 1 << 30


def notes() -> Iterator[tuple[str, str]]:
    """A name and a text for each thing that somebody might try."""
    for number, written in enumerate(hostile_targets()):
        quoted = json.dumps(written)
        if written == written.strip():  # blanks around a property are no part of it
            yield f"Property {number}", f"---\ntangle: {quoted}\n---\n```python\nevil = 1\n```\n"
        yield f"Block {number}", f"```python file={quoted}\nevil = 1\n```\n"
        if not set(written) & set(" \n\"'`{}"):
            yield f"Bare {number}", f"```python file={written}\nevil = 1\n```\n"
    for name, front in FRONTS.items():
        yield f"Front {name}", f"---\n{front}\n---\n```js file=src/front.js\nevil();\n```\n"
    for number, pair in enumerate(CLASHES):
        for side, target in zip("ab", pair, strict=True):
            yield f"Clash {number}{side}", f'```js file="{target}"\nevil();\n```\n'
    yield (
        "Circle",
        "```js file=src/circle.js\n<<a>>\n```\n```js #a\n<<b>>\n```\n```js #b\n<<a>>\n```\n",
    )
    yield "Itself", "```js file=src/itself.js\n<<a>>\n```\n```js #a\n<<Itself#a>>\n```\n"
    doubling = (f"```js #c{n}\n<<c{n + 1}>>\n<<c{n + 1}>>\n```\n" for n in range(60))
    yield "Bomb", f"```js file=src/bomb.js\n<<c0>>\n```\n{''.join(doubling)}```js #c60\nx\n```\n"
    indent = (f"```js #i{n}\n{' ' * 1000}<<i{n + 1}>>\n```\n" for n in range(500))
    yield "Indent", f"```js file=src/wide.js\n<<i0>>\n```\n{''.join(indent)}```js #i500\nx\n```\n"
    yield "Runs", "```python run\nimport pathlib\npathlib.Path('OWNED').touch()\n```\n"


def hostile_targets() -> list[str]:
    rows = [line.rpartition(" | ")[0] for line in REFUSED.read_text("utf-8").splitlines()]
    table = [ast.literal_eval(f"'''{row}'''") for row in rows if row and not row.startswith("#")]
    return [*table, *(f"src/{path}" for path in LINKED)]


@pytest.fixture
def around(tmp_path: Path) -> Path:
    """A folder with a hostile project in it, and with things that are not its business."""
    project = tmp_path / "project"
    for folder in ("src", "vault", ".git/hooks"):
        (project / folder).mkdir(parents=True)
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/secret.py").write_text("secret = 1\n")
    links = {"out": "../../outside", "up": "../..", "loop": "loop"}
    for name, to in {**links, "file.py": "../../outside/secret.py"}.items():
        (project / "src" / name).symlink_to(to)
    (project / "vault/Leads out.md").symlink_to(tmp_path / "outside/secret.py")
    (project / "vault/loop").symlink_to(".")
    for name, text in notes():
        (project / f"vault/{name}.md").write_bytes(text.encode("utf-8", "surrogatepass"))
    (project / "vault/Good.md").write_text("```python file=src/good.py\ngood = 1\n```\n")
    return tmp_path


@pytest.mark.skipif(os.name == "nt", reason="Windows limits no memory")
@pytest.mark.parametrize("command", ["tangle", "stitch"])
def test_only_the_good_target_is_written(command: str, around: Path, figures: Figures) -> None:
    before = tree(around)
    begin = time.monotonic()
    code, said, most = limited([command, "--root", str(around / "project")], around)
    seconds = time.monotonic() - begin
    new = tree(around).items() ^ before.items()
    written = {path for path, _ in new if ".lierne" not in Path(path).parts}
    fine = {"project/src/good.py"} if command == "tangle" else set[str]()

    figures(
        f"{command} of a hostile vault",
        tried=len(list(notes())),
        written_that_should_not_be=len(written - fine),
        seconds=f"{seconds:.1f}",
        megabytes=most // 1024,
    )
    assert code in (0, 1), said
    assert "Traceback" not in said
    assert written == fine


def limited(arguments: list[str], folder: Path) -> tuple[int, str, int]:
    """Runs a command with so much memory and time; its end, what it said, and its kilobytes."""
    script = (
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_AS, ({MOST_BYTES}, {MOST_BYTES}))\n"
        f"resource.setrlimit(resource.RLIMIT_CPU, ({MOST_SECONDS}, {MOST_SECONDS}))\n"
        "from lierne.faces.cli import main\n"
        "try:\n"
        "    main()\n"
        "finally:\n"
        "    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(TOOLS)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != -signal.SIGXCPU, f"more than {MOST_SECONDS} seconds"
    return done.returncode, done.stderr, int(done.stdout.split()[-1])


def tree(folder: Path) -> dict[str, str]:
    """A digest of everything in a folder, by path: kinds, modes, links and contents."""
    found = {}
    for path in folder.rglob("*"):
        status = path.lstat()
        if path.is_symlink():
            what = os.fsencode(path.readlink())
        else:
            what = path.read_bytes() if path.is_file() else b""
        mark = f"{status.st_mode} {hashlib.sha256(what).hexdigest()}"
        found[path.relative_to(folder).as_posix()] = mark
    return found
