"""Figures: medians against targets, and columns that stand straight."""

import pytest

from tongchou.commands.figures import Figure, as_table


@pytest.mark.parametrize(
    ("figure", "reached"),
    [
        (Figure("a", (1.0, 9.0, 40.0), "x", target=9.0), True),
        (Figure("a", (1.0, 8.9, 40.0), "x", target=9.0), False),
        (Figure("a", (1.0, 20.0, 90.0), "x", target=20.0, at_most=True), True),
        (Figure("a", (1.0, 20.1, 90.0), "x", target=20.0, at_most=True), False),
        (Figure("a", (1.0,), "x"), None),
    ],
)
def test_the_median_decides(figure: Figure, reached: bool | None) -> None:
    assert figure.reached is reached


def test_a_table_shows_median_extremes_target_and_verdict() -> None:
    table = as_table(
        [
            Figure("单笔带明细", (18.25, 17.0, 19.0), "微秒", target=20.0, at_most=True),
            Figure("columns", (38_000.0, 41_000.0, 45_000.4), "笔/秒", target=60_000.0),
            Figure("peer", (0.165,), "百万笔/秒"),
        ]
    )
    assert [line.split() for line in table.splitlines()] == [
        ["测什么", "中位", "最小", "最大", "单位", "目标", "达到"],
        ["单笔带明细", "18.2", "17.0", "19.0", "微秒", "≤", "20.0", "是"],
        ["columns", "41,000", "38,000", "45,000", "笔/秒", "≥", "60,000", "否"],
        ["peer", "0.17", "0.17", "0.17", "百万笔/秒"],
    ]


def test_chinese_takes_two_places_so_numbers_end_in_one_column() -> None:
    short, long = as_table([Figure("中文", (1.5,), "x"), Figure("abcd", (1.5,), "x")]).splitlines()[
        1:
    ]
    assert short.index("1.50") + 2 == long.index("1.50")
