"""A service with both chronologies on record, whose pages are asked for, or looked at in a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from typing import Any

from service.app import create_app
from service.chronology import Played, play, read
from service.client import Client
from service.keyfiles import make_key
from service.serving import listen, serving
from tests.service.stores import settings_for
from tests.tokens import token_for

SEEDS = Path(__file__).parents[3] / "seeds"
FOUNDING, INVENTED = "ua-ru-2025", "solace-2021"
DOSSIERS = (FOUNDING, INVENTED)
PAGES = (
    "",
    "/timeline",
    "/ceasefire",
    "/exchanges",
    "/agreements",
    "/positions",
    "/agenda",
    "/contacts",
    "/disputes",
    "/actors",
    "/changes",
)


class SteppedClock:
    """Begins on a day long after both chronologies, and moves on by a second at every reading."""

    def __init__(self) -> None:
        self.now = datetime(2026, 2, 3, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass(frozen=True)
class Site:
    """Where it is served, a token, and what was recorded under which label, by dossier."""

    url: str
    token: str
    played: dict[str, Played]

    def id(self, dossier: str, label: str) -> str:
        return self.played[dossier].ids[label]


@contextmanager
def open_site(directory: Path, **settings: Any) -> Iterator[Site]:
    """Serve both chronologies, recorded through the API."""
    file = directory / "record.db"
    make_key(file.with_name("record.db.key"), "solace.example/log")
    app = create_app(settings_for(file, checkpoint_every=60, **settings), SteppedClock())
    token = token_for(app.state.settings, "Ada")
    with serving(app, listen("127.0.0.1")) as url, Client(url, token) as client:
        steps = {dossier: read(SEEDS / f"{dossier}.yaml") for dossier in DOSSIERS}
        yield Site(url, token, {name: play(one, client, name, lambda _: None) for name, one in steps.items()})


def text_of(page: str) -> str:
    """What a reader reads of a page: its words, without tags, with single spaces."""
    bare = re.sub(r"<(script|style|head)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", bare))).replace(" .", ".").replace(" ,", ",")
