"""The English catalogue: found in the sources, merged into the .po, compiled to the .mo.

Needs no gettext on the machine: Django turns a template into calls, Babel reads calls and writes
both files. `make messages` merges; the asset build compiles.
"""

import io
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

PACKAGE = Path(__file__).resolve().parents[3]
HEADER = """\
# English words of Tongchou. The words of the sources are Chinese; `make messages` merges new ones.
msgid ""
msgstr ""
"Language: en\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
PO = PACKAGE / "locale" / "en" / "LC_MESSAGES" / "django.po"
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
}


def sources() -> Iterator[Path]:
    """Yield the modules and templates whose words a user may see, in order of path."""
    for path in sorted(PACKAGE.rglob("*")):
        inside = path.relative_to(PACKAGE).parts
        if path.suffix in (".py", ".html", ".txt") and "tests" not in inside:
            yield path


def calls(path: Path) -> str:
    """Return the file as Python; of a template only its words are left, as calls."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".py":
        return text
    # Where words stood on a page says nothing, and is no indentation.
    return "\n".join(line.lstrip() for line in templatize(text).splitlines())


def extracted() -> Catalog:
    """Return every message of the sources with the files it stands in, untranslated."""
    found = Catalog(locale="en", domain="django", project="tongchou", charset="utf-8")
    for path in sources():
        name = path.relative_to(PACKAGE).as_posix()
        reader = io.BytesIO(calls(path).encode())
        for _line, message, _comments, context in extract("python", reader, keywords=KEYWORDS):
            if message:
                found.add(message, locations=[(name, 0)], context=context)
    return found


def catalogue() -> Catalog:
    """Return the English catalogue as it is kept."""
    with PO.open("rb") as file:
        return read_po(file, locale="en", domain="django")


def merge() -> None:
    """Add what is new to the catalogue, without words yet, and drop what is gone."""
    kept, found = catalogue(), extracted()
    kept.update(found, no_fuzzy_matching=True)
    kept.obsolete.clear()
    with PO.open("wb") as file:
        file.write(HEADER.encode())
        # Without dates and line numbers: the file changes when words do.
        write_po(file, kept, width=96, include_lineno=False, sort_by_file=True, omit_header=True)


def compile_catalogue() -> None:
    """Write the .mo that Django reads, beside the .po."""
    with PO.with_suffix(".mo").open("wb") as file:
        write_mo(file, catalogue())


if __name__ == "__main__":
    merge()
