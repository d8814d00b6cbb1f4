"""Every constraint of the ledger's contexts, attacked by plain SQL (P3, P4, P5, P16).

A constraint that nobody attacks fails the first test. Each attack copies a valid row with one thing
wrong, and must be refused by that very constraint.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.models import BaseConstraint, Model, UniqueConstraint

from tongchou.funds import services as funds
from tongchou.funds.models import Account, AccountMove, Posting
from tongchou.people.tests.make import make_person
from tongchou.plans.tests.make import make_plan, make_user
from tongchou.platform.trail.models import Act
from tongchou.providers.tests.make import make_institution
from tongchou.settlement.models import (
    Charge,
    Settlement,
    Visit,
)
from tongchou.settlement.services import reversal_requests
from tongchou.settlement.tests.make import make_charge, make_county, reverse, settle
from tongchou.settlement.tests.make_manual import make_claim
from tongchou.sharing import services as sharing

pytestmark = pytest.mark.django_db
CONTEXTS = ("settlement", "sharing", "funds", "plans", "trail", "exchange")
CONSTRAINTS: dict[str, tuple[type[Model], BaseConstraint]] = {
    constraint.name: (model, constraint)
    for context in CONTEXTS
    for model in apps.get_app_config(context).get_models()
    for constraint in model._meta.constraints
}
Row = tuple[Model, dict[str, Any]]


def bill() -> Settlement:
    make_county()
    return settle(make_charge(make_person(), make_institution(), "60000.00"))


def settlement(**wrong: Any) -> Row:
    return bill(), {"id": 7, "ordinal": 7, **wrong}


def changed(**by: int) -> Row:
    row = bill()
    moved = {name: getattr(row, name) + fen for name, fen in by.items()}
    return row, {"id": 7, "ordinal": 7, **moved}


def reversal(**wrong: Any) -> Row:
    return reverse(bill()), {"id": 7, "ordinal": 7, **wrong}


def correction_of_itself() -> Row:
    row = bill()
    return row, {"id": 7, "ordinal": 7, "original_id": row.pk}


def adjustment() -> Row:
    row = bill()
    return row, {"id": 7, "ordinal": 7, "kind": "adjustment", "original_id": row.pk}


def open_charge() -> Charge:
    return make_charge(make_person(), make_institution(), "800.00")


def fee_line(**wrong: Any) -> Row:
    return open_charge().lines.get(), wrong


def stay() -> Row:
    visit = open_charge().visit
    Visit.objects.filter(pk=visit.pk).update(state="open", ended_at=None)
    visit.refresh_from_db()
    return visit, {"mdtrt_id": "another"}


def request(**wrong: Any) -> Row:
    return reversal_requests.propose(by=make_user("clerk"), bill=bill(), reason="重复"), wrong


def claim(**wrong: Any) -> Row:
    make_county()
    return make_claim(by=make_user("clerk")), {"invoice": "another", **wrong}


def signed(*, reviewed: str | None, approved: str | None) -> Row:
    ids = {role: make_user(role).pk for role in ("clerk", "reviewer", "approver")}
    row, changes = claim()
    by = {"filed_by_id": "clerk", "reviewed_by_id": reviewed, "approved_by_id": approved}
    return row, {**changes, **{column: role and ids[role] for column, role in by.items()}}


def plan(**wrong: Any) -> Row:
    return make_plan(), {"valid_from": "2031-01-01", **wrong}


def plan_signed(drafted: str | None, checked: str | None, adopted: str | None, state: str) -> Row:
    ids = {role: make_user(role).pk for role in ("clerk", "reviewer", "approver")}
    by = {"drafted_by_id": drafted, "checked_by_id": checked, "adopted_by_id": adopted}
    row, changes = plan(state=state)
    return row, {**changes, **{column: role and ids[role] for column, role in by.items()}}


def act() -> Row:
    bill()
    return Act.objects.latest("pk"), {}


def posting() -> Row:
    return Posting.objects.filter(entry_id=bill().pk)[0], {"entry_id": 9, "amount": 0}


def account() -> Row:
    bill()
    return Account.objects.filter(balance=0)[0], {}


def credited() -> AccountMove:
    funds.open_area("441700", actor="test")
    person = make_person(scheme="employee")
    funds.credit_personal_account(person_id=person.pk, area="441700", fen=5, actor="test")
    return AccountMove.objects.latest("pk")


def personal() -> Row:
    """Drawing what is not there: the balance is moved by the line alone."""
    row = credited()
    return row, {"entry_id": 9, "amount": -6, "for_person_id": row.person_id}


def account_move(**wrong: Any) -> Row:
    return credited(), {"entry_id": 9, **wrong}


def move_again() -> Row:
    """The same account twice in an entry that is still being written."""
    row = credited()
    copy(row, {"entry_id": 9})
    return row, {"entry_id": 9}


def account_link(**wrong: Any) -> Row:
    owner = credited().person
    made = sharing.link(
        actor="test", owner=owner, member=make_person(), relation="child", source="户口簿",
        start=date(2025, 1, 1),
    )  # fmt: skip
    return made, {"start": date(2020, 1, 1), "end": date(2021, 1, 1), "ended_source": "x", **wrong}


def person_year() -> Row:
    return bill().person_year, {}


def charge() -> Row:
    return open_charge(), {}


def self_link() -> Row:
    row, changes = account_link()
    return row, {**changes, "member_id": row.owner_id}


ATTACKS: dict[str, list[Any]] = {
    "settlement_ordinal": [lambda: (bill(), {"id": 7})],
    "settlement_reversed_once": [reversal],
    "settlement_original": [
        correction_of_itself,
        lambda: reversal(original_id=None),
    ],
    "settlement_person_plus_funds": [
        lambda: changed(total=1, own_pay=1),
        lambda: changed(person_pays=1),
        lambda: changed(basic=1, fund_total=1),
    ],
    "settlement_tiers_sum": [lambda: changed(basic=1), lambda: changed(re_aid=-1)],
    "settlement_parts": [lambda: changed(own_pay=1), lambda: changed(in_scope=-1)],
    "settlement_signs": [
        lambda: changed(basic=10**7, fund_total=10**7, person_pays=-(10**7)),
        lambda: changed(account_pays=10**8),
        lambda: changed(account_pays=-1),
        lambda: changed(in_scope=-(10**7), own_pay=10**7),
        lambda: reversal(account_pays=1),
        adjustment,
    ],
    "visit_one_open_stay": [stay],
    "charge_batch": [charge],
    "fee_line_sn": [fee_line],
    "fee_line_parts": [lambda: fee_line(feedetl_sn="x", amount=1)],
    "person_year": [person_year],
    "reversal_reviewed_by_another": [
        lambda: request(state="done", reviewed_by_id=make_user("clerk").pk)
    ],
    "reversal_one_open_request": [request],
    "manual_invoice_once": [lambda: (claim()[0], {})],
    "manual_three_people": [
        lambda: signed(reviewed="clerk", approved=None),
        lambda: signed(reviewed="reviewer", approved="clerk"),
        lambda: signed(reviewed="reviewer", approved="reviewer"),
    ],
    "manual_parts": [lambda: claim(total=0, own_pay=1), lambda: claim(own_pay=-1)],
    "account_slice": [account],
    "posting_not_zero": [posting],
    "personal_account_not_below_0": [personal],
    "account_move_not_zero": [lambda: account_move(amount=0)],
    "account_move_drawn_for_whom": [lambda: account_move(amount=-1)],
    "account_move_once": [move_again],
    "account_link_spell": [lambda: account_link(end=date(2020, 1, 1))],
    "account_link_two": [self_link],
    "account_link_relation": [lambda: account_link(relation="cousin")],
    "account_link_ended": [
        lambda: account_link(ended_source=""),
        lambda: account_link(start=date(2019, 1, 1), end=None),
    ],
    "plan_checked_by_another": [lambda: plan_signed("clerk", "clerk", "approver", "adopted")],
    "plan_adopted_by_another": [
        lambda: plan_signed("clerk", "reviewer", "clerk", "adopted"),
        lambda: plan_signed("clerk", "reviewer", "reviewer", "adopted"),
    ],
    "plan_state_signatures": [
        lambda: plan_signed("clerk", None, None, "adopted"),
        lambda: plan_signed("clerk", "reviewer", None, "adopted"),
        lambda: plan_signed("clerk", None, None, "checked"),
    ],
    "plan_one_adopted_a_day": [lambda: (make_plan(), {})],
    "act_slice_seq": [act],
}


def copy(row: Model, changes: dict[str, Any]) -> None:
    """Insert the row once more by plain SQL with `changes` by column."""
    fields = [f for f in row._meta.concrete_fields if not isinstance(f, models.AutoField)]
    columns = [str(f.column) for f in fields]
    assert set(changes) <= set(columns)
    values = [
        changes[str(f.column)]
        if f.column in changes
        else f.get_db_prep_save(getattr(row, f.attname), connection)
        for f in fields
    ]
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    marks = ", ".join(["%s"] * len(columns))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"insert into {row._meta.db_table} ({names}) values ({marks})", values)


def refusals(constraint: BaseConstraint, model: type[Model]) -> Iterator[str]:
    """Yield what the database may call the constraint; SQLite names a unique one by columns."""
    yield constraint.name
    if isinstance(constraint, UniqueConstraint):
        columns = [str(model._meta.get_field(name).column) for name in constraint.fields]
        yield ", ".join(f"{model._meta.db_table}.{column}" for column in columns)


def test_every_constraint_is_attacked() -> None:
    assert set(ATTACKS) == set(CONSTRAINTS)


@pytest.mark.parametrize(
    ("name", "number"), [(name, n) for name in ATTACKS for n in range(len(ATTACKS[name]))]
)
def test_the_constraint_refuses(name: str, number: int) -> None:
    model, constraint = CONSTRAINTS[name]
    with transaction.atomic():
        row, changes = ATTACKS[name][number]()
        # An overdrawn account is refused where a line would overdraw it.
        assert isinstance(row, model) or name == "personal_account_not_below_0"
        before = model._default_manager.count()
        with pytest.raises(IntegrityError) as refusal:
            copy(row, changes)
        said = str(refusal.value)
        assert any(word in said for word in refusals(constraint, model)), said
        assert model._default_manager.count() == before
        transaction.set_rollback(True)  # what an attack prepared need not hold together


def test_the_copies_pass_where_nothing_is_wrong() -> None:
    """The attacks above fail for their reason, not for a typing error."""
    with transaction.atomic():
        for make in (settlement, account_move, account_link, claim, plan):
            copy(*make())
        copy(*fee_line(feedetl_sn="x"))
        transaction.set_rollback(True)
