"""Answers as a caller is shown them: whole about a small dossier, in pages about a large one."""

from copy import copy
from dataclasses import dataclass
from typing import Literal

from domain.access import Authority
from projections.cut import NO_LENS, Lens, Moment
from projections.pages import LIMIT, SMALL, Items, items, page
from projections.registry import VIEWS
from projections.view import View
from service.moments import Asked
from service.reading import Reading
from service.store.counting import Counting
from service.views import Views

InPages = int | Literal["whole"] | None
"""How much of an answer is asked for: so many items of each list, all of it, or as suits the dossier."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which view of which dossier, through which lens."""

    view: str
    dossier: str
    lens: Lens


class Pages:
    """Answers what views are asked, as much of it as is wanted."""

    def __init__(self, views: Views, reading: Reading) -> None:
        self.views = views
        self._versions = reading.versions
        self._reads = reading.log.reads

    def as_seen_by(self, authority: Authority | None) -> "Pages":
        """The same of what somebody may read."""
        seen = copy(self)
        seen.views = self.views.as_seen_by(authority)
        return seen

    def answer(self, question: Question, asked: Asked, wanted: InPages = None) -> View:
        """The answer; in pages where that is wanted, or where the dossier is not small by the day."""
        moment = self.views.moments.settle(asked)
        if wanted == "whole" or (wanted is None and self._is_small(question.dossier, moment)):
            return self._whole(question, moment)
        limit = wanted or LIMIT
        return page(self._counted(question, moment, limit) or self._folded(question, moment, limit), limit)

    def items(self, question: Question, asked: Asked, path: str, first: int, limit: int) -> Items:
        """A page of one list of an answer; raise `Invalid` where the answer has no such list."""
        whole = self._whole(question, self.views.moments.settle(asked))
        return items(whole, question.view, path, first, limit)

    def _counted(self, question: Question, moment: Moment, limit: int) -> View | None:
        """The answer with as much as a page of it holds, where it can be had without a fold."""
        counted, dossier = VIEWS[question.view].counted, question.dossier
        if counted is None or question.lens != NO_LENS:
            return None
        self.views.require(dossier, moment.position, question.lens)
        if self._versions.has_links(dossier, moment.position):
            return None
        return counted(Counting(self._reads, self._versions, dossier, moment), limit)

    def _whole(self, question: Question, moment: Moment) -> View:
        return self._folded(question, moment, None)

    def _folded(self, question: Question, moment: Moment, most: int | None) -> View:
        return self.views.view_at(VIEWS[question.view], question.dossier, moment, question.lens, most)

    def _is_small(self, dossier: str, moment: Moment) -> bool:
        return not self._versions.exceed(dossier, moment.position, moment.as_of, SMALL)
