"""Everything that pricing a charge reads, in one query without a lock.

This is the one place that reads the tables of earlier contexts as SQL: at 1,200 bills a second a
query each for person, enrolment, identity, agreement, doctor and fees would not fit. What it read
may be stale by the time it is written; the person-year's version then differs and the bill is
priced again.
"""

from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any, NamedTuple

import orjson
from django.utils.translation import gettext as _

from tongchou.plans.queries import EPOCH_SQL
from tongchou.platform.db import raw
from tongchou.platform.refusal import Refused

_SQL = """
select v.id, v.institution_id, v.kind, v.state, v.med_type, v.begun_at, v.ended_at, v.insutype,
       v.area, v.cert_type,
       p.id, p.psn_no, p.name, p.cert_type, p.id_no, p.sex, p.nation, p.birth, p.died_on,
       i.name, i.code, i.level, i.area, i.one_stop, a.self_paid_visits,
       c.id, c.settlement_id,
       (select {array}(count(*), coalesce(sum(l.amount), 0), coalesce(sum(l.own_pay), 0),
               coalesce(sum(l.over_limit), 0), coalesce(sum(l.first_self_pay), 0),
               coalesce(sum(l.in_scope), 0))
        from settlement_feeline l where l.charge_id = c.id),
       (select {agg}({array}(e.scheme, e.status, e.psn_type, e.area, e.start, e."end"))
        from people_enrolment e where e.person_id = p.id and e.struck_at is null),
       (select {agg}({array}(d.kind, d.start, d."end"))
        from people_identity d where d.person_id = p.id and d.struck_at is null),
       (select {agg}({array}(g.state, g.start, g."end", g.reason))
        from providers_agreement g where g.institution_id = i.id),
       (select {agg}({array}(t.name, s.start, s."end"))
        from (select v.doctor_code as code union
              select l.doctor_code from settlement_feeline l where l.charge_id = c.id) named
        join providers_doctor t on t.code = named.code
        join providers_doctorsuspension s on s.doctor_id = t.id),
       (select {agg}({array}(y.id, y.scheme, y.version, y.state))
        from settlement_personyear y where y.person_id = p.id and y.year = %s),
       (select {agg}({array}(b.person_id, b.balance))
        from (select coalesce(p.merged_into_id, p.id) as id union all
              select g.id from people_person g
              where g.merged_into_id = coalesce(p.merged_into_id, p.id)) own
        join funds_personalaccount b on b.person_id = own.id),
       (select {agg}({array}(k.id, k.owner_id, k.start, k."end", w.balance))
        from sharing_accountlink k
        join people_person o on o.id = k.owner_id and o.died_on is null
        join funds_personalaccount w on w.person_id = k.owner_id
        where k.member_id = p.id and k.struck_at is null),
       (select n.body_hash from settlement_answer n where n.msgid = %s),
       {epoch}
from settlement_visit v
join people_person p on p.id = v.person_id
join providers_institution i on i.id = v.institution_id
join authority_area a on a.code = v.area
left join settlement_charge c on c.visit_id = v.id and (%s = 1 or c.batch = %s)
where v.mdtrt_id = %s
order by c.id
"""


@cache
def _sql() -> str:
    return raw.json_sql(_SQL).replace("{epoch}", EPOCH_SQL.format(area="v.area"))


class Enrolled(NamedTuple):
    scheme: str
    status: str
    psn_type: str
    area: str


