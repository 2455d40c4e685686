"""Answers in pages: how they are asked for, and the links to what they leave out, at their day and moment."""

from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from pydantic import Field

from domain.errors import Invalid
from projections.pages import LIMIT, SMALL, Items
from projections.view import LeftOut, View
from service.api.asking import RECEIPT, PageSize, ViewName, ViewQuery
from service.paging import InPages, Question

Answer = TypeVar("Answer", bound=View)


class FoldedQuery(ViewQuery):
    """A view that is folded from many developments, which can say how."""

    explain: bool = Field(
        default=False,
        description="Open every status and number: by which rule, from which developments and versions.",
        examples=[False],
    )
    receipt: bool = RECEIPT
    whole: bool = Field(
        default=False,
        description="Answer with every item of every list. Otherwise the answer about a dossier that holds "
        f"more than {SMALL} developments by the day comes in pages: `left_out` says of which lists only the "
        "first items are shown, and where the next ones are. What is explained, or has a receipt, is whole.",
        examples=[False],
    )
    limit: PageSize | None = Field(
        None,
        description="Answer in pages whatever the size of the dossier: so many items of each list at most, "
        "and a tenth of that of the lists within an item. If it comes in pages anyhow, "
        f"{LIMIT} if left out.",
        examples=[20],
    )

    def in_pages(self) -> InPages:
        """How much of the answer is asked for; raise `Invalid` for pages of what is to be whole."""
        whole = [name for name in ("whole", "explain", "receipt") if getattr(self, name)]
        if whole and self.limit is not None:
            raise Invalid("limit", f"with {whole[0]}=true the answer is whole: leave one of the two out")
        return "whole" if whole else self.limit


class ItemsQuery(ViewQuery):
    """A further page of one list of an answer."""

    view: ViewName = Field(description="The view whose answer the list is of.", examples=["contacts"])
    list: Annotated[str, Field(max_length=300, pattern="^(/[a-z_0-9]+)+$")] = Field(
        description="The place of the list in the answer, as `path` in `left_out` gives it.",
        examples=["/contacts"],
    )
    first: Annotated[int, Field(ge=0, le=2**62)] = Field(
        0, description="The place in the list of the first item; the first of all has 0.", examples=[0]
    )
    limit: PageSize = Field(LIMIT, description="The most items on a page.", examples=[2])


def linked(answer: Answer, question: Question, limit: int | None) -> Answer:
    """An answer whose lists link to what is left out of them."""
    left_out = tuple(_linked(one, answer, question, limit) for one in answer.left_out)
    return answer.model_copy(update={"left_out": left_out}) if left_out else answer


def linked_items(items: Items, question: Question, limit: int) -> Items:
    """A page of a list, with links to the next one, and to what is left out within its items."""
    after = items.first + len(items.items)
    more = _address(items, question, items.list, after, limit) if after < items.of else None
    left_out = tuple(_linked(one, items, question, limit) for one in items.left_out)
    return items.model_copy(update={"next": more, "left_out": left_out})


def _linked(left: LeftOut, answer: View | Items, question: Question, limit: int | None) -> LeftOut:
    return left.model_copy(update={"next": _address(answer, question, left.path, left.shown, limit)})


def _address(answer: View | Items, question: Question, path: str, first: int, limit: int | None) -> str:
    """The address of the items of a list from one on, at the clocks of the answer, whatever it was asked."""
    asked: dict[str, Any] = {"view": question.view, "list": path, "first": first, "as_of": answer.as_of}
    if answer.known_at is not None:
        asked["known_at"] = answer.known_at.isoformat().replace("+00:00", "Z")
    if question.lens.party is not None:
        asked["according_to"] = question.lens.party
    if question.lens.standings:
        asked["standing"] = question.lens.standings
    if limit is not None:
        asked["limit"] = limit
    return f"/v1/dossiers/{question.dossier}/items?{urlencode(asked, doseq=True)}"
