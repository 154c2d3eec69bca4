"""Sphinx settings: warnings are errors (`make check`), nothing is fetched."""

from __future__ import annotations

project = "Equipoise"
author = "the Equipoise authors"
copyright = "2026, the Equipoise authors"  # noqa: A001 - the name that Sphinx reads
extensions = ["myst_parser"]
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
myst_heading_anchors = 3
exclude_patterns = ["_build", "generated"]
html_theme = "furo"
html_title = "Equipoise"
html_static_path: list[str] = []
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#0d6555", "color-brand-content": "#0d6555"},
    "dark_css_variables": {"color-brand-primary": "#6cc5b1", "color-brand-content": "#6cc5b1"},
}
suppress_warnings: list[str] = []
