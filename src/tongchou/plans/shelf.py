"""The area's policies as the list page shows them: by scheme, what holds and what is coming."""

from dataclasses import dataclass, field

from tongchou.people.models import Enrolment
from tongchou.plans import queries
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock
from tongchou.platform.authority.pooling import Span, spans


@dataclass(frozen=True, slots=True)
class Row:
    version: PlanVersion
    in_force: bool
    of_pool: bool  # the pool's, which is changed there


@dataclass(slots=True)
class Shelf:
    scheme: str
    label: str
    rows: list[Row] = field(default_factory=list)  # the latest first
    spans: list[Span] = field(default_factory=list)  # of the area in pools

    @property
    def current(self) -> PlanVersion | None:
        return next((row.version for row in self.rows if row.in_force), None)


def shelf(area: str) -> list[Shelf]:
    """Return what the area may read by scheme; withdrawn drafts are left out."""
    today = clock.today()
    found = {value: Shelf(value, str(label)) for value, label in Enrolment.Scheme.choices}
    for span in spans(area):
        found[span.scheme].spans.append(span)
    now = {scheme: queries.version_in_force(area, scheme, today) for scheme in found}
    for version in queries.versions(area):
        if version.state == PlanVersion.State.WITHDRAWN:
            continue
        in_force = version == now[version.scheme]
        found[version.scheme].rows.append(Row(version, in_force, version.area != area))
    return list(found.values())
