"""What the documents say, taken out of them."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.glob("*.md"), *ROOT.glob("policies/**/*.md")])

_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.M | re.S)


def blocks(name: str, *languages: str) -> list[tuple[str, str]]:
    """Return (language, text) of the fenced blocks of docs/<name> in those languages, in order."""
    text = (DOCS / name).read_text("utf-8")
    return [found for found in _FENCE.findall(text) if found[0] in languages]


def part(name: str, mark: str) -> str:
    """Return what docs/<name> says between <!-- mark --> and <!-- /mark -->."""
    text = (DOCS / name).read_text("utf-8")
    return text.split(f"<!-- {mark} -->\n")[1].split(f"<!-- /{mark} -->")[0]


def words_of_table(name: str, mark: str) -> list[str]:
    """Return the names in `code` in the first column of the table at `mark`."""
    rows = part(name, mark).splitlines()
    return [word for row in rows for word in re.findall(r"`(\w+)`", row.split("|")[1])]
