"""What names in Python code stand for."""

from __future__ import annotations

import time
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest

from lierne.code.names.definitions import Definitions
from lierne.code.names.module import read

if TYPE_CHECKING:
    from tests.conftest import Grows

SOFTMAX = '''\
"""Scores become shares."""

LIMIT = 709


def softmax(scores, axis=-1):
    """Turn scores into shares.

    More.
    """
    return scores


class Tape:
    """A record."""

    size: int = 0

    def undo(self):
        return self.size

    def all(self):
        return self.undo()
'''


def linked(code: str, path: str = "src/m/use.py", **files: str) -> list[str]:
    """What the names in a file stand for: `line:column word name`, in order."""
    code = dedent(code)
    texts = {"src/m/soft.py": SOFTMAX, **{f"src/m/{k}.py": dedent(v) for k, v in files.items()}}
    uses = Definitions({**texts, path: code}, ("src", "tests")).uses(path)
    rows = code.split("\n")
    found = []
    for use in sorted(uses, key=lambda use: (use.line, use.column)):
        word = rows[use.line - 1][use.column : use.column + use.length]
        found.append(f"{use.line}:{use.column} {word} {use.name or use.target}")
    return found


def names(code: str, **files: str) -> list[str]:
    """The words of the last lines that stand for something, without those of imports."""
    rows = dedent(code).split("\n")
    return [
        " ".join(found.split()[1:])
        for found in linked(code, **files)
        if "import" not in rows[int(found.split(":")[0]) - 1]
    ]


class TestImported:
    def test_a_name_and_the_module_that_it_comes_from(self) -> None:
        assert linked("from m.soft import softmax\nsoftmax(1)\n") == [
            "1:5 m.soft src/m/soft.py",
            "1:19 softmax softmax",
            "2:0 softmax softmax",
        ]

    def test_under_another_name(self) -> None:
        assert linked("from m.soft import softmax as s\ns(1)\n")[1:] == [
            "1:19 softmax softmax",
            "2:0 s softmax",
        ]

    @pytest.mark.parametrize(
        "code",
        [
            "import m.soft as s\ns.softmax(s.LIMIT)",
            "import m.soft\nm.soft.softmax(m.soft.LIMIT)",
            "from m import soft\nsoft.softmax(soft.LIMIT)",
            "from . import soft\nsoft.softmax(soft.LIMIT)",
            "from .soft import softmax, LIMIT\nsoftmax(LIMIT)",
            "from ..m.soft import *\nsoftmax(LIMIT)",
            "def f():\n    from m.soft import softmax, LIMIT\n    softmax(LIMIT)",
            "try:\n    from m.soft import softmax, LIMIT\nexcept:\n    softmax = 0\nsoftmax(LIMIT)",
        ],
    )
    def test_in_every_way_that_python_has(self, code: str) -> None:
        found = names(code)

        assert [one for one in found if not one.endswith(".py")] == [
            "softmax softmax",
            "LIMIT LIMIT",
        ]

    def test_by_way_of_a_package_that_hands_it_on(self) -> None:
        package = "from .soft import softmax\n"

        assert names("from m import softmax\nsoftmax()", __init__=package) == ["softmax softmax"]

    def test_of_a_module_before_one_of_the_tests_that_is_called_alike(self) -> None:
        texts = {
            "src/a.py": "x = 1\n",
            "tests/a.py": "x = 2\n",
            "src/b.py": "from a import x\n",
            "tests/b.py": "from a import x\n",
        }
        found = Definitions(texts, ("src", "tests"))

        for place in ("src", "tests"):
            targets = {use.target for use in found.uses(f"{place}/b.py")}
            assert targets == {f"{place}/a.py"}

    def test_of_nobody_or_in_a_circle_leads_nowhere(self) -> None:
        circle = {"a": "from m.b import x\n", "b": "from m.a import x\n"}

        assert names("from numpy import array\nfrom m.a import x\narray(x)", **circle) == []

    def test_of_what_may_not_be_spoken_of_leads_nowhere_and_to_nothing_else(self) -> None:
        code = "from a.b import x\nimport a.b\nx(a.b.x)\n"
        texts = {"src/u.py": code, "tests/a/b.py": "x = 1\n", "src/a/__init__.py": "x = 1\n"}

        found = Definitions(texts, ("src", "tests"), silent=["src/a/b.py"]).uses("src/u.py")

        assert {use.target for use in found} <= {"src/a/__init__.py"}
        assert {use.name for use in found} <= {""}


