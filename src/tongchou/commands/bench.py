"""`tongchou bench`: measure against the targets; one benchmark a module `bench_<name>`."""

from __future__ import annotations

import click

from tongchou.commands.lazy import LazyGroup

BENCHMARKS = {
    "engine": "政策引擎：单笔带明细，整列结算",
    "gateway": "接口：带全部校验的结算",
    "replay": "重放：今年的单据、留痕、账簿",
    "rosters": "名单比对：对不对，快不快",
    "city": "城市年：两千万张结算单的重算和模拟",
    "whatif": "试算改动：从改一个数到新的结果",
    "demo": "演示：从命令到第一个网页",
}


@click.command(cls=LazyGroup, name="bench", members=BENCHMARKS, prefix="tongchou.commands.bench_")
def bench() -> None:
    """测量速度，与目标比较。"""
