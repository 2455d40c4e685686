"""The registry of kinds: what each describes, its schema, its codes, an example."""

from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Depends
from fastapi import Query as QueryParameters
from pydantic import BaseModel

from domain.developments import KINDS
from domain.developments.base import Codes, Happening
from service.api.asking import Query
from service.api.calling import require_reader
from service.api.openapi import answers
from service.problems import FAULT, INVALID, UNAUTHORIZED

router = APIRouter(prefix="/v1/kinds", tags=["kinds"], dependencies=[Depends(require_reader)])


class DatasetCodes(BaseModel):
    """Where the kind lies in the event datasets; null where that scheme has no code for it."""

    plover: str | None
    plover_mode: str | None
    cameo: str | None
    acled: str | None

    @classmethod
    def of(cls, codes: Codes) -> "DatasetCodes":
        """The codes of a kind."""
        return cls(plover=codes.plover, plover_mode=codes.plover_mode, cameo=codes.cameo, acled=codes.acled)


class KindOfDevelopment(BaseModel):
    """One kind: enough to record a development of it."""

    kind: str
    description: str
    codes: DatasetCodes
    example: dict[str, Any]
    body: dict[str, Any]
    """The JSON Schema (2020-12) of the request's body."""


class Kinds(BaseModel):
    """Every kind, by name."""

    kinds: list[KindOfDevelopment]


@router.get("", responses=answers(UNAUTHORIZED, INVALID, FAULT))
def list_kinds(_: Annotated[Query, QueryParameters()]) -> Kinds:
    """List every kind of development that can be recorded."""
    return Kinds(kinds=[_describe(name, kind) for name, kind in sorted(KINDS.items())])


@cache
def _describe(name: str, kind: type[Happening]) -> KindOfDevelopment:
    return KindOfDevelopment(
        kind=name,
        description=(kind.__doc__ or "").strip(),
        codes=DatasetCodes.of(kind.codes),
        example=dict(kind.example),
        body=kind.model_json_schema(),
    )
