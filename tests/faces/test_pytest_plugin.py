"""What pytest shows where Lierne is installed: failures in notes, and notes that are tests."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import find
from lierne.code.targets import last
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from pathlib import Path

SOFTMAX = """\
---
tangle: src/softmax.py
---
# Softmax

```python
def softmax(x):
    if len(x) == 1:
        <<warn>>
    return [a / sum(x) for a in x]
```

> ```python #warn
> import warnings
> warnings.warn("only one", stacklevel=1)
> ```

```python
def both():
    try:
        softmax([0, 0])
    except ZeroDivisionError as error:
        raise RuntimeError("no shares") from error
```
"""

TESTS = """\
```python file=tests/test_it.py
import logging, threading
import softmax

def test_assertion():
    shares = softmax.softmax([1, 1])
    assert shares == [0.3, 0.7]

def test_chain():
    softmax.both()

def test_group():
    try: softmax.both()
    except RuntimeError as error: raise ExceptionGroup("many", [error])

def test_syntax():
    import bad

def test_warning():
    softmax.softmax([1])

def test_thread():
    thread = threading.Thread(target=softmax.both)
    thread.start()
    thread.join()

def test_log():
    try: softmax.both()
    except RuntimeError: logging.exception("oh")
    assert 0
```
"""
BAD = "\n\n```python file=src/bad.py\ndef f(:\n```\n"
CHECKED = """\
```python file=tests/test_it.py
import softmax

def test_it():
    {}
```
"""

RUNS = """\
# Runs

## Saturation

```python run
from softmax import softmax
x = softmax([1, 3])
x
```

```output
[0.25, 0.75]
```

Again:

```python run
print(x[0])
```

```output
0.25
```

## 1.2 The end

