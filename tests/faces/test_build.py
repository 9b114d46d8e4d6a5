"""`lierne build` and `lierne serve`: in any folder of notes, and from the wheel alone."""

from __future__ import annotations

import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Lierne = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).parents[2]
GARDEN = ROOT / "tests/vaults/garden"


def environment(**more: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    return {**kept, "NO_COLOR": "1", **more}


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    """A vault of somebody else: its own root, without any configuration."""
    return Path(shutil.copytree(GARDEN, tmp_path / "garden"))


def lierne(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "lierne", *arguments],
        cwd=folder,
        env=environment(),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


Built = tuple[Path, subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The garden after its first build, which is for looking at, and what was said of that."""
    folder = Path(shutil.copytree(GARDEN, tmp_path_factory.mktemp("built") / "garden"))
    return folder, lierne(folder, "build")


@pytest.fixture
def built(first: Built, tmp_path: Path) -> Path:
    """The garden after its first build."""
    return Path(shutil.copytree(first[0], tmp_path / "garden"))


def test_a_folder_of_notes_becomes_a_site(first: Built) -> None:
    garden, done = first

    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "5 notes, 6 concepts (1 not yet written), 13 links"
    assert lines[1] == "1 target in `src`"
    assert re.fullmatch(r"2 hints, 1 warning; to see them: \S*lierne check", lines[2])
    assert re.fullmatch(r"the site is in `site`; to see it: \S*lierne serve", lines[3])
    assert len(lines) == 4
    assert (garden / "src/softmax.py").is_file()
    assert (garden / ".lierne/mkdocs.yml").is_file()
    assert "The garden" in (garden / "site/index.html").read_text("utf-8")


def test_a_second_build_is_the_first_one_again(built: Path) -> None:
    def site() -> dict[str, bytes]:
        files = (path for path in (built / "site").rglob("*") if path.is_file())
        return {str(path): path.read_bytes() for path in files if path.suffix != ".gz"}

    before = site()
    done = lierne(built, "build")

    assert done.returncode == 0
    assert site() == before
    assert "site/" not in lierne(built, "check").stdout  # its files are no notes


def test_what_a_killed_build_left_goes_and_what_the_owner_put_there_stays(built: Path) -> None:
    (built / "site/.lierne-0123.tmp").write_text("half a page")
    (built / "site/.nojekyll").write_text("")
    (built / "site/old.html").write_text("a page of before")

    lierne(built, "build")

    left = {path.name for path in (built / "site").iterdir()}
    assert left & {".lierne-0123.tmp", ".nojekyll", "old.html"} == {".nojekyll"}


def test_an_edited_target_is_left_alone_and_the_site_is_built_all_the_same(built: Path) -> None:
    with (built / "src/softmax.py").open("a") as file:
        file.write("\n# mine\n")

    done = lierne(built, "build")

    assert done.returncode == 1
    assert re.match(r"src/softmax\.py:\d+:1: T007 ", done.stderr)
    assert "# mine" in (built / "src/softmax.py").read_text()
    shown = (built / "site/code/src/softmax.py/index.html").read_text("utf-8")
    assert "on disk differs" in shown


def test_a_folder_that_is_no_site_is_not_emptied(garden: Path) -> None:
    (garden / "site").mkdir()
    (garden / "site/My holidays.md").write_text("on the beach\n")

    done = lierne(garden, "build")

    assert done.returncode == 2
    assert done.stderr.startswith("error: site: the site would go here")
    assert (garden / "site/My holidays.md").read_text() == "on the beach\n"


@pytest.mark.parametrize("linked", [True, False], ids=["a link", "a folder"])
def test_pages_that_are_no_notes_do_not_slip_in(linked: bool, garden: Path) -> None:
    docs, other = garden / ".lierne/docs", garden.parent / "other"
    docs.parent.mkdir()
    (other if linked else docs).mkdir()
    if linked:
        docs.symlink_to(other)
    (docs / "secret.md").write_text("secret\n")

    done = lierne(garden, "build")

    assert done.returncode == 2
    assert done.stderr.startswith("error: .lierne/docs: this must be an empty folder")
    assert [path.name for path in docs.iterdir()] == ["secret.md"]
    assert not (garden / "site").exists()


def test_a_configuration_of_the_project_is_used_as_it_is(garden: Path) -> None:
    (garden / "pages").mkdir()
    (garden / "pages/index.md").write_text("# By hand\n")
    (garden / "mkdocs.yml").write_text(
        "site_name: Mine\nsite_dir: out\ndocs_dir: pages\ntheme: {name: mkdocs}\n"
        "plugins: [search, lierne]\n"
    )

    done = lierne(garden, "build")

    assert done.returncode == 0, done.stderr
    assert "the site is in `out`" in done.stdout
    assert "By hand" in (garden / "out/index.html").read_text()
    assert "Scores become shares" in (garden / "out/Softmax/index.html").read_text("utf-8")
    assert not (garden / ".lierne/mkdocs.yml").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("site_name: x\nplugins: [search]\n", "add `lierne` to `plugins`"),
        ("site_name: [\n", "mkdocs.yml"),
        ("site_name: x\nplugins: [lierne, no-such-plugin]\n", "no-such-plugin"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_a_sentence(
    text: str, said: str, garden: Path
) -> None:
    (garden / "mkdocs.yml").write_text(text)
    (garden / "docs").mkdir()

    done = lierne(garden, "build")

    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_what_cannot_be_shown_is_counted_and_the_rest_is_shown(garden: Path) -> None:
    (garden / "Bad.md").write_text("text $\\frac{a$ text\n")

    done = lierne(garden, "build")

    assert done.returncode == 0
    assert "2 hints, 2 warnings; to see them" in done.stdout
    assert re.search(r"Bad\.md:1:7: S101 .*\nhelp: ", lierne(garden, "check").stdout)
    assert (garden / "site/Bad/index.html").is_file()


def test_verbose_says_what_mkdocs_says(garden: Path) -> None:
    done = lierne(garden, "build", "-v")

    assert "Documentation built in" in done.stderr
    assert "created src/softmax.py" in done.stdout


def test_an_empty_folder_is_a_site_of_nothing(tmp_path: Path) -> None:
    done = lierne(tmp_path, "build")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("0 notes, 0 concepts, 0 links\n0 targets\nno problems\n")
    assert (tmp_path / "site/index.html").is_file()


def fetched(port: int, path: str) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


@pytest.fixture
def serving(garden: Path) -> Iterator[int]:
    """`lierne serve` on a port that is free; gives the port."""
    process = subprocess.Popen(
        [sys.executable, "-m", "lierne", "serve", "--port", "0"],
        cwd=garden,
        env=environment(),
        stderr=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        text=True,
    )
    assert process.stderr
    port = None
    for line in process.stderr:
        if found := re.match(r"serving http://127\.0\.0\.1:(\d+)/", line):
            port = int(found[1])
            break
    assert port, "it ended without serving"
    yield port
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert process.returncode in (0, 130), rest
    assert "Traceback" not in rest


def test_a_saved_note_is_served_and_tangled(serving: int, garden: Path) -> None:
    status, before = fetched(serving, "/Softmax/")
    assert (status, "zebrafish" in before) == (200, True)
    assert fetched(serving, "/no/such/page/")[0] == 404
    note = garden / "Softmax.md"
    time.sleep(0.1)

    note.write_text(
        note.read_text("utf-8").replace("zebrafish", "goldfish").replace("/ sum", "/ 1 * sum"),
        "utf-8",
    )

    end = time.monotonic() + 60
    while "goldfish" not in fetched(serving, "/Softmax/")[1]:
        assert time.monotonic() < end
        time.sleep(0.1)
    assert "/ 1 * sum" in (garden / "src/softmax.py").read_text()
    assert not (garden / "site").exists()


def test_a_taken_port_is_a_sentence(serving: int, tmp_path: Path) -> None:
    done = lierne(tmp_path, "serve", "--port", str(serving))

    assert done.returncode == 2
    assert done.stderr.startswith(f"error: 127.0.0.1:{serving}: ")


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Lierne:
    """`lierne` from the built wheel, in an environment with its dependencies and no checkout."""
    pytest.importorskip("hatchling", reason="hatchling, which builds the wheel, is not installed")
    folder = tmp_path_factory.mktemp("wheel")
    build = "import sys; from hatchling.build import build_wheel; build_wheel(sys.argv[1])"
    subprocess.run(
        [sys.executable, "-c", build, str(folder)], cwd=ROOT, check=True, capture_output=True
    )
    (wheel,) = folder.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    python = folder / "env" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    code = "import sysconfig; print(sysconfig.get_paths()['purelib'])"
    packages = Path(subprocess.check_output([str(python), "-c", code], text=True).strip())
    # The dependencies are this environment's; but not what it knows of the checkout, which stands
    # in files that only a folder of packages has read: `.pth`.
    shutil.unpack_archive(wheel, packages, "zip")
    (packages / "dependencies.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")

    def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(python), "-m", "lierne", *arguments],
            cwd=folder,
            env=environment(),
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )

    return run


def test_the_wheel_does_for_a_foreign_vault_what_it_should(installed: Lierne, garden: Path) -> None:
    where = installed(garden, "check", "--format", "json")
    problems = {(p["path"], p["line"], p["code"]) for p in json.loads(where.stdout)}
    assert where.returncode == 1
    assert problems == {
        ("Embeds.md", 7, "L104"),
        ("Embeds.md", 25, "S103"),
        ("Home.md", 7, "L101"),
        ("Softmax.md", 5, "T101"),
    }

    graph = installed(garden, "graph", "--format", "json")
    kinds = {(e["source"], e["target"], e["kind"]) for e in json.loads(graph.stdout)["edges"]}
    assert graph.returncode == 0
    assert {
        ("Home.md", "Softmax.md", "link"),
        ("Home.md", "?rotary encoding", "link"),
        ("Softmax.md", "Home.md", "needs"),
        ("Softmax.md", "src/softmax.py", "tangles"),
        ("Embeds.md", "figures/leaf.svg", "embed"),
    } <= kinds

    tangled = installed(garden, "tangle")
    assert (tangled.returncode, tangled.stdout) == (0, "created src/softmax.py\n")
    softmax = subprocess.check_output(
        [sys.executable, "-c", "import softmax; print(softmax.softmax([0, 0]))"],
        cwd=garden / "src",
        text=True,
    )
    assert softmax == "[0.5, 0.5]\n"

    built = installed(garden, "build")
    assert (built.returncode, built.stderr) == (0, "")
    assert (garden / "site/Embeds/index.html").is_file()
    assert (garden / "site/assets/lierne/lierne-math.woff2").stat().st_size > 10_000


def test_the_wheel_holds_the_tool_alone(installed: Lierne, garden: Path) -> None:
    code = "import lierne, importlib.util as u; print(lierne.__file__, u.find_spec('transformer'))"
    shown = installed(garden, "--version")
    assert shown.stdout.startswith("lierne ")
    python = Path(shown.args[0])

    there = subprocess.check_output([str(python), "-c", code], cwd=garden, text=True)

    assert Path(there.split()[0]).is_relative_to(python.parents[1])
    assert there.split()[1] == "None"
