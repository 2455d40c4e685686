"""The benchmarks' one table: that it can be measured, and says what was measured."""

import json

import pytest

from tests.benchmarks.__main__ import main


@pytest.mark.slow
def test_the_table_is_measured_and_written(tmp_path, capsys):
    main(size=1_000, small=1_000, runs=1, only="rebuilding", folder=tmp_path, out=tmp_path / "table.json")

    (figure,) = json.loads((tmp_path / "table.json").read_text())["figures"]
    assert figure["times"] == figure["own_runs"][0] / figure["reference_runs"][0]
    assert figure["reached"] is (figure["times"] >= 0.5)
    assert "rebuilding all views" in capsys.readouterr().out