```python run
y = 1
```
"""


class Project:
    """A project whose notes are tangled, and in which pytest is run."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("lierne.toml", "")
        self.write("pytest.ini", "[pytest]\npythonpath = src\n")
        self.write("vault/Softmax.md", SOFTMAX)

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, "utf-8")

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_text("utf-8")
        assert old in text
        self.write(path, text.replace(old, new))

    def checks(self, line: str) -> None:
        """Makes a note with a test that does what a line says."""
        self.write("vault/Tests.md", CHECKED.format(line))

    def tangle(self) -> None:
        assert last.plan(Vault(find(self.root))).carry_out() == []

    def pytest(
        self, *arguments: str, tangle: bool = True, cwd: str = ".", all_: bool = False
    ) -> str:
        """What pytest prints; other plugins are loaded only if all are asked for: it takes long."""
        if tangle:
            self.tangle()
        ci = {"CI", "BUILD_NUMBER"}  # pytest shortens no line where it sees one of them
        own = {k: v for k, v in os.environ.items() if "COLOR" not in k and k not in ci}
        only = {} if all_ else {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        ours = [] if all_ or "no:lierne" in arguments else ["-p", "lierne"]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *ours, *arguments],
            cwd=self.root / cwd,
            env={**own, **only, "PYTHONIOENCODING": "utf-8", "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        assert "INTERNALERROR" not in done.stdout
        return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


# --- Failures name notes --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def failures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """By style, what is shown of each test, and of all warnings and of the rest together."""
    project = Project(tmp_path_factory.mktemp("failures"))
    project.write("vault/Tests.md", TESTS)
    project.write("vault/Bad.md", BAD)
    found = {}
    for style in ["long", "short", "native"]:
        parts = re.split(r"^[_=]+ (.+) [_=]+$", project.pytest(f"--tb={style}"), flags=re.MULTILINE)
        found[style] = dict(zip(parts[1::2], parts[2::2], strict=True))
    return found


@pytest.mark.parametrize("style", ["long", "short", "native"])
def test_a_failed_assertion_names_its_note_and_is_explained(
    failures: dict[str, dict[str, str]], style: str
) -> None:
    shown = failures[style]["test_assertion"]

    assert re.search(r'vault/Tests.md(:|", line )7', shown)
    assert "assert [0.5, 0.5] == [0.3, 0.7]" in shown
    assert "At index 0 diff: 0.5 != 0.3" in shown
    assert "test_it.py" not in shown
    assert (
        "FAILED tests/test_it.py::test_assertion - assert [0.5, 0.5]"
        in (failures[style]["short test summary info"])
    )


@pytest.mark.parametrize("style", ["long", "short", "native"])
def test_each_of_a_chain_names_its_note(failures: dict[str, dict[str, str]], style: str) -> None:
    shown = failures[style]["test_chain"]

    for place in ["Tests.md{}10", "Softmax.md{}10", "Softmax.md{}21", "Softmax.md{}23"]:
        assert f"vault/{place}".format('", line ' if style == "native" else ":") in shown
    assert "softmax.py" not in shown


def test_each_of_a_group_names_its_note(failures: dict[str, dict[str, str]]) -> None:
    shown = failures["long"]["test_group"]

    assert '    |   File "vault/Softmax.md", line 23, in both\n' in shown
    assert '    |   File "vault/Softmax.md", line 10, in softmax\n' in shown
    assert "softmax.py" not in shown


def test_a_syntax_error_names_its_note(failures: dict[str, dict[str, str]]) -> None:
    assert 'E         File "vault/Bad.md", line 4\n' in failures["long"]["test_syntax"]
    assert "bad.py" not in str(failures)


def test_a_warning_names_its_note(failures: dict[str, dict[str, str]]) -> None:
    shown = failures["long"]["warnings summary"]

    assert "  vault/Softmax.md:15: UserWarning: only one\n" in shown
    assert '    warnings.warn("only one", stacklevel=1)\n' in shown


def test_a_thread_and_a_log_name_notes(failures: dict[str, dict[str, str]]) -> None:
    assert 'File "vault/Softmax.md", line 23, in both' in failures["long"]["warnings summary"]
    assert 'File "vault/Softmax.md", line 23, in both' in failures["long"]["test_log"]


def test_what_cannot_be_collected_names_its_note(project: Project) -> None:
    project.write("vault/Bad.md", BAD)
    project.write("vault/One.md", "```python file=tests/test_one.py\nimport bad\n```\n")
    project.write("vault/Two.md", "\n```python file=tests/test_two.py\nimport gone\n```\n")

    shown = project.pytest()

    assert "vault/One.md:2: in <module>\n    import bad\n" in shown
    assert 'E     File "vault/Bad.md", line 4\n' in shown
    assert "vault/Two.md:3: in <module>\n    import gone\n" in shown


def test_a_doctest_names_its_note(project: Project) -> None:
    project.write(
        "vault/Doc.md",
        '\n```python file=src/doc.py\ndef f(x):\n    """Doubles.\n\n    >>> f(2)\n    5\n'
        '    """\n    return 2 * x\n```\n',
    )

    shown = project.pytest("--doctest-modules", "src/doc.py")

    assert "006     >>> f(2)\n" in shown
    assert "vault/Doc.md:6: DocTestFailure" in shown


def test_an_edited_target_is_shown_as_it_is(project: Project) -> None:
    project.checks("softmax.both()")
    project.pytest()
    project.change("src/softmax.py", "no shares", "none")

    shown = project.pytest(tangle=False)

    assert "src/softmax.py:12: RuntimeError" in shown
    assert "vault/Tests.md:5:" in shown


def test_from_another_folder_paths_can_still_be_followed(project: Project) -> None:
    project.checks("assert 0")

    assert f"{project.root}/vault/Tests.md:5: AssertionError" in project.pytest("..", cwd="src")


def test_it_can_be_turned_off(project: Project) -> None:
    project.checks("assert 0")
    project.write("vault/Runs.md", RUNS)

    shown = project.pytest("-p", "no:lierne", all_=True)

    assert "tests/test_it.py:4: AssertionError" in shown
    assert "collected 1 item" in shown


# --- Notes are tests ------------------------------------------------------------------------------


def test_run_blocks_are_tests_named_by_note_and_heading(project: Project) -> None:
    project.write("vault/Runs.md", RUNS)

    shown = project.pytest("-v", "vault")

    assert "vault/Runs.md::Saturation PASSED" in shown
    assert "vault/Runs.md::Saturation 2 PASSED" in shown
    assert "vault/Runs.md::1.2 The end PASSED" in shown
    assert "3 passed" in shown


def test_names_are_different_whatever_the_headings_are(project: Project) -> None:
    block = "```python run\n1;\n```\n"
    project.write(
        "vault/A::b.md" if os.name != "nt" else "vault/A b.md",
        f"{block}# X\n{block}{block}# X 2\n{block}# `a::b`  *c*\n{block}",
    )

    shown = project.pytest("--collect-only", "-q", "vault")
    names = [line.split(".md::")[1] for line in shown.splitlines() if ".md::" in line]

    assert names == ["A::b" if os.name != "nt" else "A b", "X", "X 2", "X 2 2", "a:b c"]


def test_they_can_be_asked_for(project: Project) -> None:
    project.write("vault/Runs.md", RUNS)

    assert "2 passed, 1 deselected" in project.pytest("-k", "Saturation")
    assert "1 passed" in project.pytest("vault/Runs.md::Saturation 2")


def test_they_are_found_where_pytest_looks(project: Project) -> None:
    project.write("vault/Runs.md", RUNS)
    project.checks("pass")
    assert "4 passed" in project.pytest()

    project.write("pytest.ini", "[pytest]\npythonpath = src\ntestpaths = tests\n")
    assert "1 passed" in project.pytest()


def test_a_block_that_raises_fails_at_its_line(project: Project) -> None:
    project.write("vault/Runs.md", RUNS.replace("print(x[0])", "print(x[0])\nsoftmax([0, 0])"))

    shown = project.pytest("vault")

    assert "Runs: Saturation 2" in shown
    assert 'File "vault/Runs.md", line 19, in <module>\n    softmax([0, 0])\n' in shown
    assert 'File "vault/Softmax.md", line 10, in softmax\n    return [a / sum(x)' in shown
    assert "\nvault/Runs.md:19: ZeroDivisionError: division by zero\n" in shown
    assert "FAILED vault/Runs.md::Saturation 2 - ZeroDivisionError: division by zero" in shown
    assert "1 failed, 1 passed, 1 skipped" in shown


def test_a_failure_before_the_block_that_is_asked_for_is_its_own(project: Project) -> None:
    project.write("vault/Runs.md", RUNS.replace("softmax([1, 3])", "softmax([0, 0])"))

    shown = project.pytest("vault/Runs.md::1.2 The end")

    assert "vault/Runs.md:7: ZeroDivisionError" in shown
    assert "1 failed" in shown


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("[0.25, 0.75]", "[0.25, 0.5]", 11),
        ("y = 1", "print(1)", 27),
        ("print(x[0])", "x[0];", 21),
    ],
    ids=["other", "more", "less"],
)
def test_a_block_whose_output_is_another_fails(
    project: Project, old: str, new: str, place: int
) -> None:
    project.write("vault/Runs.md", RUNS.replace(old, new))

    shown = project.pytest("vault")

    assert f"\nvault/Runs.md:{place}: this block does not print what the note shows" in shown
    assert "1 failed, 2 passed" in shown


