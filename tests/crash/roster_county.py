"""What the test of a killed worker needs of a county, run as programs of their own.

`fill` makes a county with a list to compare; `ask` asks for a job, `silence` lets the dead worker's
time pass, `audit` looks at what is there. They print JSON.
"""

import json
import os
import sys
from typing import Any

PERSONS = 1200
AREA = "441700"


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tongchou.settings"
    import django

    django.setup()
    found = {
        "fill": fill, "ask": ask, "silence": silence, "audit": audit, "build": build,
        "audit-lists": audit_lists,
    }  # fmt: skip
    print(json.dumps(found[sys.argv[1]](), ensure_ascii=False))


def fill() -> dict[str, Any]:
    from django.core.management import call_command
    from django.db import transaction

    from tongchou.people.tests.make import make_person
    from tongchou.platform.accounts.tests.make import make_user
    from tongchou.rosters.tests.make import make_file, make_sender, row_of

    call_command("migrate", verbosity=0)
    with transaction.atomic():
        clerk = make_user("clerk", login="clerk")
        persons = [make_person(name=f"王{chr(0x4E00 + n)}") for n in range(PERSONS)]
        rows = [row_of(p, name=p.name if n % 9 else "李某") for n, p in enumerate(persons)]
        make_file(make_sender(clerk), *rows, by=clerk)
    return {}


def ask() -> dict[str, Any]:
    from tongchou.platform.accounts.models import User
    from tongchou.platform.jobs import services

    job = services.ask(kind="rosters.compare", by=User.objects.get(login="clerk"), about="2019-06")
    return {"job": job.pk}


def build() -> dict[str, Any]:
    """The demonstration's county, whose year of lists is asked for."""
    from tongchou.demo import build as demo

    demo.migrate()
    demo.build(600, lambda _words: None)
    demo.ask_for_the_lists()
    return {}


def audit_lists() -> dict[str, Any]:
    from tongchou.platform.jobs.models import Job
    from tongchou.platform.trail import verify
    from tongchou.rosters.models import RosterFile, Run, Sender

    job = Job.objects.get(kind="demo.lists")
    runs = Run.objects.filter(changes=None, corrects=None).order_by("month")
    files = RosterFile.objects.values_list("sender__source", "month", "name")
    return {
        "tries": job.tries,
        "done": job.params["done"],
        "reason": job.reason,
        "months": [run.month for run in runs],
        "states": [run.state for run in runs],
        "files": files.count(),
        "twice": files.count() - len(set(files)),
        "senders": Sender.objects.count(),
        "faults": [f"{one}" for one in verify.verify().faults],
    }


def silence() -> dict[str, Any]:
    from tongchou.platform.jobs.models import Job
    from tongchou.platform.jobs.worker import SILENCE

    for job in Job.objects.filter(state="running"):
        Job.objects.filter(pk=job.pk).update(beat_at=job.beat_at - SILENCE * 2)  # type: ignore[operator]
    return {}


def audit() -> dict[str, Any]:
    from tongchou.platform.trail.models import Act
    from tongchou.platform.trail.verify import verify
    from tongchou.rosters.models import Listed, OpenRow, Run, RunFinding

    findings = RunFinding.objects.order_by("key").values_list("key", "facts")
    return {
        "runs": list(Run.objects.values_list("run_id", flat=True)),
        "findings": [list(row) for row in findings],
        "listed": Listed.objects.count(),
        "open": OpenRow.objects.count(),
        "acts": Act.objects.filter(verb="rosters.run.tried").count(),
        "trail": dict(verify().counts),
    }


if __name__ == "__main__":
    main()
