"""The page of the whole graph, and a note's own neighbourhood, in a real browser."""

from __future__ import annotations

import json
import re
from itertools import combinations
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page
    from tests.site.conftest import Arrive, Tapped

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
WHOLE, LOCAL = ".lierne-graph canvas", ".lierne-local canvas"
STILL = """canvas => {
  const view = document.querySelector(canvas)?.view
  const places = view && [view.k, view.x, view.y, ...view.nodes.flatMap(({x, y}) => [x, y])].join()
  const drawn = view?.boxes.length && !view.due ? places : ""
  const [before, frames] = window.still || []
  window.still = [drawn, drawn && drawn === before ? frames + 1 : 0]
  return window.still[1] > 2 && delete window.still
}"""
"""Whether a canvas has drawn its graph, and nothing on it has moved for some frames."""
WITHIN = """canvas => canvas.view.nodes.map(node => {
  const [x, y] = canvas.view.at(node)
  return 0 < x && x < canvas.clientWidth && 0 < y && y < canvas.clientHeight
})"""
SEEN = """view => ({
  k: view.k, x: view.x, y: view.y, lit: view.lit?.title, ink: view.ink, reading: view.reading,
  names: view.nodes.map(node => node.title), kinds: [...new Set(view.nodes.map(node => node.kind))],
  edges: view.edges.map(edge => [edge.one.title, edge.other.title, edge.how]),
  marked: view.marked && [...view.marked].map(node => node.title),
  boxes: view.boxes.map(({node, x, y, w, h}) => [node.title, x, y, w, h]),
  dim: view.nodes.filter(node => view.dim(node)).map(node => node.title),
})"""


class Drawing:
    """A canvas with a graph on it, as somebody sees it and acts on it.

    Which of them is meant has to be said: Material changes the address before it changes the page,
    so for a while the canvas of the page before is still there.
    """

    def __init__(self, page: Page, canvas: str = WHOLE) -> None:
        self.page = page
        self.canvas = page.locator(canvas)
        self.place = canvas
        self.see()

    def see(self) -> dict[str, Any]:
        """What is there, once it is drawn and nothing moves any more."""
        self.page.wait_for_function(STILL, arg=self.place)
        return self.canvas.evaluate(f"canvas => ({SEEN})(canvas.view)")

    def spot(self, title: str) -> tuple[float, float]:
        """Where a node is in the window."""
        box = self.canvas.bounding_box()
        assert box
        find = "(c, title) => c.view.at(c.view.nodes.find(node => node.title === title))"
        x, y = self.canvas.evaluate(find, title)
        return box["x"] + x, box["y"] + y

    def tap(self, title: str) -> None:
        """Taps on a node with a finger."""
        self.see()
        self.page.touchscreen.tap(*self.spot(title))

    def empty(self) -> tuple[float, float]:
        """Where nothing is."""
        box = self.canvas.bounding_box()
        assert box
        return box["x"] + 12, box["y"] + box["height"] - 12


def overlaps(boxes: list[list[Any]]) -> list[tuple[str, str]]:
    return [
        (one, other)
        for (one, x, y, w, h), (other, u, v, s, t) in combinations(boxes, 2)
        if x < u + s and u < x + w and y < v + t and v < y + h
    ]


@pytest.fixture
def page(browser: Browser, own_base: str) -> Iterator[Page]:
    """A window on our own graph; nothing may go wrong in it."""
    context = browser.new_context(color_scheme="light", viewport=DESKTOP)
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
    page.goto(f"{own_base}graph/")
    yield page
    context.close()
    assert wrong == []


def data(base: str, name: str) -> dict[str, Any]:
    with urlopen(base + name) as answer:  # noqa: S310 # our own server
        return json.load(answer)


