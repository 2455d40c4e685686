"""Cumulative exchanges: stages and persons as intervals, promised against carried out."""

from itertools import chain, combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from projections.exchanges import exchanges
from tests.projections.clerk import papers
from tests.projections.grounds import grounds, rested_on
from tests.projections.reports import LENSES, Lens, standing_papers
from tests.scenarios.histories import EXCHANGES, days, histories, moments

# Against every possible world: each possible stage took place, or did not


def bounds_of(count):
    """The least and the most that a count allows; `None` for no upper bound."""
    match count:
        case {"type": "exact", "value": value}:
            return value, value
        case {"type": "at_least", "min": least}:
            return least, None
        case {"type": "at_most", "max": most}:
            return 0, most
        case {"type": "between", "min": least, "max": most}:
            return least, most
    return 0, None


def side_of(actor):
    """Whom an actor stands for."""
    return actor if isinstance(actor, str) else actor.get("acts_for") or actor.get("part_of") or actor["id"]


def listed_by(paper):
    """The counts that a return lists, by side."""
    return {side_of(one["side"]): one["count"] for one in paper.told["persons"]}


def between(paper, promised):
    """The sides that a return was to bring persons back to, as far as anything says so."""
    return {*map(side_of, paper.told["parties"]), *promised.get(paper, ())}


def counts_of(paper, side, promised):
    """What is known of one side's persons in a return; `None` where nothing says that any came back."""
    listed = listed_by(paper)
    if side in listed:
        return listed[side]
    mutual = paper.kind == "exchange-stage-carried-out"
    if listed and not mutual:
        return None
    sides = between(paper, promised)
    return {"type": "unknown"} if side in sides or not sides else None


def category_count(paper, side, category, promised):
    """What is known of how many of one side's persons were of a category."""
    whole = counts_of(paper, side, promised)
    for one in paper.told["persons"]:
        for counted in one.get("by_category", ()):
            if side_of(one["side"]) == side and counted["category"] == category:
                return counted["count"]
    nobody = whole in (None, {"type": "not_applicable"}, {"type": "exact", "value": 0})
    return whole if nobody else {"type": "unknown"}


def summed(counts):
    """The interval of one world's sum, its parts, and how many of them are unknown and withheld."""
    parts = [count for count in counts if count is not None and count["type"] != "not_applicable"]
    mosts = [bounds_of(count)[1] for count in parts]
    return (
        sum(bounds_of(count)[0] for count in parts),
        None if None in mosts else sum(mosts),
        len(parts),
        sum(count["type"] == "unknown" for count in parts),
        sum(count["type"] == "withheld" for count in parts),
    )


def tallies(counts, as_of):
    """The sum over the certain stages, and the bounds over all worlds."""
    possible = [paper for paper in counts if not paper.certain(as_of)]
    certain = [counts[paper] for paper in counts if paper.certain(as_of)]
    chosen = chain.from_iterable(combinations(possible, n) for n in range(len(possible) + 1))
    every = [summed([*certain, *(counts[paper] for paper in some)]) for some in chosen]
    mosts = [world[1] for world in every]
    return summed(certain), (
        min(world[0] for world in every),
        None if None in mosts else max(mosts),
        *(max(world[part] for world in every) for part in (2, 3, 4)),
    )


def shown_tally(tally):
    """Both sums as an answer gives them."""
    return tuple(
        (one.at_least, one.at_most, one.stages, one.unknown, one.withheld)
        for one in (tally.certain, tally.with_possible)
    )


def has_count(paper):
    """Whether anybody published how many returned to any side."""
    return any(
        count["type"] in {"exact", "at_least", "at_most", "between"} for count in listed_by(paper).values()
    )


def check_returned(shown, stages, promised, as_of):
    """What is returned in all of some stages is what the worlds give."""
    certain = [paper for paper in stages if paper.certain(as_of)]
    uncounted = [paper for paper in stages if not has_count(paper)]
    sides = sorted({side for paper in stages for side in (*listed_by(paper), *between(paper, promised))})
    categories = sorted(
        {
            (side_of(one["side"]), counted["category"])
            for paper in stages
            for one in paper.told["persons"]
            for counted in one.get("by_category", ())
        }
    )
    assert (shown.stages.certain, shown.stages.possible) == (len(certain), len(stages) - len(certain))
    assert (shown.without_count.certain, shown.without_count.possible) == (
        len([paper for paper in uncounted if paper in certain]),
        len([paper for paper in uncounted if paper not in certain]),
    )
    assert {one.side: shown_tally(one.persons) for one in shown.persons} == {
        side: tallies({paper: counts_of(paper, side, promised) for paper in stages}, as_of) for side in sides
    }
    assert {(one.side, one.category): shown_tally(one.persons) for one in shown.categories} == {
        pair: tallies({paper: category_count(paper, *pair, promised) for paper in stages}, as_of)
        for pair in categories
    }
    covered = {name for paper in stages for name in paper.told.get("categories", ())}
    assert sorted(shown.named_categories) == sorted(covered | {category for _, category in categories})
    assert rested_on(shown) == grounds(stages, as_of)


