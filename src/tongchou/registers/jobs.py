"""The long work of registers: institutions and population compared."""

from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tongchou.platform.accounts.models import User
from tongchou.platform.jobs.handle import Handle
from tongchou.platform.jobs.registry import Kind
from tongchou.registers import services
from tongchou.registers.models import Run


def _work(compare: Callable[..., Run]) -> Callable[[Handle], dict[str, Any]]:
    def work(handle: Handle) -> dict[str, Any]:
        assert handle.asked_by_id is not None  # nobody's night asks for it
        login = User.objects.values_list("login", flat=True).get(pk=handle.asked_by_id)
        run = compare(area=handle.area, month=handle.about, actor=login, progress=handle.progress)
        return {"run": run.pk, "words": run.summary["words"]}

    return work


def _page(job: Any) -> str:
    return reverse("registers:run", args=[job.result["run"]])


KINDS = (
    Kind("registers.institutions", _("比对定点机构登记"), "registers.run",
         _work(services.try_month), result_url=_page),
    Kind("registers.population", _("比对人口参保"), "registers.run",
         _work(services.try_coverage), result_url=_page),
)  # fmt: skip
