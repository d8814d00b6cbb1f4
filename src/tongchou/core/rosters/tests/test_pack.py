"""The rule pack: every combination of states has one outcome, and every class can be reached."""

from collections import Counter
from pathlib import Path

import pytest

from tongchou.core.rosters import PackError, load_pack
from tongchou.core.rosters.pack import GROUPS, packs_folder
from tongchou.core.rosters.words import _STATES

PACK = load_pack("370830")


@pytest.mark.parametrize("group", GROUPS)
def test_the_table_is_total_and_exclusive(group: str) -> None:
    table = PACK.tables[group]
    reached: Counter[str] = Counter()
    for state in table.combinations():
        holding = [one for one in table.classes if one.holds(state)]
        outcome = table.outcome(state)
        assert holding[0] is outcome  # the first that holds, and there always is one
        reached[outcome.name] += 1
    assert set(reached) == {one.name for one in table.classes}  # none is hidden by those before it


def test_each_class_of_the_domain_is_there_once() -> None:
    codes = PACK.codes()
    assert len(codes) == len(set(codes))
    assert {f"L{at}" for at in range(1, 8)} <= set(codes)
    assert {f"I{at}" for at in range(1, 7)} <= set(codes)
    enrolment = {"E1", "E2a", "E2b", "E2c", "E2d", *(f"E{at}" for at in range(3, 11))}
    assert enrolment <= set(codes)
    assert {f"F{at}" for at in range(1, 9)} <= set(codes)


@pytest.mark.parametrize("code", PACK.codes())
def test_a_class_says_what_to_do_and_when_it_closes(code: str) -> None:
    found = PACK.class_of(code)
    assert found.name
    assert found.action
    assert found.closes
    assert found.deadline > 0 or found.watch or found.at_once


@pytest.mark.parametrize("group", ["E", "F"])
def test_every_state_has_its_words(group: str) -> None:
    for one in PACK.tables[group].classes:
        for name in one.when if one.code else ():
            values = set(PACK.tables[group].states[name])
            assert name == "waiver" or values <= set(_STATES[name]), name


def test_every_number_has_its_source_or_is_marked() -> None:
    for name, one in PACK.parameters.items():
        assert one.cite or one.assumed, name


def test_an_area_has_its_own_numbers_and_version() -> None:
    assert PACK.version != load_pack().version
    assert "汶上" in PACK.parameters["cut_date"].cite
    assert PACK.cut_date(2020).isoformat() == "2019-12-31"


@pytest.mark.parametrize(
    ("stem", "agency"),
    [
        ("民政", "civil_affairs"),
        ("2019年6月低保名单", "civil_affairs"),
        ("canlian", "disabled"),
        ("县扶贫办", "poverty"),
        ("公安死亡注销", "police"),
        ("殡仪馆", "funeral"),
        ("税务缴费", "tax"),
        ("省平台", "elsewhere"),
    ],
)
def test_a_sender_is_told_by_the_name_of_its_file(stem: str, agency: str) -> None:
    found = PACK.source_of(stem)
    assert found is not None
    assert (found.agency, found.code) == (agency, stem)


@pytest.mark.parametrize(
    ("words", "identity"),
    [
        ("农村低保", "low_income"),
        ("低保边缘家庭", "low_income_edge"),
        ("脱贫不享受", ""),
        ("建档立卡贫困户", "registered_poor"),
        ("特困人员（集中供养）", "destitute"),
        ("返贫致贫风险监测户", "relapse_risk"),
        ("其他", None),
    ],
)
def test_the_words_of_a_category(words: str, identity: str | None) -> None:
    assert PACK.category_of(words) == identity


@pytest.mark.parametrize(
    ("words", "statuses"),
    [
        ("死亡", {"dead"}),
        ("本人已去世", {"dead"}),
        ("退出（死亡）", {"left", "dead"}),
        ("本月减少", {"left"}),
        ("丈夫去世", set()),
        ("父死亡母改嫁", set()),
        ("其子服兵役，女儿外嫁", set()),
        ("户主死亡，已变更户主", set()),
        ("儿子服刑，本人失联", {"missing"}),
        ("丈夫去世后本人失联", {"missing"}),
        ("全家迁出", {"moved"}),
        ("未死亡", set()),
        ("没有退出，不取消", set()),
        ("不再享受", {"left"}),
        ("因病收入减少", set()),
        ("家庭劳动力减少", set()),
    ],
)
def test_what_a_note_says_of_whom_the_row_is_about(words: str, statuses: set[str]) -> None:
    assert PACK.statuses_of(words) == statuses


@pytest.mark.parametrize(
    ("scheme", "words", "counts"),
    [
        ("城乡居民基本医疗保险", "", True),
        ("", "", True),
        ("城乡居民基本养老保险", "", False),
        ("城乡居民基本医疗保险", "已退费", False),
    ],
)
def test_a_payment_that_counts(scheme: str, words: str, counts: bool) -> None:
    assert PACK.counts(scheme, words) is counts


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('{life: dead, running: "yes"}', "{life: drowned}"),
        ("holds: payments", "holds: money"),
        ("relief: [low_income, destitute]", "relief: [rich]"),
        ("parameters:", "numbers:"),
    ],
)
def test_a_pack_that_is_wrong_is_refused(tmp_path: Path, old: str, new: str) -> None:
    text = (packs_folder() / "rules.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "rules.yaml").write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(PackError):
        load_pack("", tmp_path)
