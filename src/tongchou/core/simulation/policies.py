"""The policy in force in a year and its reforms, ready to be compared."""

from collections.abc import Mapping, Sequence

from tongchou.core.policy import Plan, Reform, apply_reform
from tongchou.core.simulation.tables import Policy


def policies_of(
    versions: Sequence[Plan], texts: Mapping[str, str], reforms: Sequence[Reform]
) -> list[Policy]:
    """Return the policy as it is, and under each reform; a reform is laid over every version.

    `texts`: the documents by plan_id. Raises PolicyError for what a version cannot say.
    """
    return [
        versions,
        *(
            [apply_reform(texts[v.plan_id], reform, source=v.title) for v in versions]
            for reform in reforms
        ),
    ]
