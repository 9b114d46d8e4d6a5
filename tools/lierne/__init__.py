"""Lierne turns an Obsidian vault into a program and a website.

```python
from lierne import Vault

vault = Vault.open("vault")      # never raises on a note; vault.problems has them all
note = vault["Softmax"]          # found as [[Softmax]] is
note.links, note.blocks, note.properties, note.backlinks
plan = vault.tangle()            # plan.diff() shows what plan.apply() writes
plan = vault.stitch()            # the same for edits of targets that go back into the notes
graph = vault.graph()            # graph.order(), graph.to_networkx()
vault.check()                    # every problem, as `lierne check` reports them
```

What can be relied on is what stands here, and what these have in public:

- `Vault`: a folder of notes, and all that can be made of it.
- `Note`, with its `Link`, `Heading`, `BlockId`, `Tag`, `Block`, `Attribute`, `Property` and
  `Backlink`: what one note says, each thing with its `Place`.
- `Problem`, with its `Kind`, `Severity` and `Place`: what is wrong, where, and what to do.
- `Plan`, with each `Change`: the file changes that tangling or stitching would make.
- `Graph`, with `Node`, `NodeKind`, `Edge` and `EdgeKind`: the concept graph.
- `Config` and `ConfigError`: a project's settings, and what is wrong with them.
- `trace_to_notes`: makes the tracebacks and warnings of a program name notes.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lierne.base.config import Config, ConfigError
    from lierne.base.plan import Change, Plan
    from lierne.base.problem import Kind, Place, Problem, Severity
    from lierne.code.trace.hook import trace_to_notes
    from lierne.faces.api import Vault
    from lierne.graph.model import Edge, EdgeKind, Graph, Node, NodeKind
    from lierne.read.note import (
        Attribute,
        Backlink,
        Block,
        BlockId,
        Heading,
        Link,
        Note,
        Property,
        Tag,
    )

__all__ = [
    "Attribute",
    "Backlink",
    "Block",
    "BlockId",
    "Change",
    "Config",
    "ConfigError",
    "Edge",
    "EdgeKind",
    "Graph",
    "Heading",
    "Kind",
    "Link",
    "Node",
    "NodeKind",
    "Note",
    "Place",
    "Plan",
    "Problem",
    "Property",
    "Severity",
    "Tag",
    "Vault",
    "trace_to_notes",
]

_HOMES = {
    "lierne.base.config": ("Config", "ConfigError"),
    "lierne.base.plan": ("Change", "Plan"),
    "lierne.base.problem": ("Kind", "Place", "Problem", "Severity"),
    "lierne.code.trace.hook": ("trace_to_notes",),
    "lierne.faces.api": ("Vault",),
    "lierne.graph.model": ("Edge", "EdgeKind", "Graph", "Node", "NodeKind"),
    "lierne.read.note": (
        *("Attribute", "Backlink", "Block", "BlockId"),
        *("Heading", "Link", "Note", "Property", "Tag"),
    ),
}


def __getattr__(name: str) -> Any:
    # Imported when asked for: `lierne --version` needs none of it.
    for home, names in _HOMES.items():
        if name in names:
            return getattr(importlib.import_module(home), name)
    raise AttributeError(f"module `lierne` has no `{name}`")


def __dir__() -> list[str]:
    return __all__
