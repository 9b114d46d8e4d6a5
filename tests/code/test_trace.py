from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lierne.base.config import Config
from lierne.base.known import known_project
from lierne.code.targets import last
from lierne.code.trace.origins import Origins
from lierne.read.vault.vault import Vault

if TYPE_CHECKING:
    from collections.abc import Callable

TOOLS = Path(__file__).parents[2] / "tools"

SOFTMAX = """\
---
tangle: src/softmax.py
---
# Softmax

```python
def softmax(x):
    <<check>>
    return [a / sum(x) for a in x]
```

But not of nothing:

> ```python #check
> if not x:
>     raise ValueError(
>         "nothing: " + str(x + undefinéd(a="ü" if x else 1))
>     )
> ```

```python
def chained():
    try:
        softmax([0])
    except ZeroDivisionError as error:
        raise RuntimeError("no shares") from error
```
"""
BAD = "Some words.\n\n```python file=src/bad.py\ndef f(:\n    pass\n```\n"


class Project:
    """A project whose notes are tangled, and programs that use what they make."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("lierne.toml", "")
        self.write("vault/Softmax.md", SOFTMAX)
        self.tangle()

    def write(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_bytes(text.encode())

    def change(self, path: str, old: str, new: str) -> None:
        text = (self.root / path).read_bytes().decode()
        assert old in text
        self.write(path, text.replace(old, new))

    def tangle(self) -> None:
        assert last.plan(Vault(Config(self.root, vault="vault"))).carry_out() == []

    def forget(self) -> None:
        """Leaves what a fresh clone has."""
        for path in (self.root / ".lierne").iterdir():
            path.unlink()
        (self.root / ".lierne").rmdir()

    def origins(self) -> Callable[[int], tuple[str, int] | None]:
        """Says where the lines of the target come from."""
        found = Origins(str(self.root))
        return lambda line: found.of(str(self.root / "src/softmax.py"), line)

    def python(self, code: str, *options: str, **environment: str) -> str:
        """What a program prints that has said that tracebacks are to name notes."""
        return self.run(
            [*options, "-c", f"import lierne; lierne.trace_to_notes()\n{code}"], **environment
        )

    def run(self, arguments: list[str], given: str = "", **environment: str) -> str:
        own = {name: value for name, value in os.environ.items() if "COLOR" not in name}
        paths = os.pathsep.join(map(str, [TOOLS, self.root / "src"]))
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.root,
            env={**own, "PYTHONPATH": paths, "PYTHONIOENCODING": "utf-8", **environment},
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            check=False,
        )
        return done.stdout


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


# --- Where lines come from ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        (1, ("vault/Softmax.md", 7)),
        (2, ("vault/Softmax.md", 15)),
        (4, ("vault/Softmax.md", 17)),
        (6, ("vault/Softmax.md", 9)),
        (7, None),  # between two blocks
        (9, ("vault/Softmax.md", 22)),
        (99, None),
    ],
)
@pytest.mark.parametrize("fresh", [False, True], ids=["recorded", "fresh clone"])
def test_a_line_has_its_origin(
    project: Project, line: int, origin: tuple[str, int] | None, *, fresh: bool
) -> None:
    if fresh:
        project.forget()

    assert project.origins()(line) == origin


def test_nothing_is_tangled_where_the_record_knows(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lierne.code.tangle.tangle", None)
    project.write("src/by_hand.py", "x = 1\n")

    assert project.origins()(1) == ("vault/Softmax.md", 7)
    assert Origins(str(project.root)).of(str(project.root / "src/by_hand.py"), 1) is None


def test_a_target_that_was_edited_is_shown_as_it_is(project: Project) -> None:
    origin = project.origins()
    assert origin(6) is not None

    project.change("src/softmax.py", "sum(x)", "max(x)")
    assert origin(6) is None

    project.change("vault/Softmax.md", "sum(x)", "max(x)")  # as stitching would
    assert Origins(str(project.root)).of(str(project.root / "src/softmax.py"), 6) is not None


def test_words_that_were_added_since_move_the_line(project: Project) -> None:
    origin = project.origins()
    assert origin(6) == ("vault/Softmax.md", 9)

    project.change("vault/Softmax.md", "# Softmax\n", "# Softmax\n\nMore words.\n")
    assert origin(6) == ("vault/Softmax.md", 11)


def test_code_that_was_changed_in_the_note_is_not_what_failed(project: Project) -> None:
    origin = project.origins()
    assert origin(1) is not None

    project.change("vault/Softmax.md", "sum(x)", "max(x)")
    assert origin(1) is None

    project.tangle()
    assert origin(6) == ("vault/Softmax.md", 9)


def test_line_ends_do_not_matter(project: Project) -> None:
    project.change("src/softmax.py", "\n", "\r\n")
    project.change("vault/Softmax.md", "\n", "\r\n")

    assert project.origins()(6) == ("vault/Softmax.md", 9)


def test_a_note_outside_of_the_folder_is_shown_in_full(project: Project) -> None:
    found = Origins(str(project.root / "src")).of(str(project.root / "src/softmax.py"), 1)

    assert found == (str(project.root / "vault/Softmax.md"), 7)


def test_a_file_of_no_project_has_no_origin(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/x.py").write_text("x = 1\n")
    (tmp_path / "Note.md").write_text("```python file=src/x.py\nx = 1\n```\n")

    assert Origins(str(tmp_path)).of(str(tmp_path / "src/x.py"), 1) is None
    assert Origins(str(tmp_path)).of(os.__file__, 1) is None


@pytest.mark.parametrize(
    ("file", "text", "known"),
    [
        ("lierne.toml", "", True),
        ("pyproject.toml", "[tool.lierne]\n", True),
        ("pyproject.toml", "[project]\ndependencies = ['lierne']\n", False),
        ("pyproject.toml", "lierne = [", False),
        (".obsidian/app.json", "{}", True),
        (".lierne/store.db", "", True),
        ("README.md", "lierne", False),
    ],
)
def test_a_project_says_that_it_is_one(
    tmp_path: Path, file: str, text: str, *, known: bool
) -> None:
    (tmp_path / file).parent.mkdir(exist_ok=True)
    (tmp_path / file).write_text(text)
    (tmp_path / "src/deep").mkdir(parents=True)

    assert known_project(str(tmp_path / "src/deep")) == (str(tmp_path) if known else None)


# --- What Python shows ----------------------------------------------------------------------------


def test_an_exception_names_the_note(project: Project) -> None:
    shown = project.python("import softmax; softmax.softmax([0])")

    assert "src" not in shown
    assert 'File "vault/Softmax.md", line 9, in softmax\n    return [a / sum(x)' in shown
    assert shown.endswith("ZeroDivisionError: division by zero\n")


def test_marks_stand_under_what_they_stood_under(project: Project) -> None:
    shown = project.python("import softmax; softmax.softmax([])").splitlines()

    at = shown.index('  File "vault/Softmax.md", line 17, in softmax')
    assert shown[at + 1 : at + 3] == [
        '    "nothing: " + str(x + undefinéd(a="ü" if x else 1))',
        "                          ^^^^^^^^^",
    ]


def test_each_of_a_chain_names_the_note(project: Project) -> None:
    shown = project.python("import softmax; softmax.chained()")

    assert "line 24, in chained\n    softmax([0])" in shown
    assert "direct cause" in shown
    assert 'File "vault/Softmax.md", line 26, in chained\n    raise RuntimeError' in shown
    assert "softmax.py" not in shown


def test_what_was_being_handled_names_the_note(project: Project) -> None:
    code = "try: softmax.softmax([0])\nexcept ZeroDivisionError: softmax.softmax([])"
    shown = project.python(f"import softmax\n{code}")

    assert 'File "vault/Softmax.md", line 9, in softmax' in shown
    assert "During handling" in shown
    assert 'File "vault/Softmax.md", line 17, in softmax' in shown


def test_each_of_a_group_names_the_note(project: Project) -> None:
    code = """\
