"""Spark folds what this machine folds: the same to the fen, and the same of what is damaged."""

import importlib.util
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tongchou.core.policy import read_reform
from tongchou.core.simulation import compare, policies_of, summary, totals
from tongchou.core.simulation.comparing import Sums
from tongchou.demo import cityyear
from tongchou.demo.cityyear import building
from tongchou.lake import spark
from tongchou.lake.manifest import LakeDamaged, read_manifest
from tongchou.lake.reading import Year, open_year
from tongchou.lake.replaying import replay
from tongchou.lake.schema import BILLS

needed = pytest.mark.skipif(
    importlib.util.find_spec("pyspark") is None or shutil.which("java") is None,
    reason="pyspark (tongchou[spark]) or Java is not installed",
)
RESIDENT = ("441700", 2025, "resident")
REFORMS = (
    '{name: lower, changes: [{path: tiers.basic.deductible.level3, add: "-100.00"}]}',
    '{name: dearer, changes: [{path: tiers.basic.rate.level2, set: "70"}]}',
)


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    with spark.session(4) as one:
        yield one


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as narrow:
        narrow.setattr(building, "PERSONS", 300)
        root = tmp_path_factory.mktemp("spark") / "lake"
        cityyear.build(root, 3000, 2025)
    return root


@pytest.fixture
def year(root: Path) -> Year:
    return open_year(root, *RESIDENT)


@needed
def test_a_replay_on_spark_finds_what_one_here_finds(session: Any, year: Year) -> None:
    here, there = replay(year), spark.replay(session, year)
    assert there == here
    assert there.different == 0 and there.bills > 10_000


@needed
def test_what_differs_is_found_there_too(session: Any, year: Year) -> None:
    other = policies_of(year.versions, year.texts, [read_reform(REFORMS[1], source="x")])[1]
    moved = Year(year.root, year.partition, year.book, other, year.texts)
    here, there = replay(moved), spark.replay(session, moved)
    assert there == here and there.different > 0


@needed
def test_a_comparison_on_spark_is_that_of_here(session: Any, year: Year) -> None:
    reforms = [read_reform(text, source="x") for text in REFORMS]
    policies = policies_of(year.versions, year.texts, reforms)
    here = compare(year.sources(), year.book, policies)
    there = spark.compare_year(session, year, policies)
    for name in Sums.__slots__:
        assert np.array_equal(getattr(there.sums, name), getattr(here.sums, name)), name
    assert there.examples == here.examples and there.tiers == here.tiers
    assert [totals(there, n) for n in range(3)] == [totals(here, n) for n in range(3)]
    said = [summary(one, ["a", "b"], plan="x", year=2025) for one in (here, there)]
    assert said[0] == said[1] and said[0]["claims"] == year.bills


@needed
def test_a_damaged_file_is_named_from_the_worker(session: Any, root: Path) -> None:
    manifest = read_manifest(root)
    partition = manifest.partitions[RESIDENT]
    file = partition.tables[BILLS.name][0]
    path = root / file.path
    whole = path.read_bytes()
    path.write_bytes(whole[:-8] + bytes(8))
    try:
        with pytest.raises(LakeDamaged, match=path.name):
            spark.replay(session, open_year(root, *RESIDENT))
    finally:
        path.write_bytes(whole)


def test_without_pyspark_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)
    with pytest.raises(spark.NoSpark, match=r"tongchou\[spark\]"), spark.session(1):
        pass
