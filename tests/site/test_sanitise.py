"""Raw HTML, made harmless and whole."""

from __future__ import annotations

import pytest

from lierne.site.sanitise import Raw, safe_url, sanitise


def cleaned(*pieces: Raw | str, inline: bool = False, in_link: bool = False) -> str:
    def rewrite(tag: str, attributes: dict[str, str]) -> str:
        return f"<{tag} {' '.join(f'{k}={v}' for k, v in sorted(attributes.items()))}>"

    return sanitise(pieces, rewrite, inline=inline, in_link=in_link)


MADE = '<p onclick="ours()">made</p>'


class TestWhatWeMade:
    def test_it_stays_as_it_is_between_the_pieces(self) -> None:
        assert cleaned(Raw("<div>"), MADE, Raw("</div>")) == f"<div>{MADE}</div>"

    def test_what_is_not_closed_is_closed_after_it(self) -> None:
        assert cleaned(Raw("<div><b>"), MADE) == f"<div><b>{MADE}</b></div>"

    def test_a_paragraph_of_the_note_ends_before_it(self) -> None:
        assert cleaned(Raw("<p>"), MADE, Raw("</p>")) == f"<p></p>{MADE}<p></p>"

    def test_out_of_place_in_a_table_it_stands_before_it(self) -> None:
        assert cleaned(Raw("<table>"), MADE, Raw("</table>")) == f"{MADE}<table></table>"

    @pytest.mark.parametrize(
        "piece",
        ["<!-- ", '<a title="', "<script>", "<style>", "<title>", "<textarea>", "<svg><style>"],
    )
    def test_nothing_that_never_ends_can_swallow_it(self, piece: str) -> None:
        assert MADE in cleaned(Raw(piece), MADE, Raw("<b>x</b>"))

    def test_nobody_can_write_the_mark_that_it_stands_for(self) -> None:
        forged = '<div data-slot="0"></div><div data-slot="x-0">y</div>'

        assert cleaned(Raw(forged), MADE) == f"<div></div><div>y</div>{MADE}"


class TestWhatTheNoteSays:
    def test_links_and_pictures_are_written_anew(self) -> None:
        html = cleaned(Raw('<a href="a?b=1&amp;c" class=x>t</a><img src=p.png alt=">" onload=x>'))

        assert html == "<a href=a?b=1&c>t</a><img alt=> src=p.png>"

    def test_blocks_are_not_allowed_in_a_line(self) -> None:
        assert (
            cleaned(Raw("<div>"), "a", Raw("</div>"), Raw("<b>"), "b", inline=True) == "a<b>b</b>"
        )

    def test_no_link_stands_in_a_link(self) -> None:
        assert cleaned(Raw("<a href=x>"), "a", Raw("</a>"), inline=True, in_link=True) == "a"
        assert cleaned(Raw("<a href=x>"), "<a>made</a>", inline=True) == "<a>made</a>"


@pytest.mark.parametrize(
    "url",
    [
        *("https://a.b", "HTTP://a.b", "mailto:a@b.c", "tel:1", "obsidian://open?vault=x"),
        *("a.md", "a/b:c", "#a:b", "?q=a:b", "", "//a.b", "../a"),
    ],
)
def test_a_link_may_lead_there(url: str) -> None:
    assert safe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        *("javascript:x", "JavaScript:x", " javascript:x", "java\tscript:x", "java\nscript:x"),
        *("\x01javascript:x", "\u00a0javascript:x", "&#106;avascript:x", "javascript&colon;x"),
        *("vbscript:x", "data:text/html,x", "blob:x", "file:///x", "about:blank", "x:y"),
        *("view-source:javascript:x", "feed:javascript:x", "jar:x"),
    ],
)
def test_but_not_there(url: str) -> None:
    assert not safe_url(url)
