"""How Sphinx makes a site of these pages and of the docstrings:

.venv/bin/sphinx-build -W -q -c docs . build/site

Nothing on the site is loaded from elsewhere.
"""

import re
import shutil
from pathlib import Path

from pygments.lexers.special import TextLexer
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

import voice_guide

ROOT = Path(__file__).resolve().parents[1]

project = "Voice Guide"
author = project_copyright = "the makers of Voice Guide"
version = release = voice_guide.__version__

# The whole repository is the source, so that pages can link to whatever is in it, as they do on a
# code host; these are the pages.
root_doc = "README"
PAGES = {
    "For listeners": [
        "docs/listening",
        "docs/pace",
        "docs/voices",
        "docs/voices-neural",
        "docs/recording",
        "docs/exporting",
        "docs/bundles",
        "docs/catalogues",
        "docs/studio",
        "docs/settings",
    ],
    "For writers": ["scripts/README", "docs/words"],
    "For programmers": [
        "docs/api",
        "docs/architecture",
        "docs/speed",
        "docs/limits",
        "docs/dependencies",
        "audio/README",
        *sorted(page.stem for page in ROOT.glob("*.md") if page.stem != "README"),
    ],
}
include_patterns = [f"{page}.md" for pages in PAGES.values() for page in pages] + ["README.md"]
exclude_patterns = [".*", "build", "dist", "tests", "voice_guide"]

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
myst_heading_anchors = 3
default_role = "py:obj"
autodoc_member_order = "bysource"
autodoc_preserve_defaults = True
napoleon_use_ivar = True
napoleon_use_rtype = False

html_theme = "furo"
html_title = "Voice Guide"
html_show_sphinx = False
html_copy_source = False


_LOADED_FROM_ELSEWHERE = re.compile(
    r"""(\bsrc="|<link\b[^>]*\bhref="|\burl\(["']?|@import ["'])(https?:)?//[^"')]*"""
)


def setup(app: Sphinx) -> None:
    """Add the list of pages, which a code host doesn't need, and a start page of the usual name."""
    app.add_lexer("mermaid", TextLexer)  # a code host draws it
    app.connect("source-read", _list_pages)
    app.connect("autodoc-process-signature", _without_fields)
    app.connect("build-finished", _check_and_add_start_page)


def _list_pages(_: Sphinx, page: str, source: list[str]) -> None:
    if page == root_doc:
        for title, pages in PAGES.items():
            rows = "\n".join(f"/{page}" for page in pages)
            source[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{rows}\n```\n"


def _without_fields(
    _: Sphinx,
    what: str,
    name: str,
    it: object,
    options: object,
    signature: str | None,
    *rest: object,
) -> tuple[str, None] | None:
    """Leave out the fields of a class behind its name: its text tells what they are."""
    return ("", None) if signature and what in ("class", "exception") else None


def _check_and_add_start_page(app: Sphinx, failed: Exception | None) -> None:
    if failed or app.builder.name != "html":
        return
    site = Path(app.outdir)
    for file in [*site.rglob("*.html"), *site.rglob("*.css")]:
        if found := _LOADED_FROM_ELSEWHERE.search(file.read_text(encoding="utf-8")):
            raise ExtensionError(f"{file.relative_to(site)} loads {found[0]} from elsewhere.")
    shutil.copy(site / f"{root_doc}.html", site / "index.html")
