"""For random histories every field of every development is in what a format writes, or in its ledger."""

import json
import re
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.formats.registry import FORMATS, Wish
from service.formats.tables import TABLES
from service.formats.telling import tell
from service.formats.whole import Ledger
from service.moments import Asked
from tests.scenarios.chronicle import DOSSIER
from tests.scenarios.histories import EVERY, LAST, histories
from tests.service.formats.taking_out import assert_held_or_lost
from tests.service.formats.test_other_formats import as_text
from tests.service.proving.answering import answering

pytestmark = pytest.mark.sqlite

WHOLE = ["timelinejs", "prov", "ftm"]


def written(telling, name: str, table: str = "developments"):
    """What a format writes, and what it loses."""
    ledger = Ledger()
    content = b"".join(FORMATS[name].write(telling, ledger, Wish(TABLES[table])))
    losses = [{"development": one.development, "field": one.field} for one in ledger.losses]
    return content, losses


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=8)
@given(history=histories(EVERY), day=st.integers(1, LAST))
def test_nothing_is_dropped_in_silence(name, history, day):
    with answering(history) as service:
        telling = tell(service.views, service.log, DOSSIER.id, Asked(as_of=date(2031, 3, day)))
        content, losses = written(telling, name)
        lines, _ = written(telling, "jsonl")

    there = as_text(content)
    if name == "ftm":  # There an interval is two dates.
        there = re.sub(r",startDate,.*?,([-\d]+),[^\n]*\n.*?,endDate,.*?,([-\d]+),", r"\g<0> \1/\2", there)
    for line in lines.splitlines()[1:]:
        assert_held_or_lost(json.loads(line), there, losses)


@settings(max_examples=8)
@given(history=histories(EVERY), day=st.integers(1, LAST))
def test_all_tables_hold_all_of_it(history, day):
    with answering(history) as service:
        telling = tell(service.views, service.log, DOSSIER.id, Asked(as_of=date(2031, 3, day)))
        tables = [as_text(written(telling, "csv", table)[0]) for table in TABLES]
        lines, _ = written(telling, "jsonl")
        _, losses = written(telling, "csv-zip")

    assert losses == []
    for line in lines.splitlines()[1:]:
        assert_held_or_lost(json.loads(line), "\n".join(tables), [])
