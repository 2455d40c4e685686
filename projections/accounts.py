"""Accounts: who tells what of one happening, side by side, and the account of one party alone."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from domain.decisions import account_of
from domain.developments import Development
from domain.entry import Entry, OpenedDispute
from domain.errors import AccountOutdated
from domain.values import Attribution, Source, actor_keys


def speaks(source: Source, party: str) -> bool:
    """Whether the chain of a source starts with a party, or with somebody who acts for it."""
    if source.origin is None:
        return source.origin_key == party
    return party in set(actor_keys(source.origin))


def own_disputes(entry: Entry, party: str) -> tuple[OpenedDispute, ...]:
    """The party's disputes that it has not withdrawn; what the record dismissed it still says."""
    return tuple(
        dispute
        for dispute in entry.disputes
        if party in set(actor_keys(dispute.by)) and dispute.outcome != "withdrawn"
    )


def according_to(party: str, entry: Entry, known_on: date) -> Entry | None:
    """The entry as one party tells it; `None` where the party says nothing of it, or denies it.

    `known_on` is the day of the moment of knowledge: by then the party has told it.
    """
    own = own_disputes(entry, party)
    sources = tuple(source for source in entry.sources if speaks(source, party))
    if not own:
        return _alone(entry, entry.development, sources) if sources else None
    if own[-1].account is None:
        return None
    return _in_its_words(entry, own, sources, known_on)


def _in_its_words(
    entry: Entry, own: Sequence[OpenedDispute], sources: tuple[Source, ...], known_on: date
) -> Entry:
    for dispute in own:
        if dispute.account is not None:
            entry = entry.model_copy(update={"development": account(entry, dispute)})
        sources += dispute.sources
    earliest = entry.development.occurred.earliest
    known_by = known_on if earliest and earliest > entry.known_by else entry.known_by
    told = _alone(entry, entry.development, sources or (_word_of(own[-1]),))
    return told.model_copy(update={"known_by": known_by})


def _word_of(dispute: OpenedDispute) -> Source:
    """The dispute itself, as the source of what is told in it."""
    speaker = Attribution(actor=dispute.by, role="speaker")
    return Source(outlet=f"this record, dispute {dispute.number}", chain=(speaker,))


def account(entry: Entry, dispute: OpenedDispute) -> Development:
    """The development as a disputing party tells it.

    Where later amendments leave no room for that, it is the account as it was first told.
    """
    assert dispute.account is not None
    try:
        return account_of(entry, dispute)
    except AccountOutdated:
        return dispute.account


def _alone(entry: Entry, told: Development, sources: tuple[Source, ...]) -> Entry:
    alone = told.model_copy(update={"sources": sources})
    return entry.model_copy(update={"development": alone, "corroborations": (), "disputes": ()})


def happenings(entries: Sequence[Entry]) -> Iterator[tuple[Entry, ...]]:
    """The entries that report one happening each, as it has been judged; most stand alone.

    What was retracted reports nothing, so it joins nothing.
    """
    links = _links(entries)
    by_id = {entry.id: entry for entry in entries if entry.id in links} if links else {}
    seen: set[UUID] = set()
    for entry in entries:
        if not by_id or entry.id not in by_id:
            yield (entry,)
        elif entry.id not in seen:
            group = _group(entry.id, links)
            seen |= group
            yield tuple(by_id[one] for one in group)


def _links(entries: Sequence[Entry]) -> dict[UUID, set[UUID]]:
    """For each entry that was judged to be the same as others, those; most dossiers hold few."""
    judged = [entry for entry in entries if entry.same_as and not entry.retracted]
    standing = {entry.id for entry in entries if not entry.retracted} if judged else set()
    links: dict[UUID, set[UUID]] = {}
    for entry in judged:
        for other in standing.intersection(entry.same_as):
            links.setdefault(entry.id, set()).add(other)
            links.setdefault(other, set()).add(entry.id)
    return links


def _group(one: UUID, links: dict[UUID, set[UUID]]) -> set[UUID]:
    group, reach = {one}, [one]
    while reach:
        fresh = links.get(reach.pop(), set()) - group
        group |= fresh
        reach.extend(fresh)
    return group
