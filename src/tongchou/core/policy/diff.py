"""What one policy changes of another, number by number."""

from typing import NamedTuple

from tongchou.core.policy.plan import Plan


class Change(NamedTuple):
    """A number that differs; None where one of the two has no such number."""

    path: str
    label: str
    before: str | None
    after: str | None


def diff(before: Plan, after: Plan) -> list[Change]:
    """Return the numbers that differ between two plans, in the order of the later document."""
    old = {n.path: n for n in before.document.numbers()}
    new = {n.path: n for n in after.document.numbers()}
    found = []
    for path, number in new.items():
        was = old.get(path)
        if was is None or was.value != number.value:
            found.append(Change(path, number.label, was.text if was else None, number.text))
    for path, number in old.items():
        if path not in new:
            found.append(Change(path, number.label, number.text, None))
    return found
