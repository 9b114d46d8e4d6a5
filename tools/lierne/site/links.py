"""Links that the site itself writes from one of its pages to another."""

from __future__ import annotations

from html import escape


def internal(href: str, title: str) -> str:
    """A link to a note, or into one: the script shows what stands there.

    Args:
        href: The address as the page writes it.
        title: What the link says, as plain text.
    """
    return f'<a class="internal" href="{escape(href)}">{escape(title)}</a>'


def offer_api(href: str) -> str:
    """What stands beside a target that has a page in the API reference; nothing for no address."""
    return f' · <a href="{escape(href)}">API</a>' if href else ""
