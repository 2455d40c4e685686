"""Timeline, single developments and histories, against a clerk's own account of the same acts."""

from datetime import timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from projections.on_record import on_record
from projections.timeline import timeline
from tests.projections.clerk import certainty, keys_of, origins, papers
from tests.projections.reports import LENSES, standing_papers
from tests.scenarios.histories import FIRST_MOMENT, day, days, histories, moments

REFERENCES = ("to", "ceasefire", "supersedes", "agreement", "step")


def named_by(told):
    """The ids of what a telling rests on, in the order in which it names them."""
    under, after = told.get("under") or {}, told.get("after") or {}
    named = [told.get(name) for name in REFERENCES]
    return [one for one in [*named, under.get("agreement"), after.get("met_by")] if one]


FEW = st.sampled_from(
    [("call-held",), ("agreement-reached", "exchange-stage-carried-out"), ("statement-made",)]
)
"""So few kinds that many developments are of the same one."""


@given(history=histories(), as_of=days(), known_at=moments(), lens=LENSES)
def test_the_timeline_is_what_may_have_happened_by_the_day_in_the_order_of_time(
    history, as_of, known_at, lens
):
    check_timeline(history, as_of, known_at, lens)


@given(
    history=FEW.flatmap(lambda kinds: histories(kinds, most=20)),
    as_of=st.integers(6, 12).map(day),
    known_at=st.integers(20, 300).map(lambda n: FIRST_MOMENT + timedelta(hours=n)),
    lens=LENSES,
)
def test_reports_of_one_happening_are_one_and_accounts_are_told_apart(history, as_of, known_at, lens):
    check_timeline(history, as_of, known_at, lens)


def check_timeline(history, as_of, known_at, lens):
    """The timeline is what the clerk makes of the same acts."""
    chronicle, taken = history.chronicle, history.acts
    known = papers(taken, known_at)
    retracted = {str(paper.id) for paper in known.values() if paper.retracted}

    shown = timeline(chronicle.cut(as_of, known_at, standings=lens.standings, according_to=lens.party))

    assert shown.position == 1 + sum(act.at <= known_at for act in taken)
    assert [
        {
            "id": one.id,
            "version": one.version,
            "kind": one.kind,
            "certainty": one.certainty,
            "standing": one.standing,
            "bounds": (one.earliest, one.latest),
            "recorded_at": one.recorded_at,
            "told": one.development,
            "same_as": [str(other) for other in one.same_as],
            "accounts": [(told.id, told.by, told.denies, told.says) for told in one.accounts],
            "fallen": [str(fallen) for fallen in one.rests_on_retracted],
        }
        for one in shown.developments
    ] == [
        {
            "id": paper.id,
            "version": paper.version,
            "kind": paper.kind,
            "certainty": certainty(paper, as_of),
            "standing": paper.standing,
            "bounds": paper.span,
            "recorded_at": paper.recorded_at,
            "told": paper.reports[0].told,
            "same_as": [str(other.id) for other in paper.reports[1:]],
            "accounts": accounts_of(paper),
            "fallen": [named for named in named_by(paper.reports[0].told) if named in retracted],
        }
        for paper in standing_papers(taken, as_of, known_at, lens)
    ]


def accounts_of(paper):
    """Who tells what of a happening, where it is not all the same; a denial tells nothing."""
    told = []
    for one in paper.reports:
        told.append((one.id, None, one.told))
        for number in one.open_disputes:
            says = one.disputes[number]
            told.append((one.id, keys_of(one.by[number])[0], one.told | says if says else None))
    tellings = [telling for _, _, telling in told if telling is not None]
    named = {name for telling in tellings for name in telling} - {"sources", "summary"}
    fields = [name for name in named if any(one.get(name) != tellings[0].get(name) for one in tellings)]
    if not fields and len(tellings) == len(told):
        return []
    return [
        (identity, by, one is None, {name: one.get(name) for name in fields} if one else {})
        for identity, by, one in told
    ]