def test_all_names_are_read_and_one_finds_what_one_looks_for(page: Page, own_base: str) -> None:
    graph = data(own_base, "graph.json")
    notes = sorted(node["title"] for node in graph["nodes"] if node["kind"] == "note")
    drawn = Drawing(page)

    # All notes have their names at first, and none lies on another.
    seen = drawn.see()
    assert sorted(seen["names"]) == notes
    assert sorted(box[0] for box in seen["boxes"]) == notes
    assert overlaps(seen["boxes"]) == []
    assert {1, 3} <= {how for _, _, how in seen["edges"]} <= {1, 2, 3}
    box = drawn.canvas.bounding_box()
    assert box
    for _, x, y, w, h in seen["boxes"]:
        assert 0 <= x <= x + w <= box["width"]
        assert 0 <= y <= y + h <= box["height"]

    # Under the pointer, a concept and its neighbours stand out.
    page.mouse.move(*drawn.spot("Softmax"))
    lit = drawn.see()
    near = {n for one, other, _ in seen["edges"] if "Softmax" in (one, other) for n in (one, other)}
    assert lit["lit"] == "Softmax"
    assert sorted(lit["dim"]) == sorted(set(notes) - near)
    page.mouse.move(*drawn.empty())

    # What was typed is found; Enter shows the next one, and goes there if there is one alone.
    page.get_by_role("searchbox", name="Find a concept").fill("residual")
    assert drawn.see()["marked"] == ["Residual Info"]
    page.keyboard.press("Enter")
    expect(page.locator(".lierne-said")).to_contain_text("Residual Info · note")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/Residual%20Info/$"))
    expect(page.locator("h1")).to_contain_text("Residual Info")

    # From a note one comes back to its place.
    page.goto(f"{own_base}graph/#note=Softmax/")
    assert Drawing(page).see()["lit"] == "Softmax"


def test_one_moves_about_with_pointer_and_keyboard(page: Page, own_base: str) -> None:
    drawn = Drawing(page)
    first = drawn.see()

    # Wheel, buttons and keys zoom; where the pointer is stays where it is.
    x, y = drawn.spot("Softmax")
    page.mouse.move(x, y)
    page.mouse.wheel(0, -400)
    assert drawn.see()["k"] > 1.3 * first["k"]
    assert drawn.spot("Softmax") == pytest.approx((x, y), abs=1)
    page.get_by_role("button", name="Show all").click()
    assert drawn.see()["k"] == pytest.approx(first["k"])
    page.get_by_role("button", name="Larger").click()
    assert drawn.see()["k"] > first["k"]
    drawn.canvas.focus()
    page.keyboard.press("-")
    page.keyboard.press("-")
    assert drawn.see()["k"] < first["k"]
    page.keyboard.press("0")
    assert drawn.see()["k"] == pytest.approx(first["k"])

    # The empty space moves all, a node moves alone, and neither goes anywhere.
    empty = drawn.empty()
    page.mouse.move(*empty)
    page.mouse.down()
    page.mouse.move(empty[0] + 60, empty[1] - 30, steps=3)
    page.mouse.up()
    panned = drawn.see()
    assert (panned["x"], panned["y"]) == pytest.approx((first["x"] + 60, first["y"] - 30), abs=1)
    start, other = drawn.spot("Softmax"), drawn.spot("Home")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 50, start[1] + 40, steps=3)
    page.mouse.up()
    assert drawn.spot("Softmax") == pytest.approx((start[0] + 50, start[1] + 40), abs=1)
    assert drawn.spot("Home") == other
    assert page.url == f"{own_base}graph/"

    # Arrow keys go from one to the next in their direction, and say where one is.
    drawn.canvas.focus()
    page.keyboard.press("ArrowRight")
    here = drawn.see()["lit"]
    left = drawn.spot(here)
    page.keyboard.press("ArrowRight")
    there = drawn.see()["lit"]
    assert there not in (None, here)
    assert drawn.spot(there)[0] > left[0]
    expect(page.locator(".lierne-said")).to_have_text(re.compile(f"^{re.escape(there)} · note · "))
    page.keyboard.press("Escape")
    assert drawn.see()["lit"] is None
    expect(page.locator(".lierne-said")).to_have_text("")
    page.keyboard.press("ArrowDown")
    there = drawn.see()["lit"]
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(there)


