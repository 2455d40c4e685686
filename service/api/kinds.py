"""The registry of kinds: what each describes, its schema, its codes, an example."""

from functools import cache
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Query as QueryParameters

from domain.developments import KINDS
from domain.developments.base import Happening
from service.answers import DatasetCodes, KindOfDevelopment, Kinds
from service.api.asking import Query
from service.api.authorising import reader
from service.api.openapi import answers
from service.problems import FAULT, INVALID, UNAUTHORIZED

router = APIRouter(prefix="/v1/kinds", tags=["kinds"], dependencies=[Depends(reader)])


@router.get("", responses=answers(UNAUTHORIZED, INVALID, FAULT))
def list_kinds(_: Annotated[Query, QueryParameters()]) -> Kinds:
    """List every kind of development that can be recorded."""
    return Kinds(kinds=[_describe(name, kind) for name, kind in sorted(KINDS.items())])


@cache
def _describe(name: str, kind: type[Happening]) -> KindOfDevelopment:
    return KindOfDevelopment(
        kind=name,
        description=(kind.__doc__ or "").strip(),
        codes=DatasetCodes.model_validate(kind.codes, from_attributes=True),
        example=dict(kind.example),
        body=kind.model_json_schema(),
    )
