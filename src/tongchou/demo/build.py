"""Building the county in an empty database, step by step, with what is happening in words."""

import gc
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from django.core.management import call_command
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tongchou.demo import (
    families,
    history,
    money,
    partners,
    payments,
    persons,
    pooling,
    premiums,
    registers,
    waiting,
)
from tongchou.demo.jobs import LISTS, broken_off
from tongchou.demo.offices import institutions, population
from tongchou.demo.parameters import AREA
from tongchou.demo.rosters.kept import leave_records, register_twice
from tongchou.demo.rosters.posted import send_lists
from tongchou.lake.manifest import NAME as MANIFEST
from tongchou.lake.services import lake_root
from tongchou.people import services as people
from tongchou.people.models import Person
from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.authority.models import Area
from tongchou.platform.jobs import services as jobs
from tongchou.platform.jobs.models import Job
from tongchou.rosters.models import Sender
from tongchou.settlement.services.batch import post_history

Say = Callable[[str], None]


def migrate() -> None:
    # Each step of the history makes hundreds of models and drops them: to look for the rubbish
    # after every few takes a third of the time, and it is gone when the history is.
    gc.disable()
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        gc.enable()


def is_built() -> bool:
    """Say whether the county is already there, whole."""
    return Area.objects.filter(code=AREA).exists()


def build(scale: int, say: Say, *, lists: bool = False) -> None:
    """Build the county; either all of it is there afterwards, or nothing.

    `lists`: with the year of lists, which `ask_for_the_lists` leaves to the working process.
    """
    with transaction.atomic():
        registers.open_area()
        say(_("登记定点机构和目录"))
        registers.register_institutions()
        registers.fill_catalogue()
        registers.open_desks()
        registers.adopt_plans()
        partners.agree()
        say(_("登记参保人"))
        for done in persons.load(scale):
            say(_("登记参保人 %(done)s / %(all)s") % {"done": f"{done:,}", "all": f"{scale:,}"})
        _change_number()
        money.open_books()
        pooling.pool()
        families.link_families()
        say(_("登记缴费和免缴"))
        premiums.collect()
        say(_("结算今年以来的单据"))
        bills = history.past_bills(history.County())
        for done in post_history(AREA, bills, self_paid_visits=("outpatient", "pharmacy")):
            say(_("结算 %(done)s / %(all)s 笔") % {"done": f"{done:,}", "all": f"{len(bills):,}"})
        waiting.leave_work()
        register_twice()
        leave_records()
        payments.leave_payments()
        pooling.pass_money()
        if lists:
            say(_("收名单、比对"))
            send_lists()
        institutions.send()
        population.send()
    if connection.vendor == "postgresql":
        # Plans cached on empty tables would stay bad for the life of a connection.
        with connection.cursor() as cursor:
            cursor.execute("analyze")


def ask_for_the_copy() -> None:
    """Have the books copied by the working process, so that the pages over the copy have bills.

    Asked for, not done here: nobody's first page waits for it.
    """
    by = User.objects.filter(role="director").first()
    if by is not None and not (lake_root() / MANIFEST).exists():
        jobs.ask(kind="lake.export", by=by)
        population.ask()


def ask_for_the_lists() -> None:
    """Have a year of lists received and compared by the working process, as the copy is made.

    One that was broken off goes on.
    """
    by = User.objects.filter(login="jingban").first()
    done = Job.objects.filter(kind=LISTS, state=Job.State.DONE).exists()
    if by is not None and not done and (broken_off() or not Sender.objects.exists()):
        jobs.ask(kind=LISTS, by=by)


def _change_number() -> None:
    """One of the cast has a corrected ID number; the old one still leads to her."""
    one = persons.CHANGED_NUMBER
    person = Person.objects.get(psn_no=persons.psn_no_of(one.serial))
    corrected = one._replace(serial=one.serial + 400)
    people.change_id(
        actor=registers.ACTOR,
        person=person,
        id_no=persons.id_no_of(corrected),
        start=clock.today() - timedelta(days=200),
        source="公安户籍更正",
    )


def folder_is_ours(folder: Path) -> bool:
    """Say whether `folder` is new, empty, or a demonstration's: nothing of others is touched."""
    if not folder.exists() or not any(folder.iterdir()):
        return True
    return any((folder / name).exists() for name in ("cast.json", "tongchou.sqlite3"))
