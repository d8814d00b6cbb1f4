"""Files that hospitals upload: read, or refused with the line; never a crash (P20)."""

import io
import zipfile
from contextlib import suppress

from hypothesis import given, settings
from hypothesis import strategies as st

from tongchou.exchange import statement_file
from tongchou.exchange.statement_file import FileRow
from tongchou.platform.refusal import Refused


def packed(*lines: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("detail.txt", "\n".join(lines))
    return out.getvalue()


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_damaged_files_are_refused_not_crashed(data: st.DataObject) -> None:
    whole = packed("1\t1\t1\t10.00\t5.00\t0.00\t0", "2\t2\t2\t-1\t0\t0\t1")
    at = data.draw(st.integers(0, len(whole) - 1))
    damage = data.draw(st.binary(max_size=8))
    damaged = whole[:at] + damage + whole[at + data.draw(st.integers(0, 12)) :]
    with suppress(Refused):
        assert all(isinstance(row, FileRow) for row in statement_file.read(damaged))


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(Refused):
        statement_file.read(packed(text))
