"""An ods as LibreOffice and WPS write one: what is empty is told by how often it stands."""

import io
import zipfile
from collections.abc import Sequence

_NAMES = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
)


def cell(text: str, *, times: int = 1, formula: str = "") -> str:
    """Return a cell; an empty one may stand for many."""
    often = f' table:number-columns-repeated="{times}"' if times > 1 else ""
    if not text:
        return f"<table:table-cell{often}/>"
    computed = f' table:formula="{formula}"' if formula else ""
    return (
        f'<table:table-cell office:value-type="string"{often}{computed}>'
        f"<text:p>{text}</text:p></table:table-cell>"
    )


def row(*cells: str, times: int = 1) -> str:
    often = f' table:number-rows-repeated="{times}"' if times > 1 else ""
    return f"<table:table-row{often}>{''.join(cells)}</table:table-row>"


def make_ods(rows: Sequence[str], name: str = "名单") -> bytes:
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content {_NAMES}><office:body>'
        f'<office:spreadsheet><table:table table:name="{name}">{"".join(rows)}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    entry = f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/>'
    names = 'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"'
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", kind)
        parts.writestr("content.xml", text)
        parts.writestr(
            "META-INF/manifest.xml",
            f'<?xml version="1.0"?><manifest:manifest {names}>{entry}</manifest:manifest>',
        )
    return target.getvalue()
