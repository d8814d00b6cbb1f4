"""`tongchou manage verify_pooling`: whether members and pools say the same of what they passed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from tongchou.core.money import format_yuan
from tongchou.pooling.verify import Fault, verify_levels

KINDS = {
    "member": "成员账里的上解下拨与登记不符",
    "pool": "统筹层账里的上解下拨与登记不符",
    "alone": "上解下拨凭证没有登记",
    "aside": "上下级科目上有别的凭证",
}


class Command(BaseCommand):
    help = "核对统筹层次：每一笔上解下拨，成员和统筹层两边的账一致"

    def handle(self, *args: Any, **options: Any) -> None:
        found = verify_levels()
        for fault in found:
            self.stderr.write(_words(fault))
        if found:
            raise CommandError(f"发现 {len(found):,} 处不符")
        self.stdout.write("上解下拨两边相符，差 0.00")


def _words(fault: Fault) -> str:
    difference = "" if fault.difference is None else f"，差 {format_yuan(fault.difference)}"
    return f"{KINDS[fault.kind]}：{fault.object_id}{difference}"
