"""Code woven with prose, in a real browser: from a name to its definition, from lines to words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

expect = pytest.importorskip("playwright.sync_api", reason="playwright is not installed").expect

TO_COPY = """() => [...document.querySelectorAll('[data-clipboard-target]')]
  .filter(({dataset}) => document.querySelector(dataset.clipboardTarget).matches('code')).length"""
PLACES = "e => [...e.children].map(c => c.getBoundingClientRect())"


def test_a_name_says_what_it_is_and_leads_to_its_definition(
    browser: Browser, own_base: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{own_base}Multi-Headed%20Attention/")
    page.locator("[data-clipboard-target]").first.wait_for(state="attached")
    count = page.locator(".highlight:not(.no-copy)").count()
    page.wait_for_function(f"count => ({TO_COPY})() == count", arg=count)
    page.goto(f"{own_base}Attention%20Mechanism/")
    name = page.locator("a.name[href$='#def:softmax']").last

    name.hover()
    said = page.locator(".lierne-peek")
    expect(said.locator("code")).to_have_text("softmax(scores: Array) -> tuple[Array, Undo]")
    expect(said.locator("p")).to_contain_text("shares")

    name.click()
    expect(page).to_have_url(re.compile("/Softmax/#def:softmax$"))
    expect(page.locator("dfn:target")).to_have_text("softmax")
    top = "document.querySelector('dfn:target').getBoundingClientRect().top"
    page.wait_for_function(f"() => 40 < {top} && {top} < 700")
    context.close()


def test_words_stand_beside_their_lines_and_above_them_on_a_phone(
    browser: Browser, own_base: str
) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{own_base}code/src/transformer/softmax.py/#L21")
    run = page.locator(".lierne-run").first

    words, lines = run.evaluate(PLACES)
    assert words["left"] >= lines["right"]
    assert words["bottom"] <= lines["bottom"] + 1
    assert page.locator("#L21").evaluate("e => e.matches(':target')")

    page.set_viewport_size({"width": 390, "height": 800})
    page.wait_for_function("() => innerWidth == 390")
    words, lines = run.evaluate(PLACES)
    assert words["bottom"] <= lines["top"] + 1
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    context.close()
