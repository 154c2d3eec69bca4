"""A part of a dataset is made as the whole is, and is never stored."""

import pytest

from equipoise.dataset import store
from equipoise.dataset.build import Part, build
from equipoise.dataset.columns import TABLES


@pytest.fixture
def told(story):
    told = story()
    for number, value in enumerate(("<0.05", "0.2", "<0.05"), 1):
        who = told.person(f"01-000{number}")
        told.dose(who, 83)
        told.sample(who, 84, value)
        told.medicate(who, "2026-04-01")
    told.person("01-0004", allocated=False)
    return told


@pytest.mark.parametrize("table", TABLES)
def test_each_table_by_itself_is_as_it_is_in_the_whole(told, table):
    whole, part = build(told.events), build(told.events, Part([table]))
    assert list(part.tables) == [table]
    assert part.tables[table].equals(whole.tables[table])
    assert part.header == whole.header


def test_outcomes_of_some_endpoints_are_as_they_are_in_the_whole(told):
    endpoint = told.study.endpoints.endpoints[-1].id
    whole, part = build(told.events), build(told.events, Part(["endpoints", "decisive"], endpoints=[endpoint]))
    assert whole.tables["endpoints"].height > part.tables["endpoints"].height > 0
    for table in ("endpoints", "decisive"):
        assert part.tables[table].equals(whole.tables[table].filter(endpoint=endpoint))


def test_results_of_some_variables_are_as_they_are_in_the_whole(told):
    name = told.study.endpoints.endpoints[0].variable
    whole, part = build(told.events), build(told.events, Part(["labs"], variables=[name]))
    assert part.tables["labs"].height > 0
    assert part.tables["labs"].equals(whole.tables["labs"].filter(variable=name))
    assert build(told.events, Part(["labs"], variables=[])).tables["labs"].is_empty()


def test_a_part_is_not_stored(told, tmp_path):
    with pytest.raises(ValueError, match="without participants"):
        store.write(build(told.events, Part(["endpoints"])), tmp_path)
    assert not list(tmp_path.iterdir())
