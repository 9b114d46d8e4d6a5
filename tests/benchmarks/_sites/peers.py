"""The publishers: Lierne, and plugins of MkDocs in a virtual environment of their own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.metadata import version
from pathlib import Path

HOME = Path(sys.prefix) / "share" / "lierne-bench" / "sites"
TOOLS = Path(__file__).parents[3] / "tools"
EXTENSIONS = ("admonition", "attr_list", "footnotes", "md_in_html", "nl2br", "pymdownx.details")
"""What the plugins' own pages ask for, and what a vault needs to be read as it is meant."""
MORE = (
    "pymdownx.highlight",
    "pymdownx.mark",
    "pymdownx.superfences",
    "pymdownx.tasklist",
    "tables",
)
CONFIGURATION = """\
site_name: Notes
docs_dir: vault
theme:
  name: material
  font: false
plugins:
  - search
{plugins}
markdown_extensions:
{extensions}
  - pymdownx.arithmatex:
      generic: true
"""
_SECONDS = 900


class NotRunError(Exception):
    """Says why a publisher is not there."""


@dataclass(frozen=True)
class Publisher:
    """One way to make a site of a vault."""

    name: str
    """As the table calls it."""
    plugins: tuple[str, ...] = ()
    """What `mkdocs.yml` names; nothing means Lierne."""
    packages: tuple[str, ...] = field(default=())
    """What is installed for them."""

    @property
    def is_ours(self) -> bool:
        """Whether it is Lierne."""
        return not self.plugins

    def prepare(self, root: Path) -> None:
        """Makes a folder with a vault into a project of this publisher."""
        if self.is_ours:
            (root / "lierne.toml").write_text('vault = "vault"\n', "utf-8")
            return
        text = CONFIGURATION.format(
            plugins="\n".join(f"  - {plugin}" for plugin in self.plugins),
            extensions="\n".join(f"  - {name}" for name in (*EXTENSIONS, *MORE)),
        )
        (root / "mkdocs.yml").write_text(text, "utf-8")

    def command(self, verb: str, *arguments: str) -> list[str]:
        """What is called to build or serve."""
        if self.is_ours:
            return [sys.executable, "-m", "lierne", verb, *arguments]
        return [str(_python()), "-m", "mkdocs", verb, *arguments]

    def build(self, root: Path) -> None:
        """Makes the site in the folder `site`.

        Raises:
            NotRunError: It cannot be made; the message says why.
        """
        call(*self.command("build"), cwd=root)


OURS = Publisher("Lierne")
PEERS = (
    Publisher(
        "roamlinks 0.3.2",
        ("roamlinks",),
        ("mkdocs-roamlinks-plugin==0.3.2",),
    ),
    Publisher(
        "obsidian-bridge 1.3.1",
        ("obsidian-bridge",),
        ("mkdocs-obsidian-bridge==1.3.1",),
    ),
    Publisher(
        "ezlinks 0.1.14",
        ("ezlinks: {wikilinks: true}",),
        ("mkdocs-ezlinks-plugin==0.1.14",),
    ),
    Publisher(
        "obsidian-support 1.4.1 and roamlinks",
        ("obsidian-support", "roamlinks"),
        ("mkdocs-obsidian-support-plugin==1.4.1", "mkdocs-roamlinks-plugin==0.3.2"),
    ),
)


def install() -> None:
    """Installs all peers, with the Material that Lierne has here, unless a run before did.

    Raises:
        NotRunError: The registry cannot be reached.
    """
    material = f"mkdocs-material=={version('mkdocs-material')}"
    packages = sorted({material, *(one for peer in PEERS for one in peer.packages)})
    done = HOME / "installed.txt"
    if done.is_file() and done.read_text("utf-8").split() == packages:
        return
    shutil.rmtree(HOME, ignore_errors=True)
    call(sys.executable, "-m", "venv", str(HOME))
    call(str(_python()), "-m", "pip", "install", "--quiet", "mkdocs<2", *packages)
    done.write_text("\n".join(packages), "utf-8")


def environment() -> dict[str, str]:
    """For a child process: our tool is found, and what is compiled is kept."""
    env = {**os.environ, "PYTHONPATH": str(TOOLS), "NO_MKDOCS_2_WARNING": "1", "NO_COLOR": "1"}
    env.pop("PYTHONDONTWRITEBYTECODE", None)
    return env


def call(*command: str, cwd: Path | None = None) -> None:
    """Runs a command to its end.

    Raises:
        NotRunError: It failed; the message holds the last line that it said.
    """
    try:
        subprocess.run(
            command,
            cwd=cwd,
            env=environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.CalledProcessError as error:
        last = (error.stderr or error.stdout).strip().splitlines()[-1:] or [str(error.returncode)]
        raise NotRunError(f"{' '.join(command[:4])}: {last[0]}") from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotRunError(str(error)) from error


def _python() -> Path:
    return HOME / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
