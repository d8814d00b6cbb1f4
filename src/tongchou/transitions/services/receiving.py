"""Files come in: kept as they came, read, and each row checked against the register."""

import hashlib
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from tongchou.platform import clock
from tongchou.platform.accounts.models import User
from tongchou.platform.db.bulk import load_rows
from tongchou.platform.refusal import Refused
from tongchou.transitions.checking import check
from tongchou.transitions.models import OldScheme, OldSpell, Problem, Transition
from tongchou.transitions.planning import why_not_carried
from tongchou.transitions.reading import Files, read_files
from tongchou.transitions.services.common import lock, note

MOST_TITLE, MOST_NAME = 100, 200
MOST_PROBLEMS = 2_000  # kept; whoever has more begins with these
State = Transition.State


@transaction.atomic
def receive(
    *,
    by: User,
    title: str,
    starts_on: date,
    mapping: tuple[str, bytes],
    persons: tuple[str, bytes],
) -> Transition:
    """Take the mapping table and the persons' file, each (name, content). Raises Refused.

    Rows that cannot be taken are kept as problems; the files stay as they came.
    """
    title = title.strip()
    if not title or len(title) > MOST_TITLE:
        raise Refused(_("请写明名称，最多 %(n)s 字") % {"n": MOST_TITLE}, field="title")
    for name, field in ((mapping[0], "mapping"), (persons[0], "persons")):
        if len(name) > MOST_NAME:
            raise Refused(_("文件名最多 %(n)s 字，请改短") % {"n": MOST_NAME}, field=field)
    digests = [hashlib.sha256(content).hexdigest() for _name, content in (mapping, persons)]
    same = Transition.objects.filter(area=by.area_code, persons_sha256=digests[1])
    if same.filter(state__in=[*Transition.OPEN, State.ACCEPTED]).exists():
        raise Refused(_("这份人员表已经收过，请打开那一次，或先作废它"), field="persons")
    files = read_files(mapping=mapping, persons=persons, day=starts_on)  # before anything is kept
    transition = Transition.objects.create(
        area=by.area_code,
        title=title,
        starts_on=starts_on,
        mapping_name=mapping[0],
        mapping_sha256=digests[0],
        mapping=mapping[1],
        persons_name=persons[0],
        persons_sha256=digests[1],
        persons=persons[1],
        received_by=by,
        received_at=clock.now(),
    )
    _check(transition, files)
    note(
        transition,
        by,
        "transitions.received",
        mapping=digests[0],
        persons=digests[1],
        rows=transition.rows,
        problems=transition.problems.count(),
    )
    return transition


@transaction.atomic
def check_again(*, by: User, transition: Transition) -> Transition:
    """Read the kept files against the register as it is now. Raises Refused."""
    locked = lock(transition, Transition.OPEN)
    _check(locked, read_kept(locked))
    note(locked, by, "transitions.checked", problems=locked.problems.count())
    return locked


def read_kept(transition: Transition) -> Files:
    """Read the kept files, which must be the ones that came. Raises Refused."""
    mapping, persons = bytes(transition.mapping), bytes(transition.persons)
    found = [hashlib.sha256(content).hexdigest() for content in (mapping, persons)]
    if found != [transition.mapping_sha256, transition.persons_sha256]:
        raise Refused(_("存下的文件与收到时的摘要不同，请联系系统管理员从备份核对"))
    return read_files(
        mapping=(transition.mapping_name, mapping),
        persons=(transition.persons_name, persons),
        day=transition.starts_on,
    )


def _check(transition: Transition, files: Files) -> None:
    persons, wrong = check(files, transition.area, transition.starts_on)
    transition.problems.all().delete()
    transition.spells.all().delete()
    transition.schemes.all().delete()
    schemes = {
        one.code: OldScheme.objects.create(transition=transition, **one._asdict())
        for one in files.schemes
    }
    rows = []
    for row in files.spells:
        found = persons.get(row.id_no)
        rows.append(
            {
                "transition_id": transition.pk,
                "scheme_id": schemes[row.scheme.code].pk,
                "counted": list(row.counted),
                "why": why_not_carried(row, transition.starts_on),
                "person_id": found.pk if found else None,
                "new_person": found is None,
                **{name: getattr(row, name) for name in _PLAIN},
            }
        )
    load_rows(OldSpell, rows)
    wrong = sorted([*files.wrong, *wrong], key=lambda one: (one.sheet, one.row))
    Problem.objects.bulk_create(
        Problem(
            transition=transition,
            sheet=one.sheet[:100],
            row=one.row,
            column=one.column[:100],
            value=one.value[:200],
            reason=one.reason[:400],
        )
        for one in wrong[:MOST_PROBLEMS]
    )
    transition.rows = files.rows
    transition.state = State.RECEIVED if wrong else State.CHECKED
    transition.totals, transition.tried_by, transition.tried_at = {}, None, None
    transition.save(update_fields=["rows", "state", "totals", "tried_by", "tried_at"])


_PLAIN = (
    "row", "old_no", "id_no", "name", "start", "end", "year", "bills", "total", "base", "paid",
)  # fmt: skip