class TestShadowed:
    @pytest.mark.parametrize(
        "code",
        [
            "def f(softmax):\n    softmax()",
            "def f(*softmax):\n    softmax()",
            "def f(*, softmax=1):\n    softmax()",
            "def f():\n    softmax()\n    softmax = 1",
            "def f():\n    for softmax in []:\n        softmax()",
            "def f():\n    with open('x') as softmax:\n        softmax()",
            "def f():\n    try:\n        pass\n    except E as softmax:\n        softmax()",
            "def f():\n    if (softmax := 1):\n        softmax()",
            "def f():\n    [y for y in [1] if (softmax := y)]\n    softmax()",
            "def f(x):\n    match x:\n        case [softmax, *_]:\n            softmax()",
            "def f(x):\n    match x:\n        case {**softmax}:\n            softmax()",
            "def f():\n    def softmax(): ...\n    softmax()",
            "def f():\n    class softmax: ...\n    softmax()",
            "def f():\n    import softmax\n    softmax()",
            "def f():\n    softmax = 1\n    def g():\n        softmax()",
            "def f():\n    softmax = 1\n    def g():\n        nonlocal softmax\n        softmax()",
            "[softmax() for softmax in []]",
            "{softmax: softmax() for softmax in []}",
            "lambda softmax: softmax()",
            "for softmax in []:\n    softmax()",
            "softmax = 1\nsoftmax()",
            "class A:\n    softmax = 1\n    softmax2 = [0 for _ in softmax]",
        ],
    )
    def test_a_name_that_means_something_else_here_leads_nowhere(self, code: str) -> None:
        assert "softmax softmax" not in names(f"from m.soft import softmax\n{code}\n")

    @pytest.mark.parametrize(
        "code",
        [
            "def f(x=softmax):\n    softmax = 1",
            "class A:\n    softmax = 1\n    def f(self):\n        softmax()",
            "[x for x in softmax() for softmax in x]",
            "def f():\n    global softmax\n    softmax()",
            "def f():\n    return [softmax(x) for x in []]",
            "def f():\n    def g():\n        return lambda: softmax()",
        ],
    )
    def test_and_one_that_does_not_leads_there(self, code: str) -> None:
        assert names(f"from m.soft import softmax\n{code}\n") == ["softmax softmax"]


class TestOwn:
    def test_names_of_the_same_file_before_and_after_their_definition(self) -> None:
        code = "def f():\n    return g(A)\n\ndef g(x): ...\n\nA = 1\n"

        assert names(code) == ["g g", "A A"]

    def test_what_is_defined_twice_is_the_first_and_a_variable_is_nobody_s(self) -> None:
        found = read("src/a.py", "def f(): ...\nx = 1\nx = 2\ndef f(a): ...\ny = 1\n").definitions

        assert {name: one.line for name, one in found.items()} == {"f": 1, "y": 5}

    def test_what_is_defined_in_case_something_fails_is_second(self) -> None:
        code = """\
            from typing import overload
            try:
                import fast
            except ImportError:
                def f(): ...
            else:
                def f(fast): ...
            @overload
            def g(x: int): ...
            def g(x): ...
            """
        found = read("src/a.py", dedent(code)).definitions

        assert {name: one.signature for name, one in found.items()} == {
            "f": "f(fast)",
            "g": "g(x)",
        }


class TestMembers:
    def test_methods_of_self_and_of_what_a_class_makes(self) -> None:
        code = """\
            from m.soft import Tape
            class Mine(Tape):
                def more(self, other: Tape | None):
                    self.more()
                    self.undo()
                    self.nothing()
                    other.all()
                    other = other
            def f(tape: Tape):
                tape.size
                tape.undo.x
                Tape().all()
                mine = Mine()
                mine.undo()
            """

        assert [one.split()[1] for one in names(code) if "." in one] == [
            "Mine.more",
            "Tape.undo",
            "Tape.size",
            "Tape.undo",
            "Tape.all",
            "Tape.undo",
        ]

    def test_not_of_what_may_be_something_else(self) -> None:
        code = """\
            from m.soft import Tape
            def f(a: Tape, b: list[Tape], c):
                a = c
                a.undo()
                b.undo()
                a2 = Tape()
                a2().undo()
                made = a2()
                made.undo()
            class A:
                @staticmethod
                def g(self):
                    self.undo()
            """

        assert [one for one in names(code) if "." in one] == []

    def test_a_constant_that_a_class_makes(self) -> None:
        found = names(
            "from m.data import tape\ntape.undo()", data="from m.soft import Tape\ntape = Tape()\n"
        )

        assert found == ["tape tape", "undo Tape.undo"]


class TestScript:
    def test_run_blocks_share_their_names(self) -> None:
        found = Definitions({"src/soft.py": SOFTMAX}, ("src",))

        uses, own = found.uses_in_script(
            [
                "from soft import softmax, Tape\ntape = Tape()\n",
                "no python\n",
                "def twice(x): ...\nscores = 1\n",
                "softmax(twice(scores))\ntape.undo()\n",
            ]
        )

        assert list(own) == ["twice"]
        assert [(u.line, u.name) for u in uses if u.line > 3] == [
            (6, "softmax"),
            (6, "twice"),
            (7, "Tape.undo"),
        ]

    def test_what_they_define_twice_is_nobody_s(self) -> None:
        uses, own = Definitions({}, ()).uses_in_script(["def f(): ...\nf()\ndef f(x): ...\nf(1)\n"])

        assert (uses, own) == ((), {})


