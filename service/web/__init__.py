"""The page: what the record answers, for people with a deadline and a doubt. README.md here has its plan."""

from service.web import access, assets, cards, home, pages

PARTS = (access, assets, cards, home, pages)
"""The modules with addresses of pages, each with its `router`."""
