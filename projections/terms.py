"""Terms: what an agreement promised and what was done under it, for all reports of one happening."""

from domain.developments.agreements import Agreement, PromisedPersons, Stipulation, Under
from domain.developments.humanitarian import Return
from domain.quantity import reconciled
from domain.values import side_of
from projections.cut import Held


def stipulations_of(held: Held) -> tuple[Stipulation, ...]:
    """The stipulations of an agreement, each once; what was promised holds whichever report is right."""
    told: dict[str, list[Stipulation]] = {}
    for report in held.reports:
        if isinstance(report.development, Agreement):
            for terms in report.development.stipulations:
                told.setdefault(terms.id, []).append(terms)
    return tuple(_one(tellings) for tellings in told.values())


def _one(tellings: list[Stipulation]) -> Stipulation:
    if len(tellings) == 1:
        return tellings[0]
    by_side: dict[str, list[PromisedPersons]] = {}
    for terms in tellings:
        for promised in terms.promised:
            by_side.setdefault(side_of(promised.side), []).append(promised)
    reconciled_promises = tuple(
        same[0].model_copy(update={"count": reconciled(one.count for one in same)})
        for same in by_side.values()
    )
    return tellings[0].model_copy(update={"promised": reconciled_promises} if by_side else {})


def under_of(held: Held) -> Under | None:
    """What a return was carried out under, as the first report that says so has it."""
    told = (report.development for report in held.reports)
    return next((one.under for one in told if isinstance(one, Return) and one.under), None)


def is_about_exchange(terms: Stipulation) -> bool:
    """Whether a stipulation promises a return of persons, so that counts can measure it."""
    return terms.formula is not None or bool(terms.promised) or terms.issue == "prisoner_exchange"