@given(history=histories(), as_of=days(), known_at=moments())
def test_a_development_on_record_is_what_was_told_with_all_that_was_said_of_it(history, as_of, known_at):
    chronicle, taken = history.chronicle, history.acts

    for paper in papers(taken, known_at).values():
        known = chronicle.cut(as_of, known_at)
        entry = chronicle.entry(paper.id, known.moment.position)
        naming = [one for one in papers(taken, known_at).values() if str(paper.id) in one.same]
        others = [chronicle.entry(one.id, known.moment.position) for one in naming]
        shown = on_record(entry, known.moment, known.retracted, others)

        assert (shown.development, shown.version, shown.standing) == (
            paper.told,
            paper.version,
            paper.standing,
        )
        assert (shown.certainty, shown.earliest, shown.latest) == (certainty(paper, as_of), *paper.span)
        assert shown.independent_origins == origins(paper.sources)
        judged = [*((one, paper) for one in paper.same), *((str(one.id), one) for one in naming)]
        assert list(map(str, shown.same_as)) == list(dict.fromkeys(one for one, _ in judged))
        assert [
            (str(one.other), one.said_of.id, one.said_of.version, one.counted_once)
            for one in shown.identifications
        ] == [
            (one, by.id, by.version, not (paper.retracted or UUID(one) in known.retracted))
            for one, by in judged
        ]
        assert list(shown.corroborations) == paper.added
        assert {one.dispute: (one.by, one.says, one.outcome) for one in shown.disputes} == {
            number: (keys_of(paper.by[number])[0], says, paper.outcomes.get(number))
            for number, says in paper.disputes.items()
        }
        assert {
            one.rectification: (one.proposes, len(one.objections), one.outcome)
            for one in shown.rectifications
        } == {number: (p.changes, p.objections, p.outcome) for number, p in paper.proposals.items()}


@given(history=histories(), known_at=moments())
def test_a_history_gives_every_version_with_its_author_its_reason_and_what_it_changed(history, known_at):
    chronicle, taken = history.chronicle, history.acts
    for paper in papers(taken, known_at).values():
        versions = chronicle.told_of(paper.id, known_at).versions
        own = [(n, act) for n, act in enumerate(taken, 2) if act.identity == paper.id and act.at <= known_at]

        assert [one.version for one in versions] == list(range(1, len(own) + 1))
        before = None
        for version, (position, act) in zip(versions, own, strict=True):
            after = papers(taken, act.at)[paper.id]
            assert (version.position, version.recorded_at) == (position, act.at)
            assert version.event == _STORED.get(act.verb, after.kind)
            assert (version.recorded_by, version.reason) == ("ada", act.body.get("reason"))
            assert version.standing == after.standing
            assert differences(version) == told_differently(before.told if before else {}, after.told)
            assert list(version.sources) == brought(act)
            assert version.said.model_dump(mode="json") == said_in(act, version, before)
            before = after


_STORED = {
    "amend": "amended",
    "corroborate": "corroborated",
    "dispute": "disputed",
    "resolve": "dispute-resolved",
    "propose": "rectification-proposed",
    "object": "objection-raised",
    "adopt": "rectification-adopted",
    "refuse": "rectification-refused",
    "judge-same": "same-as",
    "judge-not-same": "not-same-as",
    "retract": "retracted",
    "reinstate": "reinstated",
}


def said_in(act, version, before):
    """What the history should say that was said: the body, but for what it names that is as it was."""
    if act.verb == "record":
        return {"event": version.event, "dossier": "solace-2031", "development": act.body}
    given = {name: value for name, value in act.body.items() if name not in {"changes", "says"}}
    told = {
        name: {field: value for field, value in act.body[name].items() if before.told.get(field) != value}
        for name in ("changes", "says")
        if name in act.body
    }
    nothing = {"reason": None} if act.verb == "corroborate" else {"sources": []}
    return {"event": version.event, **nothing, **given, **told}


def differences(version):
    """Field by field what a version changed."""
    return {one.field: (one.before, one.after) for one in version.differences}


def told_differently(before, after):
    """Field by field how two tellings differ; what is not told is null."""
    return {name: (before.get(name), after[name]) for name in after if before.get(name) != after[name]}


def brought(act):
    """The sources that an act brings."""
    return act.body.get("sources", [act.body["source"]] if "source" in act.body else [])


@given(history=histories(), known_at=moments())
def test_a_dispute_in_a_history_shows_both_accounts(history, known_at):
    chronicle, taken = history.chronicle, history.acts
    for act in taken:
        if act.verb != "dispute" or act.at > known_at:
            continue
        before = papers(taken, act.at - timedelta(microseconds=1))[act.identity]
        raised = chronicle.told_of(act.identity).versions[before.version].raised

        says = {name: value for name, value in act.body["says"].items() if before.told.get(name) != value}
        assert {one.field: (one.on_record, one.says) for one in raised.contradicts} == {
            name: (before.told.get(name), value) for name, value in says.items()
        }
        assert (raised.dispute, raised.by) == (before.version + 1, keys_of(act.body["by"])[0])