def family_of(named, agreements):
    """The first of the agreements that sign or amend each other, `named` among them, as an id."""
    by_id = {str(paper.id): paper.told.get("agreement") for paper in agreements}
    path = [named]
    while by_id.get(path[-1]) and by_id[path[-1]] not in path:
        path.append(by_id[path[-1]])
    following = by_id.get(path[-1])
    return min(path[path.index(following) :]) if following else path[-1]


def about_exchange(terms):
    """Whether a stipulation is about an exchange."""
    return bool(terms.get("formula") or terms.get("promised") or terms.get("issue") == "prisoner_exchange")


def in_turn(agreements):
    """In the order of time, but none before what it signs or amends."""
    left, placed = list(agreements), []
    while left:
        names = {str(paper.id): paper for paper in left}
        free = [one for one in left if names.get(one.told.get("agreement"), one) is one]
        placed.append((free or left)[0])
        left.remove(placed[-1])
    return placed


def tellings_of(agreements):
    """For each agreement and stipulation how each of its family tells it."""
    told = {}
    for paper in in_turn(agreements):
        for terms in paper.told["stipulations"]:
            under = (family_of(str(paper.id), agreements), terms["id"])
            told.setdefault(under, []).append((paper, terms))
    return told


def terms_of(told, as_of):
    """The latest terms, of the certain tellings if there are any: each changes only what it gives."""
    latest = {}
    for _, terms in [one for one in told if one[0].certain(as_of)] or told:
        latest |= terms
    return latest


def agreed_of(told, as_of):
    """Whether a stipulation had been agreed."""
    return "certain" if any(paper.certain(as_of) for paper, _ in told) else "possible"


def under_of(paper, agreements):
    """What a return was carried out under: the family, and the stipulation."""
    named = paper.told.get("under")
    return (family_of(named["agreement"], agreements), named.get("stipulation")) if named else (None, None)


def promised_by(returns, told, agreements, as_of):
    """For each return the sides to which its stipulation promised persons."""
    terms = {paper: terms_of(told.get(under_of(paper, agreements), []), as_of) for paper in returns}
    return {paper: [side_of(one["side"]) for one in terms[paper].get("promised", ())] for paper in returns}


def living(returns):
    """Those of the returns that bring back persons who live."""
    return [paper for paper in returns if paper.kind != "remains-repatriated"]


def dead(returns):
    """The others."""
    return [paper for paper in returns if paper.kind == "remains-repatriated"]


def formula_of(terms):
    """A stipulation's formula in one word."""
    match terms.get("formula"):
        case {"type": "n_for_m", "n": n, "m": m}:
            return f"{n}_for_{m}"
        case {"type": formula}:
            return formula
    return None


MOSTLY_TWINS = histories(("agreement-reached", "agreement-signed", "exchange-stage-carried-out"), most=20)


@settings(max_examples=200)
@given(
    history=st.one_of(histories(EXCHANGES), MOSTLY_TWINS),
    as_of=days(),
    known_at=moments(),
    lens=st.one_of(st.just(Lens()), LENSES),
)
def test_every_sum_is_the_interval_over_all_worlds(history, as_of, known_at, lens):
    standing = standing_papers(history.acts, as_of, known_at, lens)
    agreements = [paper for paper in standing if paper.kind.startswith("agreement-")]
    told = tellings_of(agreements)
    promises = {under for under in told if any(about_exchange(terms) for _, terms in told[under])}
    returns = {paper: under_of(paper, agreements) for paper in standing if paper.kind in EXCHANGES[3:]}
    promised = promised_by(returns, told, agreements, as_of)

    shown = exchanges(
        history.chronicle.cut(as_of, known_at, standings=lens.standings, according_to=lens.party)
    )

    for name, kind in zip(("exchanges", "remains", "releases"), EXCHANGES[3:], strict=True):
        check_returned(getattr(shown, name), [p for p in returns if p.kind == kind], promised, as_of)
    groups = {(one.agreement and str(one.agreement), one.stipulation): one for one in shown.by_stipulation}
    assert len(groups) == len(shown.by_stipulation)
    assert set(groups) == {*promises, *returns.values()}
    retracted = {str(paper.id) for paper in papers(history.acts, known_at).values() if paper.retracted}
    for under, one in groups.items():
        own = [paper for paper in returns if returns[paper] == under]
        check_returned(one.carried_out, living(own), promised, as_of)
        check_returned(one.remains, dead(own), promised, as_of)
        terms = terms_of(told[under], as_of) if under in promises else {}
        family = in_turn([p for p in agreements if family_of(str(p.id), agreements) == under[0]])
        assert one.agreed == (agreed_of(told[under], as_of) if under in promises else None)
        assert one.formula == formula_of(terms)
        assert [(p.side, p.count.model_dump(exclude_unset=True)) for p in one.promised] == [
            (side_of(p["side"]), p["count"]) for p in terms.get("promised", ())
        ]
        assert one.title == next((p.told["title"] for p in family if "title" in p.told), None)
        assert one.retracted == (under[0] in retracted)
        assert rested_on(one) == grounds(family, as_of)