def test_outputs_are_compared_as_their_blocks_say(project: Project) -> None:
    near = RUNS.replace("```python run\nfrom", "```python run tolerance=1e-2\nfrom")
    project.write("vault/Runs.md", near.replace("[0.25, 0.75]", "[0.2501, 0.75]"))

    assert "3 passed" in project.pytest("vault")


def test_what_lies_on_the_disk_must_be_what_the_notes_make(project: Project) -> None:
    project.write("vault/Runs.md", RUNS)
    project.pytest("vault")
    project.change("src/softmax.py", "sum(x)", "max(x)")

    shown = project.pytest("vault", tangle=False)

    assert "this block imports `src/softmax.py`, which is not as the notes say" in shown
    assert "3 failed" in shown


def test_nothing_runs_twice_if_the_cache_may_be_asked(project: Project) -> None:
    counter = "open('count', 'a').write('x');"
    project.write("vault/Runs.md", RUNS.replace("y = 1", counter))
    count = project.root / "count"

    assert "3 passed" in project.pytest("vault")
    assert "3 passed" in project.pytest("vault", "--lierne-cached")
    assert count.read_text() == "x"

    assert "3 passed" in project.pytest("vault")
    assert count.read_text() == "xx"


def test_files_that_are_no_notes_are_left_alone(project: Project) -> None:
    project.write("docs/Runs.md", RUNS)
    project.write("vault/.trash/Runs.md", RUNS)
    project.write("vault/old/Runs.md", RUNS)
    project.write("lierne.toml", "exclude = ['old']")

    assert "no tests ran" in project.pytest("docs", "vault/.trash", "vault/old", "vault")


def test_a_vault_of_obsidians_in_a_folder_without_settings(project: Project) -> None:
    project.write("vault/.obsidian/app.json", "{}")
    project.write("vault/Runs.md", RUNS)
    project.pytest("vault")  # leaves the folder in which records are kept
    (project.root / "lierne.toml").unlink()

    assert "3 passed" in project.pytest("vault", tangle=False)


def test_outside_a_project_nothing_is_looked_at(tmp_path: Path) -> None:
    outside = Project(tmp_path)
    outside.write("Runs.md", "```python run\n1 / 0\n```\n")
    outside.write("src/softmax.py", "x = 1\n")
    outside.write("test_it.py", "import sys\n\ndef test_it(): assert not sys.modules\n")
    (tmp_path / "lierne.toml").unlink()

    shown = outside.pytest("-vv", tangle=False)

    assert "1 failed" in shown
    assert "test_it.py:3: AssertionError" in shown
    assert "lierne.base.known" in shown
    assert not re.findall(r"'lierne\.(?:read|code\.(?!trace)|base\.(?!known)|site)[.\w]*'", shown)


def test_settings_that_cannot_be_used_are_told(project: Project) -> None:
    project.write("lierne.toml", "vault = 7")

    assert "`vault` must be a text" in project.pytest("vault", tangle=False)


def test_it_is_no_matter_to_strict_settings(project: Project) -> None:
    project.write(
        "pytest.ini",
        "[pytest]\npythonpath = src\nfilterwarnings = error\naddopts = --strict-markers"
        " --strict-config --import-mode=importlib\n",
    )
    project.write("vault/Runs.md", RUNS)
    project.checks("assert 0")

    shown = project.pytest(all_=True)

    assert "vault/Tests.md:5: AssertionError" in shown
    assert "1 failed, 3 passed" in shown
