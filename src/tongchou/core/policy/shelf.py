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
    return [plan for plan, _text in shipped_documents()]


def shipped_documents() -> list[tuple[Plan, str]]:
    """Return all shipped plans, each with the text of its document. Raises PolicyError."""
    folder = policy_folder()
    found = []
    for path in policy_files():
        text = path.read_text(encoding="utf-8")
        found.append((load_policy(text, source=str(path.relative_to(folder))), text))
    return found
