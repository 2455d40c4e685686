"""Contacts: who spoke with whom, how, how often and how long, and each participant's own readout."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from projections.contacts import contacts
from tests.projections.grounds import grounds, rested_on
from tests.projections.reports import standing_papers
from tests.scenarios.chronicle import Chronicle
from tests.scenarios.histories import ORSOLIN, days, histories, moments

LENGTHS = {"PT30M": 30, "PT45M": 45, "PT2H": 120}
KINDS = ("call-held", "round-held")


# Against the clerk's own count


def told_of(paper, name):
    """What the reports of one contact tell of something, each thing once."""
    told = [one.told[name] for one in paper.reports if name in one.told]
    return [one for n, one in enumerate(told) if one not in told[:n]]


def length_of(papers):
    """The least and the most minutes that several contacts lasted, and of how many nobody knows."""
    least, most, unknown = 0, 0, 0
    for paper in papers:
        told = told_of(paper, "duration")
        least += min((LENGTHS.get(one.get("at_least"), 0) for one in told), default=0)
        ends = [LENGTHS.get(one.get("at_most")) for one in told]
        most = None if most is None or not ends or None in ends else most + max(ends)
        unknown += not told
    return least, most, len(papers), unknown


def counted(papers, names, as_of):
    """By name, how many contacts had certainly been held so, and how many possibly."""
    certain, possible = Counter(), Counter()
    for paper in papers:
        told = names(paper)
        for name in told:
            (certain if paper.certain(as_of) and len(told) == 1 else possible)[name] += 1
    return {name: (certain[name], possible[name]) for name in {*certain, *possible}}


def shown_counts(counts):
    return {name: (one.certain, one.possible) for name, one in counts.items()}


@given(
    history=st.sampled_from([KINDS, KINDS[:1]]).flatmap(lambda kinds: histories(kinds, most=16)),
    as_of=days(),
    known_at=moments(),
)
def test_contacts_are_what_the_clerk_counts(history, as_of, known_at):
    papers = standing_papers(history.acts, as_of, known_at)

    shown = contacts(history.chronicle.cut(as_of, known_at))

    pairs = {tuple(sorted(paper.reports[0].told["parties"])) for paper in papers}
    assert [one.sides for one in shown.between] == sorted(pairs)
    for one in shown.between:
        own = [paper for paper in papers if sorted(paper.reports[0].told["parties"]) == list(one.sides)]
        certain = [paper for paper in own if paper.certain(as_of)]
        assert (one.contacts.certain, one.contacts.possible) == (len(certain), len(own) - len(certain))
        assert shown_counts(one.formats) == counted(
            own, lambda paper: told_of(paper, "format") or ["unknown"], as_of
        )
        assert shown_counts(one.kinds) == counted(own, lambda paper: [paper.kind], as_of)
        length = one.length
        assert (length.at_least, length.at_most, length.contacts, length.unknown) == length_of(own)
        assert rested_on(one) == grounds(own, as_of)
    assert [one.id for one in shown.contacts] == [paper.id for paper in papers]
    for one, paper in zip(shown.contacts, papers, strict=True):
        assert (one.earliest, one.latest, one.standing) == (*paper.span, paper.standing)
        formats = told_of(paper, "format")
        assert one.format == (formats[0] if len(formats) == 1 else None)
        agenda = [(item["issue"], item["outcome"]) for item in paper.told["agenda"]]
        assert list(one.agenda) == list(dict.fromkeys(agenda))


# Told


def test_a_mediator_is_present_and_no_side_of_the_talks():
    lake = Chronicle()
    mediator = {"actor": "XC", "capacity": "mediator"}
    lake.record("round-held", "2031-03-07", parties=["XB"], participants=[{"actor": ORSOLIN}, mediator])

    shown = lake.view("contacts")

    assert [one.sides for one in shown.between] == [("XA", "XB")]
    assert (shown.contacts[0].sides, shown.contacts[0].present) == (("XB", "XA"), ("XC",))


def test_readouts_of_two_reports_of_one_call_stand_side_by_side():
    lake = Chronicle()
    ours = lake.record("call-held", "2031-03-04", readouts=[{"by": "XA", "text": "A good talk."}])
    theirs = lake.record("call-held", "2031-03-05", readouts=[{"by": "XB", "text": "No result."}])
    assert len(lake.view("contacts").contacts) == 2

    lake.judge_same(ours, theirs)
    (call,) = lake.view("contacts").contacts
    assert [(one.by, one.text) for one in call.readouts] == [("XA", "A good talk."), ("XB", "No result.")]
    assert (str(call.earliest), str(call.latest)) == ("2031-03-04", "2031-03-05")

    lake.judge_not_same(ours, theirs)
    assert len(lake.view("contacts").contacts) == 2