import softmax
found = []
for x in [0], []:
    try: softmax.softmax(x)
    except Exception as error: found.append(error)
raise ExceptionGroup("many", found)"""
    shown = project.python(code)

    assert '|   File "vault/Softmax.md", line 9, in softmax\n    |     return [' in shown
    assert '|   File "vault/Softmax.md", line 17, in softmax' in shown
    assert "softmax.py" not in shown


def test_a_syntax_error_names_the_note(project: Project) -> None:
    project.write("vault/Bad.md", BAD)
    project.tangle()

    shown = project.python("import bad").splitlines()

    at = shown.index('  File "vault/Bad.md", line 4')
    assert shown[at + 1 : at + 3] == ["    def f(:", "          ^"]


def test_recursion_is_still_cut_short(project: Project) -> None:
    project.change("vault/Softmax.md", "    <<check>>", "    softmax(x)")
    project.tangle()

    shown = project.python("import softmax; softmax.softmax([])")

    assert shown.count('File "vault/Softmax.md", line 8, in softmax') == 3
    assert "[Previous line repeated" in shown


def test_a_warning_names_the_note(project: Project) -> None:
    project.change("vault/Softmax.md", ">     raise ValueError(", ">     import warnings")
    project.change("vault/Softmax.md", '>         "nothing: " + str(', ">     warnings.warn(str(")
    project.change("vault/Softmax.md", ">     )\n", "")
    project.change("vault/Softmax.md", 'x + undefinéd(a="ü" if x else 1)', "'none'),")
    project.change("vault/Softmax.md", "'none'),)", "'none'), stacklevel=1)")
    project.tangle()

    shown = project.python("import softmax; softmax.softmax([])")

    assert shown == (
        "vault/Softmax.md:17: UserWarning: none\n  warnings.warn(str('none'), stacklevel=1)\n"
    )


def test_a_warning_of_the_compiler_names_the_note(project: Project) -> None:
    project.write("vault/Odd.md", "```python file=src/odd.py\nx = 1\ny = x is 1\n```\n")
    project.tangle()

    shown = project.python("import odd", "-W", "always")

    assert "vault/Odd.md:3: SyntaxWarning:" in shown


def test_other_warnings_are_shown_as_ever(project: Project) -> None:
    shown = project.python("import warnings; warnings.warn_explicit('w', UserWarning, 'f.py', 7)")

    assert shown == "f.py:7: UserWarning: w\n"


def test_threads_and_logs_name_the_note(project: Project) -> None:
    code = """\
