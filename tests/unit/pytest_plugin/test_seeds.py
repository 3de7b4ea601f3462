import alembic.config
import pytest
from pytest_alembic.config import Config
from pytest_alembic.revision_data import RevisionSpec

from harness.data.given import NO_SEEDS, GivenRows, GivenSeeds
from harness.names import RevisionId
from harness.pytest_plugin.seeds import seeds_from, without_unknown

A, B = RevisionId("a"), RevisionId("b")
ONE = {"__tablename__": "users", "id": 1}
TWO = {"__tablename__": "users", "id": 2}
OTHER = {"__tablename__": "shop.orders", "id": 1}


@pytest.mark.parametrize("config", [{}, {"file": "a.ini"}, Config(), alembic.config.Config(), None,
                                    {"before_revision_data": None, "at_revision_data": {}}])
def test_no_rows_are_no_seeds(config):
    assert seeds_from(config) is NO_SEEDS


@pytest.mark.parametrize(("rows", "lots"), [
    (ONE, (GivenRows("users", ({"id": 1},)),)),
    ([ONE, TWO], (GivenRows("users", ({"id": 1}, {"id": 2})),)),
    ([ONE, OTHER, TWO], (GivenRows("users", ({"id": 1},)), GivenRows("shop.orders", ({"id": 1},)),
                         GivenRows("users", ({"id": 2},)))),
    ([], ()),
])
def test_rows_keep_their_order_and_those_for_one_table_are_one_lot(rows, lots):
    for config in ({"at_revision_data": {"a": rows}}, Config(at_revision_data={"a": rows}),
                   Config(at_revision_data=RevisionSpec({"a": rows}))):
        assert seeds_from(config) == GivenSeeds(at={A: lots})


def test_the_dict_is_left_as_it_is():
    config = {"before_revision_data": {"a": dict(ONE)}, "file": "a.ini"}
    assert seeds_from(config).before == {A: (GivenRows("users", ({"id": 1},)),)}
    assert config == {"before_revision_data": {"a": ONE}, "file": "a.ini"}


@pytest.mark.parametrize(("data", "message"), [
    ([ONE], r"cannot read before_revision_data of alembic_config: \[.*\] is no dict; give rows by revision"),
    ({"a": {"id": 1}}, "for revision 'a' names no table; give it '__tablename__'"),
    ({"a": ["users"]}, "'users' for revision 'a' names no table"),
])
def test_what_is_no_row_is_refused(data, message):
    with pytest.raises(pytest.UsageError, match=message):
        seeds_from({"before_revision_data": data})


def test_rows_of_unknown_revisions_are_left_out_and_told():
    rows = (GivenRows("users", ({"id": 1},)),)
    seeds = GivenSeeds(before={A: rows, B: rows}, at={B: rows})
    assert without_unknown(seeds, [A, B]) == (seeds, ())
    assert without_unknown(seeds, [A]) == (GivenSeeds(before={A: rows}), ("b",))
