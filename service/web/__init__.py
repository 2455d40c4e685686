"""The page: what the record answers, for people with a deadline and a doubt. README.md here has its plan."""

from service.web import access, assets, cards, description, home, pages
from service.web.forms import amending, recording

PARTS = (access, assets, cards, amending, description, home, recording, pages)
"""The modules with addresses of pages, each with its `router`; `pages` takes what is left of a dossier's."""