class Year(NamedTuple):
    id: int
    version: int
    state: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    visit_id: int
    institution_id: int
    visit_kind: str
    visit_state: str
    med_type: str
    begun_at: datetime
    ended_at: datetime | None
    insutype: str
    area: str
    visit_cert_type: str
    person_id: int
    psn_no: str
    name: str
    cert_type: str
    id_no: str
    sex: str
    nation: str
    birth: date
    died_on: date | None
    institution: str
    institution_code: str
    level: str
    institution_area: str
    one_stop: bool
    self_paid_visits: tuple[str, ...]
    charge_id: int
    settlement_id: int | None
    line_count: int
    total: int
    own_pay: int
    over_limit: int
    first_self_pay: int
    in_scope: int
    enrolments: list[tuple[Any, ...]]
    identity_spells: list[tuple[Any, ...]]
    agreements: list[tuple[Any, ...]]
    suspensions: list[tuple[Any, ...]]
    years: list[tuple[Any, ...]]
    accounts: list[tuple[int, int]]
    links: list[tuple[Any, ...]]
    answered: bool
    plans_mark: str

    def enrolled_on(self, on: date) -> Enrolled | None:
        """Return the basic scheme in force on `on`; the database allows one."""
        for scheme, status, psn_type, area, start, end in self.enrolments:
            if holds(start, end, on):
                return Enrolled(scheme, status, psn_type, area)
        return None

    def identities_on(self, on: date) -> tuple[str, ...]:
        return tuple(
            sorted({kind for kind, start, end in self.identity_spells if holds(start, end, on)})
        )

    def agreement_on(self, on: date) -> tuple[str, str] | None:
        """Return the agreement's (state, reason) on `on`, or None where there is none."""
        for state, start, end, reason in self.agreements:
            if holds(start, end, on):
                return state, reason
        return None

    def suspended_on(self, on: date) -> list[str]:
        return sorted({name for name, start, end in self.suspensions if holds(start, end, on)})

    @property
    def own_accounts(self) -> list[tuple[int, int]]:
        """Return (record, balance) of the person's accounts, that of the visit's record first.

        Records that were found to be one person's keep their lines; what is left on any is his.
        """
        return sorted(self.accounts, key=lambda one: (one[0] != self.person_id, one[0]))

    @property
    def account_balance(self) -> int:
        return sum(fen for _record, fen in self.accounts)

    def linked_on(self, on: date) -> list[tuple[int, int]]:
        """Return (owner, balance) of the accounts that may be drawn on besides the own, in turn."""
        live = sorted(
            (start, id, owner, balance)
            for id, owner, start, end, balance in self.links
            if holds(start, end, on)
        )
        return [(owner, balance) for _start, _id, owner, balance in live]

    def year_in(self, scheme: str) -> Year | None:
        for id, of, version, state in self.years:
            if of == scheme:
                values = orjson.loads(state) if isinstance(state, str) else state
                return Year(id, version, tuple(values))
        return None


def holds(start: str, end: str | None, on: date) -> bool:
    """Say whether [start, end), ISO dates as the query's JSON gives them, contains `on`."""
    text = on.isoformat()
    return start <= text and (end is None or text < end)


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    rows = orjson.loads(value) if isinstance(value, str) else value
    return list(rows)


def no_such_visit(mdtrt_id: str) -> Refused:
    """The same words whether there is none or it is another's: others' visits are not shown."""
    return Refused(_("本机构没有就诊 %(id)s，请先登记") % {"id": mdtrt_id}, field="mdtrt_id")


def read_facts(*, mdtrt_id: str, batch: str | None, year: int, msgid: str | None) -> Facts:
    """Read what pricing needs of one charge.

    Raises Refused when the visit or the batch is unknown, or when a visit with several open
    batches is asked for without naming one.
    """
    params = [year, msgid or "", int(batch is None), batch or "", mdtrt_id]
    rows = raw.fetch(_sql(), params)
    if not rows:
        raise no_such_visit(mdtrt_id)
    open_rows = [r for r in rows if r[25] is not None and r[26] is None]
    if len(open_rows) > 1:
        raise Refused(_("本次就诊有多个未结批次，请写明收费批次号"), field="chrg_bchno")
    row = open_rows[0] if open_rows else rows[-1]
    if row[25] is None:
        raise Refused(
            _("还没有上传费用明细，请先上传"), field="chrg_bchno" if batch else "mdtrt_id"
        )
    return _facts(row)


def _facts(r: tuple[Any, ...]) -> Facts:
    begun, birth = raw.moment(r[5]), raw.day(r[17])
    assert begun is not None and birth is not None
    values: list[Any] = [
        *r[0:5],
        begun,
        raw.moment(r[6]),
        *r[7:17],
        birth,
        raw.day(r[18]),
        *r[19:23],
        bool(r[23]),
        tuple(_list(r[24])),
        *r[25:27],
        *(int(x) for x in _list(r[27])),
        *map(_list, r[28:33]),
        [(person, fen) for person, fen in _list(r[33])],
        _list(r[34]),
        r[35] is not None,
        str(r[36]),
    ]
    return Facts(*values)
