"""`tongchou manage verify_books`: whether the books of an area hold together."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from tongchou.core.money import format_yuan
from tongchou.funds.models import Account
from tongchou.funds.verify import Fault, verify_books

KINDS = {
    "entry": "凭证借贷不等",
    "no_postings": "凭证没有分录",
    "no_entry": "分录没有凭证",
    "balance": "科目余额不等于分录之和",
    "fund": "基金借贷不等",
    "moves": "凭证的个人账户科目不等于各人收支之和",
    "account": "个人账户余额不等于收支之和",
    "personal": "个人账户之和不等于科目余额",
}


class Command(BaseCommand):
    help = "核对账簿：每张凭证、每个基金借贷相等，余额等于分录之和"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--area", help="统筹区代码，默认全部")

    def handle(self, *args: Any, area: str | None = None, **options: Any) -> None:
        opened = Account.objects.order_by("area").values_list("area", flat=True).distinct()
        areas = [area] if area else list(opened)
        wrong = 0
        for one in areas:
            for fault in verify_books(one):
                wrong += 1
                self.stderr.write(f"{one} {_words(fault)}")
        if wrong:
            raise CommandError(f"发现 {wrong:,} 处不符")
        self.stdout.write(f"{len(areas)} 个统筹区，账簿全部相符，差 0.00")


def _words(fault: Fault) -> str:
    difference = "" if fault.difference is None else f"，差 {format_yuan(fault.difference)}"
    return f"{KINDS[fault.kind]}：{fault.object_id}{difference}"