def test_one_chooses_what_is_shown_and_how(page: Page, own_base: str) -> None:
    graph = data(own_base, "graph.json")
    drawn = Drawing(page)
    first = drawn.see()
    checkbox = page.locator(".lierne-kinds").get_by_label

    # By kind: targets, tags and files come and go, and code's ways lead over targets.
    checkbox("Code", exact=False).first.check()
    checkbox("Tags").check()
    checkbox("Files").check()
    seen = drawn.see()
    assert sorted(seen["names"]) == sorted(node["title"] for node in graph["nodes"])
    assert ["Softmax", "softmax.py", 2] in seen["edges"]
    assert all(drawn.canvas.evaluate(WITHIN)), "what comes is in sight"
    assert overlaps(seen["boxes"]) == []
    for kind in ("Code", "Tags", "Files"):
        checkbox(kind, exact=False).first.uncheck()
    assert drawn.see()["edges"] == first["edges"]

    # By what joins them.
    checkbox("joined in prose").uncheck()
    assert {how for _, _, how in drawn.see()["edges"]} == {2}
    checkbox("joined in prose").check()
    checkbox("joined by code").uncheck()
    assert {how for _, _, how in drawn.see()["edges"]} == {1}
    checkbox("joined by code").check()

    # By tag; and a tag has those under it.
    page.locator("select[name=tag]").select_option("#manual")
    tagged = [node["title"] for node in graph["nodes"] if "#manual" in node["tags"]]
    assert sorted(drawn.see()["names"]) == sorted(tagged)
    page.locator("select[name=tag]").select_option("")

    # What a colour means is said, and shows what has it.
    legend = page.locator(".lierne-legend button")
    expect(legend.first).to_have_text(re.compile("^around "))
    page.locator("select[name=colour]").select_option("folder")
    legend.filter(has_text="Manual").click()
    assert sorted(drawn.see()["marked"]) == sorted(tagged)
    page.locator(".lierne-legend [aria-pressed=true]").click()
    assert drawn.see()["marked"] is None

    # In reading order each note stands below what it needs, and labels stay apart.
    page.get_by_text("Reading order").click()
    order = drawn.see()
    assert order["reading"]
    assert order["kinds"] == ["n"]
    assert overlaps(order["boxes"]) == []
    y = dict(drawn.canvas.evaluate("c => c.view.nodes.map(node => [node.title, node.y])"))
    assert all(y[need] < y[note] for need, note, _ in order["edges"])
    assert drawn.spot("Linear")[1] < drawn.spot("Encoder")[1]
    page.get_by_text("Overview", exact=True).click()
    assert drawn.see()["boxes"] == first["boxes"]

    # The scheme is followed at once, and the window's size.
    page.evaluate("() => document.body.setAttribute('data-md-color-scheme', 'slate')")
    assert drawn.see()["ink"] != first["ink"]
    page.set_viewport_size({"width": 1000, "height": 700})
    page.wait_for_function("c => document.querySelector(c).view.width < 1000", arg=WHOLE)
    assert drawn.canvas.evaluate("c => c.width === Math.round(c.clientWidth * devicePixelRatio)")


def test_the_list_says_the_same(page: Page, own_base: str) -> None:
    """All nodes, and every edge from both its ends; each node leads to its page."""
    graph = data(own_base, "graph.json")
    edges = {(e["source"], e["target"], e["kind"]) for e in graph["edges"]}
    loops = {edge for edge in edges if edge[0] == edge[1]}

    page.get_by_text("The same as a list").focus()
    page.keyboard.press("Enter")

    expect(page.locator(".lierne-nodes li")).to_have_count(len(graph["nodes"]))
    expect(page.locator(".lierne-nodes small a")).to_have_count(2 * len(edges - loops))
    link = page.locator("a.lierne-node", has_text=re.compile("^Softmax$"))
    expect(link.locator("xpath=..")).to_contain_text("needs Backpropagation")
    expect(link.locator("xpath=..")).to_contain_text("linked from")
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/Softmax/$"))
    expect(page.locator("h1")).to_contain_text("Softmax")


