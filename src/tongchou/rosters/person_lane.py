"""What lists found of a person, as a lane of the person's timeline."""

from datetime import date, timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tongchou.people import hooks
from tongchou.people.models import Person
from tongchou.platform.casework.models import Case
from tongchou.rosters import lists
from tongchou.rosters.casework import KIND, MACHINE


def cases_of(person: Person, first: date, last: date) -> list[hooks.Lane]:
    """Return the cases found of the person, each from its finding until it was closed.

    Those of a record that has gone into this one are the person's too.
    """
    gone = Person.objects.filter(merged_into=person).values_list("psn_no", flat=True)
    subjects = [person.psn_no, *gone]
    rows = Case.objects.filter(
        area=person.area, kind=KIND, subject__in=subjects, found_at__date__lt=last
    )
    spans = []
    for case in rows.order_by("found_at", "pk"):
        start = timezone.localtime(case.found_at).date()
        closed = timezone.localtime(case.closed_at).date() if case.closed_at else None
        end = max(closed, start + timedelta(days=1)) if closed else None
        if end is not None and end <= first:
            continue
        words = {
            "code": case.code,
            "name": lists.pack_of(case.area).class_of(case.code).name,
            "state": MACHINE.states[case.state].label,
        }
        spans.append(
            hooks.Span(
                start=start,
                end=end,
                text=_("%(code)s %(name)s，%(state)s") % words,
                known_on=start,
                source=_("%(lists)s名单") % {"lists": "、".join(case.sources) or _("各")},
                url=reverse("rosters:case", args=[case.pk]),
            )
        )
    return [hooks.Lane("case", _("名单案件"), spans)]
