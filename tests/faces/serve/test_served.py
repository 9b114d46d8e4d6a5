"""What the server answers, and that it is fresh after each save."""

from __future__ import annotations

import http.client
import json
import time
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Served


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("", "text/html; charset=utf-8"),
        ("Long/", "text/html; charset=utf-8"),
        ("leaf.svg", "image/svg+xml; charset=utf-8"),
        ("assets/lierne/notes.css", "text/css; charset=utf-8"),
        ("assets/lierne/reading.js", "text/javascript; charset=utf-8"),
        ("search/search_index.json", "application/json; charset=utf-8"),
        ("graph.json", "application/json; charset=utf-8"),
        ("sitemap.xml", "application/xml; charset=utf-8"),
        ("sitemap.xml.gz", "application/gzip"),
    ],
)
def test_what_a_site_has_is_served_with_its_type(place: str, kind: str, site: Served) -> None:
    status, content, headers = site.ask(place)
    assert (status, headers["content-type"]) == (200, kind)
    assert len(content) == int(headers["content-length"]) > 0

    status, nothing, alone = site.ask(place, "HEAD")
    assert (status, nothing) == (200, b"")
    assert alone["content-length"] == headers["content-length"]

    status, nothing, _ = site.ask(place, If_None_Match=headers["etag"])
    assert (status, nothing) == (304, b"")


