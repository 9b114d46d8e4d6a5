"""The concept graph: nodes, edges and their places, from prose and code."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING

import pytest

from lierne import EdgeKind, Graph, NodeKind, Vault
from lierne.graph.export import to_json

if TYPE_CHECKING:
    from pathlib import Path

NOTES = {
    "Attention.md": """\
---
tags: [Layer, encoder/part]
up: "[[Home]]"
needs:
  - "[[Query]]"
  - "[[Softmax#Stable|softmax]]"
  - "[[Decoder]]"
tangle: src/t/attention.py
---
# Attention

It weighs by [[softmax]], again [[Softmax]], as [[Home|the map]] says. #layer #Layer

![[heads.png|100]] ![[Softmax#Stable]] [paper](https://example.org) [[#Attention]]

![[lost.png]] and [[decoder]], [[Decoder.md]]

```python
from .softmax import softmax
from t import softmax as again

<<Softmax#stable>>
```
""",
    "Softmax.md": """\
---
tangle: src/t/softmax.py
---
# Stable
```python
<<stable>>
```
```python #stable
x = 1
```
```python file=tests/test_softmax.py
import t.softmax
```
""",
    "Home.md": "[[Attention]] [[Templates/Daily]]\n",
    "Query.md": "",
    "Templates/Daily.md": "[[Home]]",
    "figures/heads.png": "",
    "figures/unused.png": "",
    "../lierne.toml": 'vault = "vault"\nexclude = ["Templates"]\n',
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, NOTES)
    return tmp_path


def write(root: Path, notes: dict[str, str]) -> None:
    for name, text in notes.items():
        path = root / "vault" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())


def graph(root: Path) -> Graph:
    return Vault.open(root).graph()


def test_nodes(root: Path) -> None:
    rows = [(n.id, n.kind.value, n.title, n.path, n.tags) for n in graph(root)]

    own = ("#encoder/part", "#layer")
    assert rows == [
        ("Attention.md", "note", "Attention", "vault/Attention.md", own),
        ("Home.md", "note", "Home", "vault/Home.md", ()),
        ("Query.md", "note", "Query", "vault/Query.md", ()),
        ("Softmax.md", "note", "Softmax", "vault/Softmax.md", ()),
        ("Templates/Daily.md", "note", "Daily", "vault/Templates/Daily.md", ()),
        ("figures/heads.png", "attachment", "heads.png", "vault/figures/heads.png", ()),
        ("src/t/attention.py", "module", "attention.py", "src/t/attention.py", ()),
        ("src/t/softmax.py", "module", "softmax.py", "src/t/softmax.py", ()),
        ("tests/test_softmax.py", "module", "test_softmax.py", "tests/test_softmax.py", ()),
        ("#encoder/part", "tag", "#encoder/part", None, ()),
        ("#layer", "tag", "#Layer", None, ()),
        ("?decoder", "unresolved", "Decoder", None, ()),
        ("?lost.png", "unresolved", "lost.png", None, ()),
    ]


def test_only_a_missing_attachment_is_marked_as_one(root: Path) -> None:
    rows = {row["id"]: row for row in to_json(graph(root))["nodes"]}

    assert rows["?lost.png"]["attachment"] is True
    assert rows["?decoder"]["attachment"] is False
    assert "attachment" not in rows["Home.md"]


def test_edges_with_all_their_places(root: Path) -> None:
    edges = [
        (e.source, e.kind.value, e.target, [(p.line, p.column) for p in e.places])
        for e in graph(root).edges
    ]

    assert edges == [
        ("Attention.md", "tag", "#encoder/part", [(2, 15)]),
        ("Attention.md", "tag", "#layer", [(2, 8), (12, 72), (12, 79)]),
        ("Attention.md", "link", "?decoder", [(16, 19), (16, 32)]),
        ("Attention.md", "needs", "?decoder", [(7, 6)]),
        ("Attention.md", "embed", "?lost.png", [(16, 1)]),
        ("Attention.md", "link", "Attention.md", [(14, 69)]),
        ("Attention.md", "link", "Home.md", [(12, 49)]),
        ("Attention.md", "property", "Home.md", [(3, 6)]),
        ("Attention.md", "needs", "Query.md", [(5, 6)]),
        ("Attention.md", "link", "Softmax.md", [(12, 14), (12, 33)]),
        ("Attention.md", "embed", "Softmax.md", [(14, 20)]),
        ("Attention.md", "needs", "Softmax.md", [(6, 6)]),
        ("Attention.md", "reference", "Softmax.md", [(22, 1)]),
        ("Attention.md", "embed", "figures/heads.png", [(14, 1)]),
        ("Attention.md", "tangles", "src/t/attention.py", [(8, 1)]),
        ("Home.md", "link", "Attention.md", [(1, 1)]),
        ("Home.md", "link", "Templates/Daily.md", [(1, 15)]),
        ("Softmax.md", "reference", "Softmax.md", [(6, 1)]),
        ("Softmax.md", "tangles", "src/t/softmax.py", [(2, 1)]),
        ("Softmax.md", "tangles", "tests/test_softmax.py", [(11, 11)]),
        ("src/t/attention.py", "imports", "src/t/softmax.py", [(1, 22), (2, 15)]),
        ("tests/test_softmax.py", "imports", "src/t/softmax.py", [(1, 8)]),
    ]


def test_no_edge_without_its_nodes(root: Path) -> None:
    made = graph(root)
    known = {node.id for node in made}

    assert len(known) == len(made)
    assert {end for e in made.edges for end in (e.source, e.target)} <= known


def test_the_graph_does_not_depend_on_the_disk(root: Path, tmp_path: Path) -> None:
    shuffled = list(NOTES.items())
    random.Random(1).shuffle(shuffled)  # noqa: S311  # no secret
    write(tmp_path / "again", dict(shuffled))

    assert to_json(graph(root)) == to_json(graph(tmp_path / "again"))


def test_names_that_differ_by_case_or_form_are_one_unresolved_node(tmp_path: Path) -> None:
    text = "[[Dikkat Ağı]] [[dikkat Ag\u0306ı]] [[DIKKAT]] [[/Ek/Not.md]] [[ek/not]]\n"
    write(tmp_path, {"A.md": text})

    nodes = [(n.id, n.title) for n in graph(tmp_path) if n.kind is NodeKind.UNRESOLVED]

    assert nodes == [
        ("?dikkat", "DIKKAT"),
        ("?dikkat ağı", "Dikkat Ağı"),
        ("?ek/not", "/Ek/Not.md"),
    ]


def test_nothing_leads_out_of_the_vault_or_to_nowhere(tmp_path: Path) -> None:
    text = "[a](https://x.org) <https://x.org> [b]() ![]() [c](mailto:a@b.c) `[[X]]` %%[[Y]]%%\n"
    write(tmp_path, {"A.md": text})

    assert graph(tmp_path).edges == ()


def test_a_target_is_told_apart_from_a_file_of_that_path_in_the_vault(tmp_path: Path) -> None:
    note = "[[src/x.py]]\n```python file=src/x.py\n```\n"
    write(tmp_path, {"A.md": note, "src/x.py": "", "../lierne.toml": ""})

    nodes = {n.id: (n.kind, n.path) for n in graph(tmp_path)}

    assert nodes["src/x.py"] == (NodeKind.ATTACHMENT, "vault/src/x.py")
    assert nodes["./src/x.py"] == (NodeKind.MODULE, "src/x.py")


def test_a_target_that_a_note_of_its_own_project_links_is_one_node(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/x.py").write_text("")
    (tmp_path / "A.md").write_text("[[x.py]]\n```python file=src/x.py\n```\n")

    nodes = {n.id: n.kind for n in graph(tmp_path)}
    assert nodes == {"A.md": NodeKind.NOTE, "src/x.py": NodeKind.MODULE}


def test_half_a_vault_has_a_graph(tmp_path: Path) -> None:
    write(
        tmp_path, {"A.md": "---\ntangle: src/a.py\n---\n```python\ndef (\n```\n", "B.md": "[[A]]"}
    )
    (tmp_path / "vault/C.md").write_bytes(b"\xff\xfe")

    made = graph(tmp_path)

    assert [(e.source, e.kind, e.target) for e in made.edges] == [
        ("A.md", EdgeKind.TANGLES, "src/a.py"),
        ("B.md", EdgeKind.LINK, "A.md"),
    ]
    assert [(str(p.place), p.code) for p in made.problems] == [("vault/A.md:5:5", "G101")]
    assert "C.md" in {n.id for n in made}


def test_without_some_nodes(root: Path) -> None:
    made = graph(root).without(["Attention.md"])

    ids = {node.id for node in made}
    assert "Query.md" in ids  # a note stands for itself
    assert ids.isdisjoint({"Attention.md", "?lost.png", "figures/heads.png", "#layer"})
    assert all("Attention.md" not in (e.source, e.target) for e in made.edges)


def test_order(root: Path) -> None:
    titles = [node.title for node in graph(root).order()]

    assert titles.index("Query") < titles.index("Softmax") < titles.index("Attention")


def test_a_node_by_its_id(root: Path) -> None:
    made = graph(root)

    assert [made[node.id] for node in made] == list(made.nodes)
    with pytest.raises(KeyError, match=r"no node `Sofmax`; near: `Softmax.md`"):
        made["Sofmax"]
    with pytest.raises(KeyError, match=r"no node `§`'"):
        made["§"]


def test_imports_are_found_however_the_targets_are_written(tmp_path: Path) -> None:
    (tmp_path / "lierne.toml").write_text("targets = ['./src/']\n")
    (tmp_path / "A.md").write_text("---\ntangle: src/p/a.py\n---\n```python\nimport p.b\n```\n")
    (tmp_path / "B.md").write_text("---\ntangle: src/p/b.py\n---\n```python\nx = 1\n```\n")

    found = [(e.source, e.target) for e in graph(tmp_path).edges_of(EdgeKind.IMPORTS)]

    assert found == [("src/p/a.py", "src/p/b.py")]


def test_urls_are_the_sites_to_say(root: Path) -> None:
    made = graph(root).with_urls(lambda node: f"{node.id}/" if node.id == "Home.md" else None)

    assert {n.id: n.url for n in made if n.url} == {"Home.md": "Home.md/"}


def test_networkx(root: Path) -> None:
    made = graph(root).to_networkx()

    assert made.nodes["Softmax.md"]["path"] == "vault/Softmax.md"
    places = made.edges["Attention.md", "Softmax.md", "link"]["places"]
    assert places == [{"line": 12, "column": 14}, {"line": 12, "column": 33}]
    assert made.number_of_edges() == len(graph(root).edges)


def test_json_is_versioned_and_plain(root: Path) -> None:
    data = json.loads(json.dumps(to_json(graph(root))))

    assert list(data) == ["version", "nodes", "edges"]
    assert data["version"] == 1
    assert data["nodes"][0] == {
        "id": "Attention.md",
        "kind": "note",
        "title": "Attention",
        "path": "vault/Attention.md",
        "url": None,
        "tags": ["#encoder/part", "#layer"],
    }
    assert data["edges"][3] == {
        "source": "Attention.md",
        "target": "?decoder",
        "kind": "needs",
        "places": [{"line": 7, "column": 6}],
    }