def test_on_a_phone_in_the_dark_one_touches_it(
    browser: Browser, base: str, arrive: Arrive, tapped: Tapped
) -> None:
    """In the garden, which has a concept that is not yet written, and a hidden note."""
    context = browser.new_context(
        color_scheme="dark",
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
        reduced_motion="reduce",
    )
    page = context.new_page()
    arrive(page, f"{base}graph/")
    drawn = Drawing(page)

    seen = drawn.see()
    assert "Rotary Encoding" in seen["names"]
    assert "Hidden" not in seen["names"]
    assert overlaps(seen["boxes"]) == []
    assert page.evaluate("() => document.documentElement.scrollWidth") == PHONE["width"]
    assert drawn.canvas.evaluate("c => c.width === 2 * c.clientWidth")
    dark = "getComputedStyle(document.body).getPropertyValue('--md-default-bg-color').trim()"
    assert drawn.canvas.evaluate("c => c.view.paper.trim()") == page.evaluate(dark)

    # Two fingers zoom; one that touches shows what is there, and goes only the second time.
    touch = context.new_cdp_session(page)
    box = drawn.canvas.bounding_box()
    assert box
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] - 60
    for far, kind in ((30, "touchStart"), (45, "touchMove"), (60, "touchMove")):
        fingers = [{"x": x - far, "y": y, "id": 0}, {"x": x + far, "y": y, "id": 1}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert drawn.see()["k"] == pytest.approx(2 * seen["k"], rel=0.05)
    view = f"document.querySelector('{WHOLE}')?.view"
    tapped(page, page.get_by_role("button", name="Show all").tap, f"{view}.fitted")
    assert drawn.see()["k"] == pytest.approx(seen["k"])
    tapped(page, lambda: drawn.tap("Rotary Encoding"), f"{view}.lit?.title.startsWith('Rotary')")
    said = page.locator(".lierne-said")
    expect(said).to_have_text(re.compile("^Rotary Encoding · not yet written"))
    tapped(page, lambda: drawn.tap("Softmax"), f"{view}.lit?.title === 'Softmax'")
    assert page.url.endswith("/graph/")
    page.evaluate("() => { window.same = true }")
    tapped(page, lambda: drawn.tap("Softmax"), "location.pathname.endsWith('/Softmax/')")
    expect(page.locator("h1")).to_contain_text("Softmax")

    # The page came without a new document. Its own graph is made when one comes to it.
    assert page.evaluate("() => window.same")
    figure = page.locator(".lierne-local")
    assert figure.locator("canvas").count() == 0
    figure.scroll_into_view_if_needed()
    local = Drawing(page, LOCAL)
    there = local.see()
    assert "Softmax" in there["names"]
    assert "Hidden" not in there["names"]
    assert overlaps(there["boxes"]) == []
    assert local.spot("Home")[0] < local.spot("Softmax")[0]  # which it needs
    leads = page.get_by_role("link", name="whole graph")
    tapped(page, leads.tap, "location.href.endsWith('/graph/#note=Softmax/')")
    assert Drawing(page).see()["lit"] == "Softmax"
    context.close()


def test_without_scripts_there_is_the_list_alone(browser: Browser, base: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base}graph/")

    assert not page.locator("canvas").is_visible()
    page.get_by_text("The same as a list").click()
    wanted = page.locator(".lierne-nodes li", has_text="Rotary Encoding").last
    assert wanted.is_visible()
    assert "Hidden" not in page.locator(".lierne-nodes").inner_text()

    page.goto(f"{base}Softmax/")
    assert not page.locator(".lierne-local").is_visible()
    context.close()
