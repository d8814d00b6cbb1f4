"""Any settled bill says sums that add up (interface.md A.3), and its lines fit."""

import json
from datetime import date, datetime
from typing import Any

from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from tongchou.core.money import parse_yuan
from tongchou.core.policy import TIERS
from tongchou.exchange import mapping
from tongchou.exchange.setlinfo import MOST_TRACE, output_of, trace
from tongchou.settlement.services.bill import Settled

FEN = st.integers(0, 10**12)
AT = timezone.make_aware(datetime(2019, 3, 1, 15, 42))  # noqa: DTZ001


def settled(
    *,
    scheme: str = "resident",
    pays: tuple[int, ...] = (0,) * len(TIERS),
    parts: tuple[int, int, int, int] = (0, 0, 0, 0),
    person_pays: int = 0,
    account_pays: int = 0,
    sign: int = 1,
    lines: list[dict[str, Any]] | None = None,
) -> Settled:
    """A bill whose parts are made to cover what is paid; with sign -1 its reversal."""
    own, over, first, scope = parts
    total = max(sum(parts), sum(pays) + person_pays)
    scope += total - sum(parts)
    person_pays = total - sum(pays)
    return Settled(
        number=201903010000000417, area="441700", kind="settle", person_id=1, psn_no="1",
        name="梁秀英", cert_type="01", id_no="1", sex="2", nation="01", birth=date(1960, 6, 12),
        mdtrt_id="1", insutype="390", psn_type="1501", med_type="21", scheme=scheme,
        settled_at=AT, basis_date=date(2019, 3, 1), total=sign * total, own_pay=sign * own,
        over_limit=sign * over, first_self_pay=sign * first, in_scope=sign * scope, deductible=0,
        pays=tuple(sign * pay for pay in pays), fund_total=sign * sum(pays),
        person_pays=sign * person_pays, account_pays=sign * min(account_pays, person_pays),
        account_balance=0, basic_rate=6000, plan_id="p", has_assumed=False, no_benefit=False,
        lines=lines or [],
    )  # fmt: skip


@given(
    scheme=st.sampled_from(["resident", "employee"]),
    pays=st.tuples(*[FEN] * len(TIERS)),
    parts=st.tuples(FEN, FEN, FEN, FEN),
    person_pays=FEN,
    account_pays=FEN,
    sign=st.sampled_from([1, -1]),
)
def test_identities(**bill: Any) -> None:
    one = settled(**bill)
    output = output_of(one, msgid="m")
    info, detail = output["setlinfo"], output["setldetail"]

    def total(*names: str) -> int:
        return sum(parse_yuan(info[name]) for name in names)

    assert total("medfee_sumamt") == one.total
    assert total("medfee_sumamt") == total(
        "fulamt_ownpay_amt", "overlmt_selfpay", "preselfpay_amt", "inscp_scp_amt"
    )
    assert total("fund_pay_sumamt") == total(
        "hifp_pay", "cvlserv_pay", "hifes_pay", "hifmi_pay", "hifob_pay", "maf_pay", "oth_pay"
    )
    rows = {row["fund_pay_type"]: parse_yuan(row["fund_payamt"]) for row in detail}
    assert len(rows) == len(detail)
    account = rows.pop(mapping.ACCOUNT_TYPE, 0)
    assert (sum(rows.values()), account) == (total("fund_pay_sumamt"), total("acct_pay"))
    assert total("medfee_sumamt") == total("fund_pay_sumamt", "psn_part_amt", "hosp_part_amt")
    assert total("psn_part_amt") == total("acct_pay", "acct_mulaid_pay", "psn_cash_pay")
    assert total("hosp_part_amt") == one.pay_of("institution_reduction")


def line(tier: str, words: str = "三级医院60%", note: str = "") -> dict[str, Any]:
    return {
        "tier": tier, "kind": "band", "from": "700.00", "to": None, "amount": "49300.00",
        "rate": "0.6000", "pay": "29580.00", "assumed": False, "note": note,
        "cite": {"document": "2019年工作总结", "clause": "一（二）2(1)", "words": words},
    }  # fmt: skip


def test_every_line_is_in_one_row() -> None:
    lines = [line("basic"), line("critical_illness"), line("person")]
    detail = output_of(settled(lines=lines), msgid="m")["setldetail"]
    assert [row["fund_pay_type"] for row in detail] == ["390100", "390200"]
    assert [x for row in detail for x in json.loads(row["setl_proc_info"])] == lines


def test_long_traces_lose_words_first_and_always_fit() -> None:
    def cites(lines: list[dict[str, Any]]) -> list[dict[str, str] | None]:
        text = trace(lines)
        assert len(text) <= MOST_TRACE
        return [x.get("cite") for x in json.loads(text)]

    assert cites([line("basic")])[0] == line("basic")["cite"]
    without_words = cites([line("basic", words="长" * 900)] * 5)
    assert len(without_words) == 5 and "words" not in (without_words[0] or {"words": ""})
    assert cites([line("basic")] * 25) == [None] * 25
    assert 0 < len(cites([line("basic")] * 200)) < 200
