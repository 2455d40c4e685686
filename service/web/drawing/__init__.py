"""Drawings made here, as SVG, so that they need no script: where each part lies, not how it looks."""
