"""The file of relations: every number with its source or marked, every fault named at once."""

from datetime import date
from pathlib import Path

import pytest

from tongchou.core.sharing import RELATIONS, SharingError, load_relations


def test_every_relation_is_there_with_its_source_or_marked() -> None:
    found = load_relations()
    assert tuple(found) == RELATIONS
    assert all(one.cite and one.words for one in found.values())
    # Nobody has the two documents here: a row that claims otherwise needs its text in the library.
    assert all(one.assumed for one in found.values())
    assert found["kin"].since > found["spouse"].since > date(2021, 1, 1)


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    (tmp_path / "relations.yaml").write_text(
        "relations:\n"
        "  - {code: spouse, words: 配偶, from: 2021-04-22, cite: x}\n"
        "  - {code: spouse, words: 配偶, from: 2021-04-22, cite: x, until: 1}\n"
        "  - {code: cousin, words: '', from: soon, cite: x}\n"
        "  - 7\n"
    )
    with pytest.raises(SharingError) as refusal:
        load_relations(tmp_path)
    said = refusal.value.problems
    wrong = ["1.until", "1.code", "2.code", "2.from", "2.words", "3"]
    assert [one.split(": ")[0] for one in said] == [f"relations.{where}" for where in wrong]


@pytest.mark.parametrize("text", ["", "relations: []", "relations: {a: 1}", "[", "- 1"])
def test_a_file_without_rows_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "relations.yaml").write_text(text)
    with pytest.raises(SharingError):
        load_relations(tmp_path)


def test_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SharingError, match="读不了"):
        load_relations(tmp_path)
