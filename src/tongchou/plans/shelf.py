"""The area's policies as the list page shows them: by scheme, what holds and what is coming."""

from dataclasses import dataclass, field

from tongchou.people.models import Enrolment
from tongchou.plans import queries
from tongchou.plans.models import PlanVersion
from tongchou.platform import clock


@dataclass(frozen=True, slots=True)
class Row:
    version: PlanVersion
    in_force: bool


@dataclass(slots=True)
class Shelf:
    scheme: str
    label: str
    rows: list[Row] = field(default_factory=list)  # the latest first

    @property
    def current(self) -> PlanVersion | None:
        return next((row.version for row in self.rows if row.in_force), None)


def shelf(area: str) -> list[Shelf]:
    """Return the area's versions by scheme; withdrawn drafts are left out."""
    found = {value: Shelf(value, str(label)) for value, label in Enrolment.Scheme.choices}
    today = clock.today()
    for version in queries.versions(area):
        if version.state == PlanVersion.State.WITHDRAWN:
            continue
        place = found[version.scheme]
        begun = version.state == PlanVersion.State.ADOPTED and version.valid_from <= today
        place.rows.append(Row(version, begun and place.current is None))
    return list(found.values())
