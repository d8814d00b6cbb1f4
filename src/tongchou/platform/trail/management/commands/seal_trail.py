"""`tongchou manage seal_trail >> seals.jsonl`: one line to keep on another machine."""

from typing import Any

from django.core.management.base import BaseCommand

from tongchou.platform.trail.seals import seal, to_line


class Command(BaseCommand):
    help = "导出留痕封条：一行，存放到另一台机器，核对时用 verify_trail --seals"

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(to_line(seal()))
