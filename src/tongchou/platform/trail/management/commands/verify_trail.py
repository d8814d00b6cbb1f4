"""`tongchou manage verify_trail`: recompute the chains of the audit trail."""

import time
from argparse import FileType
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongchou.platform.trail.seals import BadSeal, Seal, from_line
from tongchou.platform.trail.verify import verify
from tongchou.platform.trail.words import fault_words


class Command(BaseCommand):
    help = "核对留痕：重算每条链，并与导出的封条比较"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--seals", type=FileType("r"), help="封条文件，一行一条（seal_trail 导出）"
        )

    def handle(self, *args: Any, seals: TextIO | None = None, **options: Any) -> None:
        given = _read(seals) if seals else []
        began = time.perf_counter()
        report = verify(given)
        seconds = time.perf_counter() - began
        self.stdout.write(
            f"{report.rows:,} 条留痕，{len(given)} 条封条，"
            f"{seconds:.1f} 秒，每秒 {report.rows / max(seconds, 1e-9):,.0f} 条"
        )
        for fault in report.faults:
            self.stderr.write(fault_words(fault))
        if not report.sound:
            raise CommandError(f"发现 {report.counts.total():,} 处不符")
        self.stdout.write("全部相符")


def _read(seals: TextIO) -> list[Seal]:
    found = []
    for row, line in enumerate(seals, 1):
        try:
            found.append(from_line(line))
        except BadSeal as error:
            raise CommandError(f"第 {row} 行不是本系统的封条，或已被改动") from error
    return found
