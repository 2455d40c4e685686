"""Style sheet and scripts, each under an address with its digest, so that a browser asks for it once."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Header, Response

from service.problems import NOT_FOUND, Problem

STATIC = Path(__file__).parent / "static"
PLOTLY = Path(str(files("plotly"))) / "package_data" / "plotly.min.js"
"""The script that plotly's own wheel carries."""
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}

router = APIRouter(prefix="/static", include_in_schema=False)


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served."""

    name: str
    digest: str
    plain: bytes
    packed: bytes

    @property
    def address(self) -> str:
        """Where it is served; another content has another address."""
        return f"/static/{self.digest}/{self.name}"


@cache
def asset(name: str) -> Asset | None:
    """A file of ours, or plotly's script; `None` for any other. Read and packed once."""
    file = PLOTLY if name == PLOTLY.name else STATIC / name
    if Path(name).name != name or file.suffix not in TYPES or not file.is_file():
        return None
    content = file.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:16]
    return Asset(name, digest, content, gzip.compress(content, mtime=0))


def address_of(name: str) -> str:
    """The address of a file that there is."""
    found = asset(name)
    assert found is not None, name
    return found.address


@router.get("/{digest}/{name}")
def read_asset(digest: str, name: str, accept_encoding: Annotated[str, Header()] = "") -> Response:
    """One file. Under the digest of another content, as an open page may ask for, it is not to be kept."""
    found = asset(name)
    if found is None:
        raise Problem(NOT_FOUND, NOT_FOUND.meaning)
    lasting = digest == found.digest
    headers = {
        "Cache-Control": "public, max-age=31536000, immutable" if lasting else "no-cache",
        "Vary": "Accept-Encoding",
        "X-Content-Type-Options": "nosniff",
    }
    packs = "gzip" in accept_encoding
    return Response(
        found.packed if packs else found.plain,
        headers=headers | ({"Content-Encoding": "gzip"} if packs else {}),
        media_type=TYPES[Path(name).suffix],
    )
