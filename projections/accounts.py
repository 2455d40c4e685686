"""Accounts: who tells what of one happening, side by side, and the account of one party alone."""

from collections.abc import Iterator
from uuid import UUID

from domain.decisions import account_of
from domain.developments import Development
from domain.entry import Entry, OpenedDispute
from domain.errors import AccountOutdated
from domain.values import Source, actor_keys


def speaks(source: Source, party: str) -> bool:
    """Whether the chain of a source starts with a party, or with somebody who acts for it."""
    if source.origin is None:
        return source.origin_key == party
    return party in set(actor_keys(source.origin))


def own_dispute(entry: Entry, party: str) -> OpenedDispute | None:
    """The party's last dispute that it has not withdrawn, and that the record has not taken over.

    What the record dismissed is still what the party says.
    """
    own = [
        dispute
        for dispute in entry.disputes
        if party in set(actor_keys(dispute.by)) and dispute.outcome in {None, "dismissed"}
    ]
    return own[-1] if own else None


def according_to(party: str, entry: Entry) -> Entry | None:
    """The entry as one party tells it; `None` where the party says nothing of it, or denies it."""
    dispute = own_dispute(entry, party)
    if dispute is not None:
        if dispute.account is None:
            return None
        told = account(entry, dispute)
        return _alone(entry, told, dispute.sources or entry.development.sources)
    sources = tuple(source for source in entry.sources if speaks(source, party))
    return _alone(entry, entry.development, sources) if sources else None


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


def happenings(entries: list[Entry]) -> Iterator[tuple[Entry, ...]]:
    """The entries that report one happening each, as it has been judged; most stand alone."""
    by_id = {entry.id: entry for entry in entries}
    seen: set[UUID] = set()
    links = _links(by_id)
    for entry in entries:
        if entry.id not in seen:
            group = _group(entry.id, links)
            seen |= group
            yield tuple(by_id[one] for one in by_id if one in group) if len(group) > 1 else (entry,)


def _links(by_id: dict[UUID, Entry]) -> dict[UUID, set[UUID]]:
    links: dict[UUID, set[UUID]] = {}
    for entry in by_id.values():
        for other in entry.same_as:
            if other in by_id:
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