import logging, softmax, threading
thread = threading.Thread(target=softmax.softmax, args=([],), name="one")
thread.start()
thread.join()
try: softmax.softmax([0])
except ZeroDivisionError: logging.exception("oh")"""
    shown = project.python(code)

    assert "Exception in thread one:\n" in shown
    assert 'File "vault/Softmax.md", line 17, in softmax' in shown
    assert "ERROR:root:oh\nTraceback" in shown
    assert 'File "vault/Softmax.md", line 9, in softmax' in shown
    assert "softmax.py" not in shown


def test_a_thread_that_leaves_says_nothing(project: Project) -> None:
    code = "import sys, threading; threading.Thread(target=sys.exit, args=(3,)).start()"

    assert project.python(code) == ""


def test_notes_and_colours_of_an_exception_stay(project: Project) -> None:
    code = (
        "import softmax\ntry: softmax.softmax([0])\nexcept Exception as e: e.add_note('see'); raise"
    )
    shown = project.python(code, FORCE_COLOR="1")

    assert shown.endswith("see\n")
    assert ("\x1b[" in shown) == (sys.version_info >= (3, 13))
    assert "Softmax.md" in shown


def test_the_interpreter_names_the_note(project: Project) -> None:
    given = "import lierne; lierne.trace_to_notes()\nimport softmax\nsoftmax.softmax([0])\n1 + 1\n"
    shown = project.run(["-i", "-q"], given)

    assert 'File "vault/Softmax.md", line 9, in softmax\n    return [a / sum(x)' in shown
    assert "2\n" in shown


def test_the_debugger_stays_in_the_target(project: Project) -> None:
    given = """\
