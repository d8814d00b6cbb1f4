"""The policies that ship with the program."""

from pathlib import Path

import tongchou
from tongchou.core.policy.plan import Plan, load_policy


def policy_folder() -> Path:
    """Return the folder of shipped policies: in the wheel, or at the top of a checkout."""
    package = Path(tongchou.__file__).parent
    inside = package / "_data" / "policies"
    return inside if inside.is_dir() else package.parents[1] / "policies"


def policy_files() -> list[Path]:
    """Return the shipped documents in the order of their paths."""
    return sorted(p for p in policy_folder().glob("*/*/*.yaml") if ".cases." not in p.name)


def shipped_policies() -> list[Plan]:
    """Return all shipped plans, compiled. Raises PolicyError (a test holds that none does)."""
    folder = policy_folder()
    return [
        load_policy(path.read_text(encoding="utf-8"), source=str(path.relative_to(folder)))
        for path in policy_files()
    ]
