"""Which blocks of a note go to which targets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lierne.base.paths import Refusal, target_path
from lierne.base.problem import Kind, Problem, Severity
from lierne.code.chunks import name_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lierne.base.config import Config
    from lierne.base.problem import Place
    from lierne.code.chunks import BlockKey
    from lierne.read.note import Attribute, Block, Outline

BAD_PROPERTY = Kind("T001", Severity.ERROR, "a property `tangle` that is not one path")
REFUSED = Kind("T002", Severity.ERROR, "a target that tangling must not write")
NOTHING = Kind("T003", Severity.WARNING, "a target that no block goes to")

_SPELLINGS = """
    py pyw pyi py3 python3 python
    js mjs cjs jsx node ecmascript javascript
    ts mts cts tsx typescript
    h c
    cc cxx hpp hh hxx h c++ cplusplus cpp
    cs c# csharp
    fs fsx f# fsharp
    zsh ksh shell shellscript sh bash
    ps1 psm1 pwsh powershell
    bat cmd batch
    rs rust
    go golang
    java
    kt kts kotlin
    sc scala
    swift
    rb ruby
    pl pm perl
    php
    lua
    r
    jl julia
    hs lhs haskell
    ml mli ocaml
    ex exs elixir
    erl hrl erlang
    clj cljs cljc edn clojure
    lisp cl commonlisp
    el elisp emacs-lisp
    scm ss scheme
    rkt racket
    f f90 f95 for fortran
    m octave matlab
    pas delphi pascal
    asm s nasm assembly
    zig
    nim
    dart
    nix
    v verilog
    sv systemverilog
    vhd vhdl
    sql
    htm xhtml html
    css
    scss
    sass
    less
    vue
    svelte
    xsd xsl xslt svg xml
    jsonc json5 json
    yml yaml
    toml
    ini cfg conf properties
    md markdown
    rst restructuredtext
    tex sty cls latex
    bib bibtex
    gql graphql
    proto protobuf
    mk makefile make
    docker containerfile dockerfile
    cmakelists.txt cmake
    tf hcl terraform
    patch diff
    csv
    txt plain text
"""
"""Extensions and language words that mean one language, a language a line, the best word last."""

_LANGUAGES: dict[str, set[str]] = {}
_BEST: dict[str, str] = {}
for _words_of_one in map(str.split, _SPELLINGS.strip().split("\n")):
    for _word in _words_of_one:
        _LANGUAGES.setdefault(_word, set()).update(_words_of_one)
        _BEST.setdefault(_word, _words_of_one[-1])


@dataclass(slots=True)
class Claim:
    """One note's wish to write one target."""

    target: str
    """From the project's root, in its one right spelling."""
    note: str
    """The note's vault path."""
    place: Place
    """Where the note says so first."""
    blocks: list[BlockKey] = field(default_factory=list)
    """What goes there, in order."""
    python: bool = False
    """Whether blank lines part its blocks, as Black would."""


@dataclass(slots=True)
class Claims:
    """All that one note wants to write."""

    targets: dict[str, Claim] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    unsure: bool = False
    """Whether the note may want to write something that cannot be made out."""


def claims(note: Outline, config: Config) -> Claims:
    """Sorts a note's blocks by the targets they go to."""
    found = Claims()
    default = _default(note, config, found)
    words = set() if default is None else _words(default.target, note)
    filed: dict[str, Claim] = {}  # a chunk that began in a file goes on in it
    for number, block in enumerate(note.blocks):
        if block.get("skip") is not None:
            continue
        name = None if block.name is None else name_key(block.name)
        claim: Claim | None
        if block.file is not None:
            claim = _filed(note, block, config, found)
            if name is not None and claim is not None:
                filed[name] = claim
        elif name is not None:
            claim = filed.get(name)
        else:
            plain = block.get("run") is None and block.language.lower() in words
            claim = default if plain else None
        if claim is not None:
            claim.blocks.append((note.path, number))
    for claim in found.targets.values():
        claim.python = is_python(claim.target, note, claim.blocks)
        if not claim.blocks:
            found.problems.append(_nothing(claim))
    return found


def is_python(target: str, note: Outline, blocks: list[BlockKey]) -> bool:
    """Whether a target is Python: by its extension, and without one by all of its blocks."""
    extension = _extension(target)
    if extension in _LANGUAGES:
        return extension in ("py", "pyw")
    words = {note.blocks[number].language.lower() for _, number in blocks}
    return bool(words) and words <= _LANGUAGES["py"]


def _default(note: Outline, config: Config, found: Claims) -> Claim | None:
    if note.tangle is None:
        return None
    value = note.tangle.value
    if not isinstance(value, str) or not value.strip() or value.strip().startswith("[["):
        found.unsure = True
        message = "`tangle` must be one path from the project's root"
        help_ = "write `tangle: src/name.py`; `file=` at a block names a further target"
        found.problems.append(Problem(BAD_PROPERTY, note.tangle.place, message, help_))
        return None
    return _claim(note, value.strip(), note.tangle.place, config, found)


def _filed(note: Outline, block: Block, config: Config, found: Claims) -> Claim | None:
    attribute = next(_attributes(block, "file"))
    if not attribute.value:  # the parser has said so
        found.unsure = True
        return None
    return _claim(note, attribute.value, attribute.place, config, found)


def _claim(
    note: Outline, written: str, place: Place, config: Config, found: Claims
) -> Claim | None:
    target = target_path(config, written)
    if isinstance(target, Refusal):
        found.unsure = True
        found.problems.append(Problem(REFUSED, place, target.message, target.help))
        return None
    if target not in found.targets:
        found.targets[target] = Claim(target, note.path, place)
    return found.targets[target]


def _words(target: str, note: Outline) -> set[str]:
    """How the language of a target may be spelled.

    An extension that no language has is taken for a language's name; where no block of the note
    is in it (`src/tool`, which has none), the note's first plain block says the language.
    """
    extension = _extension(target)
    if extension in _LANGUAGES:
        return _LANGUAGES[extension]
    plain = [block.language.lower() for block in note.blocks if _is_plain(block)]
    if extension in plain or not plain:
        return {extension}
    return _LANGUAGES.get(plain[0], {plain[0]})


def _is_plain(block: Block) -> bool:
    special = ("file", "#", "run", "skip")
    return bool(block.language) and all(block.get(key) is None for key in special)


def _extension(target: str) -> str:
    # Some files are known by their whole name: `Makefile`, `CMakeLists.txt`.
    name = target.rpartition("/")[2].lower()
    return name if name in _LANGUAGES else name.rpartition(".")[2]


def _attributes(block: Block, key: str) -> Iterator[Attribute]:
    return (attribute for attribute in block.attributes if attribute.key == key)


def _nothing(claim: Claim) -> Problem:
    extension = _extension(claim.target)
    spelled = _BEST.get(extension, extension)
    message = f"no block of this note goes to `{claim.target}`"
    help_ = f"begin one with ```` ```{spelled} ````, or take the property out"
    return Problem(NOTHING, claim.place, message, help_)