@pytest.mark.parametrize(
    "place",
    [
        *("no/such/", "no.svg", "Long", "../Home.md", "%2e%2e/Home.md", "Long/../../Home.md"),
        *(
            "/etc/passwd",
            "./leaf.svg",
            "..%2fHome.md",
            "leaf.svg%00",
            "Home.md",
            ".lierne/store.db",
        ),
        *(".lierne/mkdocs.yml", ".lierne/../leaf.svg", "lierne/serve.js"),
    ],
)
def test_nothing_else_is_served(place: str, site: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("GET", site.base + place)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()

    if place == "Long":
        assert (answer.status, answer.getheader("Location")) == (302, "/some/path/Long/")
    else:
        assert answer.status == 404
        assert "no such page" in text
        assert "/some/path/assets/" in text


def test_the_host_s_root_leads_to_the_site(site: Served) -> None:
    rooted = type(site)(site.folder, site.port, "/")

    assert rooted.ask("")[2]["location"] == "/some/path/"
    assert rooted.ask("some/path")[2]["location"] == "/some/path/"
    assert rooted.ask("elsewhere/")[0] == 404


def test_a_part_of_a_file_can_be_asked_for(site: Served) -> None:
    _, whole, _ = site.ask("leaf.svg")
    size = len(whole)

    for asked, part in {
        "bytes=2-5": whole[2:6],
        "bytes=5-": whole[5:],
        "bytes=-4": whole[-4:],
        f"bytes=3-{size + 9}": whole[3:],
    }.items():
        status, content, headers = site.ask("leaf.svg", Range=asked)
        assert (status, content) == (206, part)
        assert headers["content-range"].endswith(f"/{size}")
    assert site.ask("leaf.svg", Range=f"bytes={size}-")[0] == 416
    assert site.ask("leaf.svg", Range="lines=1-2")[:2] == (200, whole)


def test_a_name_that_others_gave_this_machine_is_not_answered(site: Served) -> None:
    assert site.ask("", Host="evil.example")[0] == 403
    assert site.ask("", Host=f"localhost:{site.port}")[0] == 200


def test_only_what_is_served_has_the_script(site: Served) -> None:
    assert '<script src="/some/path/.lierne/serve.js">' in site.text("")
    assert b"EventSource" in site.ask(".lierne/serve.js")[1]
    assert "serve.js" not in site.text("search/search_index.json")


def test_a_save_is_told_and_the_page_others_lists_graph_and_search_are_fresh(site: Served) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    connection.request("GET", f"{site.base}.lierne/events")
    events = connection.getresponse()
    while not events.fp.readline().startswith(b"event: saved"):
        pass
    events.fp.readline()
    before = json.loads(site.text("graph.json"))
    assert "wombat" not in site.text("search/search_index.json")

    site.write("sub/New.md", "# A wombat\n\nSee [[Other]] #beast\n")
    line = b""
    while "A wombat" not in site.text("sub/New/"):  # the folder alone may be told of before
        while not (line := events.fp.readline()).startswith(b'data: {"number"'):
            pass
    connection.close()

    assert json.loads(line[len("data: ") :])["reload"] is False
    assert "A wombat" in site.text("Other/")
    assert "A wombat" in site.text("notes/")
    assert "A wombat" in site.text("tags/")
    assert "sub/New/" in site.text("sitemap.xml")
    assert "wombat" in site.text("search/search_index.json")
    assert len(json.loads(site.text("graph.json"))["nodes"]) == len(before["nodes"]) + 2

    (site.folder / "sub/New.md").unlink()
    site.wait("sub/New/", lambda text: "no such page" in text)
    for place in ("Other/", "notes/", "sitemap.xml", "search/search_index.json", "graph.json"):
        assert "wombat" not in site.text(place)
    assert site.ask("tags/")[0] == 404


def test_what_is_no_longer_published_is_gone_at_once(site: Served) -> None:
    site.write("shy.svg", "<svg/>")
    site.write("Shy.md", "# Unspeakable\n\n[[Other]] ![[shy.svg]]\n")
    site.wait("Other/", lambda text: "Unspeakable" in text)
    assert site.ask("shy.svg")[0] == 200

    site.change("Shy.md", "# Unspeakable", "---\npublish: false\n---\n# Unspeakable")
    site.wait("Other/", lambda text: "Unspeakable" not in text)

    assert site.ask("Shy/")[0] == site.ask("shy.svg")[0] == 404
    for place in ("notes/", "sitemap.xml", "search/search_index.json", "graph.json"):
        assert "nspeakable" not in site.text(place)
    (site.folder / "Shy.md").unlink()
    (site.folder / "shy.svg").unlink()


def test_notes_that_are_half_written_stop_nothing(site: Served) -> None:
    whole = (site.folder / "Code.md").read_text()

    site.write("Code.md", whole.replace("tangle: src", "tangle: [src"))
    site.wait("Code/", lambda text: "properties" in text.lower() or "tangle" in text)
    wrong = site.wait(
        f".lierne/wrong.json?page={site.base}Code/", lambda text: bool(json.loads(text)["own"])
    )
    assert json.loads(wrong)["own"][0]["place"].startswith("Code.md:")
    site.write("Code.md", whole.replace("value = 1\n```", "value = 12"))
    site.write("Other.md", "# Other\n\nStill fresh.\n")
    site.wait("Other/", lambda text: "Still fresh." in text)
    site.write("Code.md", whole.replace("value = 1", "value = 3"))

    site.wait("code/src/code.py/", lambda text: ">3<" in text)
    assert (site.folder / "src/code.py").read_text() == "value = 3\n"
    site.wait(f".lierne/wrong.json?page={site.base}Code/", lambda text: not json.loads(text)["own"])
    site.write("Code.md", whole)


def test_a_target_that_no_note_makes_any_more_stays(site: Served) -> None:
    site.write("Brief.md", "---\ntangle: src/brief.py\n---\n\n```python\nbrief = 1\n```\n")
    site.wait("code/src/brief.py/", lambda text: "told in" in text)
    (site.folder / "Brief.md").unlink()
    site.wait("code/src/brief.py/", lambda text: "no such page" in text)

    assert (site.folder / "src/brief.py").read_text() == "brief = 1\n"
    (site.folder / "src/brief.py").unlink()


def test_the_reference_of_a_target_is_fresh(site: Served) -> None:
    assert "How much" not in site.wait("api/code/", lambda text: 'id="code.value"' in text)

    site.change("Code.md", "value = 1\n", 'value = 1\n"""How much."""\n')

    site.wait("api/code/", lambda text: "How much." in text)
    site.wait("search/search_index.json", lambda text: "How much." in text)
    site.change("Code.md", 'value = 1\n"""How much."""\n', "value = 1\n")


def test_a_folder_that_is_new_is_watched(site: Served) -> None:
    site.write("deep/er/First.md", "# First\n")
    site.wait("deep/er/First/", lambda text: "First" in text)
    time.sleep(0.05)

    site.change("deep/er/First.md", "# First", "# Second")

    site.wait("deep/er/First/", lambda text: "Second" in text)
    (site.folder / "deep/er/First.md").unlink()
