"""What the crash tests need of the county's database, run as programs of their own.

`fill N` makes a county with N charges to settle and prints them; `audit` looks at what is there.
Both print JSON.
"""

import json
import os
import sys
from typing import Any

BILLS_EACH = 4  # of one person, at several hospitals: rivals
HOSPITALS = 4


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongchou.settings"
    import django

    django.setup()
    found = fill(int(sys.argv[2])) if sys.argv[1] == "fill" else audit()
    print(json.dumps(found, ensure_ascii=False))


def fill(count: int) -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import transaction

    from tongchou.exchange.tests.make import make_area, make_hospital
    from tongchou.funds import services as funds
    from tongchou.people.tests.make import make_person
    from tongchou.plans.tests.make import make_plans
    from tongchou.platform import clock
    from tongchou.settlement.tests.make import AREA, make_charge

    call_command("migrate", verbosity=0)
    make_area()
    make_plans()
    funds.open_area(AREA, actor="test")
    hospitals = [make_hospital(name=f"医院{n}").institution for n in range(HOSPITALS)]
    jobs = []
    with transaction.atomic():
        persons = [make_person() for _ in range(max(count // BILLS_EACH, 1))]
        for n in range(count):
            person, place = persons[n % len(persons)], n // 2 % HOSPITALS
            total = f"{3000 + 7 * n}.{n % 100:02d}"
            charge = make_charge(
                person, hospitals[place], total, on=f"{clock.today()} 00:30", lines=1 + n % 8
            )
            row = {"psn_no": person.psn_no, "mdtrt_id": charge.visit.mdtrt_id,
                   "medfee_sumamt": total, "mdtrt_cert_type": "02", "insutype": "390"}  # fmt: skip
            jobs.append({"hospital": place, "data": row})
    named = ("code", "name", "area", "paasid", "token")
    return {
        "hospitals": [{name: getattr(h, name) for name in named} for h in hospitals],
        "jobs": jobs,
    }


def audit() -> dict[str, Any]:
    from django.db.models import Count, Max

    from tongchou.funds.verify import verify_books
    from tongchou.platform import clock
    from tongchou.platform.trail.models import Act
    from tongchou.platform.trail.verify import verify
    from tongchou.settlement.models import Answer, PersonYear, Settlement
    from tongchou.settlement.queries.replay import replay
    from tongchou.settlement.tests.make import AREA

    again = replay(AREA, clock.today().year)
    trail = verify()
    last = dict(Settlement.objects.values_list("person_year_id").annotate(Max("ordinal")))
    versions = dict(PersonYear.objects.values_list("pk", "version"))
    twice = Settlement.objects.values("charge_id").annotate(n=Count("pk")).filter(n__gt=1)
    return {
        "answers": dict(Answer.objects.values_list("msgid", "answer")),
        "settled": dict(Answer.objects.values_list("msgid", "settlement_id")),
        "settlements": list(Settlement.objects.values_list("pk", flat=True)),
        "settled_twice": list(twice.values_list("charge_id", flat=True)),
        "books": [str(fault) for fault in verify_books(AREA)],
        "trail": [str(fault) for fault in trail.faults],
        "acts_settled": Act.objects.filter(verb="settlement.settled").count(),
        "replayed": again.bills,
        "differences": [str(one) for one in again.differences],
        "versions_astray": [k for k, v in versions.items() if last.get(k, 0) != v],
    }


if __name__ == "__main__":
    main()