@pytest.mark.parametrize(
    "code",
    [
        "def f(:\n",
        "a\rb = 1",
        "x = " + "(" * 500,
        "x = " + "-" * 5000 + "1",
        "\0",
        "x = 1" + "+1" * 9000,
    ],
    ids=["syntax", "line end", "depth", "signs", "zero", "sum"],
)
def test_what_cannot_be_read_has_no_names(code: str) -> None:
    found = Definitions({"src/a.py": code, "src/b.py": "from a import x\n"}, ("src",))

    assert found.uses("src/a.py") == ()
    assert {use.name for use in found.uses("src/b.py")} == {""}


def test_columns_count_characters() -> None:
    assert (
        linked("from m.soft import softmax\nx = 'çöğ🦓', softmax\n")[-1] == "2:12 softmax softmax"
    )


LONG = "async def f(a, /, b: int = 1_000, *c, d='x', **e) -> 'A':"
SPREAD = "def f(\n    a: int,\n    *,\n    b: list[\n        int\n    ] = [],\n): ..."


@pytest.mark.parametrize(
    ("code", "signature", "about"),
    [
        ("def f(): ...", "f()", ""),
        (f"{LONG} '''  Says.\n\n    More.'''", LONG[10:-1], "Says."),
        (SPREAD, "f(a: int, *, b: list[int] = [])", ""),
        ("class f(Base, metaclass=M):\n    '''A class.'''", "class f(Base)", "A class."),
        ("f: int = 3", "f: int = 3", ""),
        ("f = 'ç' * 3", "f = 'ç' * 3", ""),
        ("g, f = 1, 2", "g, f = 1, 2", ""),
        ("fg = f = 1", "fg = f = 1", ""),
        ("f = [" + "1, " * 100 + "]", "f = [" + "1, " * 51 + "1…", ""),
        ("def f(x):\n    'y'.join(x)", "f(x)", ""),
    ],
)
def test_a_definition_says_in_one_line_what_it_is(code: str, signature: str, about: str) -> None:
    found = read("src/a.py", f"{code}\n").definitions["f"]

    assert (found.signature, found.about) == (signature, about)


def test_a_method_is_called_without_self() -> None:
    code = """\
        class A:
            def f(self, x): ...
            @property
            def g(self) -> int: ...
            @staticmethod
            def h(x): ...
            @classmethod
            def i(cls, /, x): ...
        """
    found = read("src/a.py", dedent(code)).definitions

    assert [one.signature for one in found.values()][1:] == [
        "A.f(x)",
        "A.g -> int",
        "A.h(x)",
        "A.i(x)",
    ]


def test_definitions_are_where_their_names_stand() -> None:
    code = "async  def d(): ...\n@x\nclass s: ...\nclass çç:\n    e: int\nd2 = e2 = 1\n"
    rows = code.split("\n")

    found = read("src/a.py", code).definitions.values()

    assert [rows[one.line - 1][one.column :][: one.length] for one in found] == (
        ["d", "s", "çç", "e", "d2", "e2"]
    )


def test_what_still_holds_is_taken_over_and_all_else_is_found_anew() -> None:
    texts = {
        "src/a.py": "def f(x): ...\n",
        "src/b.py": "from a import f\nf(1)\n",
        "src/c.py": "from b import f\nf(2)\n",
    }
    changes = [
        {"src/a.py": "# Longer.\ndef f(x, y): ...\n"},
        {"src/b.py": "\nfrom a import f, f as g\ng(f)\n"},
        {"src/a.py": "def g(x): ...\n"},
        {"src/a.py": "from d import f\n", "src/d.py": "f = 1\n"},
        {"src/b.py": "def f(): ...\n"},
        {"src/a.py": "def (\n"},
    ]
    known = Definitions(texts, ("src",))
    for change in [{}, *changes]:
        texts = {**texts, **change}
        fresh, known = Definitions(texts, ("src",)), Definitions(texts, ("src",), (), known)
        for path in texts:
            assert known.uses(path) == fresh.uses(path)
            assert known.of(path) == fresh.of(path)
        script = ["from c import f\nf(1)\n"]
        assert known.uses_in_script(script) == fresh.uses_in_script(script)


def test_many_files_cost_little_more_than_their_share(grows: Grows) -> None:
    def seconds(size: int) -> float:
        code = "".join(f"def f{n}(x):\n    return g(f{n}(x))\n" for n in range(20))
        texts = {
            f"src/m{n}.py": f"from m{n + 1} import f1 as g\n# of {size}\n{code}"
            for n in range(size)
        }
        begin = time.process_time()
        found = Definitions(texts, ("src",))
        assert sum(len(found.uses(path)) for path in texts) > 40 * (size - 1)
        return time.process_time() - begin

    grows(seconds, 50, 200, times=6)