import lierne; lierne.trace_to_notes()
import pdb, softmax
pdb.run("softmax.softmax([0])")
break softmax.softmax
continue
list
next
where
continue
"""
    # Unbuffered, so that the interpreter leaves the lines after its own to the debugger.
    shown = project.run(["-i", "-q", "-u"], given)

    assert f"Breakpoint 1 at {project.root / 'src/softmax.py'}:1" in shown or (
        f"Breakpoint 1 at {project.root / 'src/softmax.py'}:2" in shown
    )
    assert "def softmax(x):" in shown
    assert f"> {project.root / 'src/softmax.py'}(6)softmax()" in shown
    assert 'File "vault/Softmax.md", line 9, in softmax' in shown


def test_the_debugger_finds_the_target_after_the_end(project: Project) -> None:
    code = """\
import pdb, softmax
try: softmax.softmax([])
except NameError as error: pdb.post_mortem(error.__traceback__)"""
    shown = project.run(["-c", f"import lierne; lierne.trace_to_notes()\n{code}"], "p x\nlist\n")

    assert f"> {project.root / 'src/softmax.py'}(4)softmax()" in shown
    assert "(Pdb) []\n" in shown
    assert "if not x:" in shown


def test_a_hook_of_somebody_else_is_left_alone(project: Project) -> None:
    script = """\
import sys
sys.excepthook = lambda *_: print("mine")
import lierne; lierne.trace_to_notes(); lierne.trace_to_notes()
1 / 0
"""

    assert project.run(["-c", script]) == "mine\n"


def test_an_exception_is_shown_whatever_goes_wrong(project: Project) -> None:
    project.write("lierne.toml", "vault = 7")

    shown = project.python("import softmax; softmax.softmax([0])")

    assert shown.endswith("ZeroDivisionError: division by zero\n")
    assert f'File "{project.root / "src/softmax.py"}", line 6, in softmax' in shown


def test_a_program_that_begins_elsewhere_sees_whole_paths(project: Project) -> None:
    code = "import os; os.chdir('src'); import softmax; softmax.softmax([0])"

    assert 'File "vault/Softmax.md", line 9' in project.python(code)


def test_it_costs_little_until_something_is_shown(project: Project) -> None:
    loaded = project.python("import sys; print(*sys.modules)").split()

    assert "lierne.code.trace.hook" in loaded
    heavy = {"lierne.code.map", "sqlite3", "json", "dataclasses", "markdown_it", "pathlib"}
    without = project.run(["-c", "import sys; print(*sys.modules)"]).split()
    assert not heavy.difference(without).intersection(loaded)


def test_odd_syntax_errors_are_shown_as_ever(project: Project) -> None:
    shown = project.python("raise SyntaxError('odd', (b'f.py', 'x', None, 'text'))")

    assert shown.endswith("SyntaxError: odd\n")


def test_another_wrapper_does_not_count_as_ours(project: Project) -> None:
    script = """\
import functools, traceback
inner = traceback.TracebackException.__init__
@functools.wraps(inner)
def wrapper(*arguments, **options): inner(*arguments, **options)
traceback.TracebackException.__init__ = wrapper
import lierne; lierne.trace_to_notes()
import softmax; softmax.softmax([0])
"""

    assert 'File "vault/Softmax.md", line 9' in project.run(["-c", script])
