"""No file crashes `tongchou settle` (P20): settled, or refused with nothing written."""

import io
import json
import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tongchou.commands.settle import settle

PLAN = ["--plan", "441700-resident", "--allow-assumed"]
CLAIM: dict[str, Any] = {
    "claim_id": "c1", "person": "p1", "settled_at": "2019-03-01T09:00:00", "visit": "inpatient",
    "level": "level3", "out_of_area": False, "identity": ["destitute"], "total": "50000.00",
    "in_scope": "43215.07",
}  # fmt: skip
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.sampled_from(["", "-0.01", "1e400", "NaN", "９.00", "0" * 400, "\x00", "2019-02-30", "c1"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=8,
)
FEW = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
MANY = settings(FEW, max_examples=int(os.environ.get("TONGCHOU_FILES", "9000")))


def check(result: Result, out: Path | None = None) -> None:
    """An exit code of the table, no traceback; refused input leaves no result and a reason."""
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1, 2)
    assert "Traceback" not in result.stderr
    if result.exit_code == 2:
        assert result.stdout == "" and result.stderr.strip()
        assert out is None or not out.exists()


def piped(content: bytes, *options: str) -> Result:
    return CliRunner().invoke(settle, [*PLAN, *options], input=io.BytesIO(content))


def mutated(draw: st.DrawFn) -> dict[str, Any]:
    """Return the claim with some fields of it wrong, missing, or more."""
    claim = dict(CLAIM, claim_id=draw(st.sampled_from(["c1", "c2", "c3"])))
    for name in draw(st.lists(st.sampled_from([*CLAIM, "reverse", "status", "x"]), max_size=3)):
        if draw(st.booleans()):
            claim.pop(name, None)
        else:
            claim[name] = draw(JSON)
    return claim


@st.composite
def claims(draw: st.DrawFn) -> list[dict[str, Any]]:
    return [mutated(draw) for _ in range(draw(st.integers(1, 4)))]


def bent(content: bytes, at: float, how: int) -> bytes:
    """Return the bytes with one place flipped, cut, or doubled."""
    place = int(at * (len(content) - 1))
    if how == 0:
        return content[:place]
    if how == 1:
        return content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
    return content[:place] + content[place // 2 :]


BENT = {"at": st.floats(0, 1), "how": st.integers(0, 2)}


def parquet() -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([CLAIM, dict(CLAIM, claim_id="c2")]), sink)
    return sink.getvalue()


def csv() -> bytes:
    row = [*CLAIM.values()]
    row[6] = "destitute"
    lines = [",".join(CLAIM), ",".join(map(str, row)).replace("False", "false")]
    return ("\n".join(lines) + "\n").encode()


def bytes_of(content: bytes) -> None:
    check(piped(content))


def rows_of(rows: list[dict[str, Any]], keep_going: bool) -> None:
    content = "\n".join(json.dumps(row) for row in rows).encode("utf-8", "surrogatepass")
    check(piped(content, *(["--keep-going"] if keep_going else [])))


def file_of(folder: Path, ending: str, at: float, how: int) -> None:
    whole = {"parquet": parquet, "csv": csv}[ending]()
    file, out = folder / f"claims.{ending}", folder / "out.jsonl"
    out.unlink(missing_ok=True)
    file.write_bytes(bent(whole, at, how))
    check(CliRunner().invoke(settle, [*PLAN, str(file), "-o", str(out)]), out)


def test_what_is_bent_is_settled_when_it_is_whole(tmp_path: Path) -> None:
    assert piped(json.dumps(CLAIM).encode()).exit_code == 0
    for ending, content in (("parquet", parquet()), ("csv", csv())):
        (tmp_path / f"c.{ending}").write_bytes(content)
        found = CliRunner().invoke(settle, [*PLAN, str(tmp_path / f"c.{ending}")])
        assert found.exit_code == 0, found.stderr


@FEW
@given(content=st.binary(max_size=400))
def test_any_bytes(content: bytes) -> None:
    bytes_of(content)


@FEW
@given(rows=claims(), keep_going=st.booleans())
def test_claims_with_wrong_fields(rows: list[dict[str, Any]], keep_going: bool) -> None:
    rows_of(rows, keep_going)


@pytest.mark.parametrize("ending", ["parquet", "csv"])
@FEW
@given(**BENT)
def test_damaged_files(tmp_path: Path, ending: str, at: float, how: int) -> None:
    file_of(tmp_path, ending, at, how)


@pytest.mark.slow
@MANY
@given(rows=claims(), keep_going=st.booleans())
def test_claims_with_wrong_fields_for_long(rows: list[dict[str, Any]], keep_going: bool) -> None:
    rows_of(rows, keep_going)


@pytest.mark.slow
@pytest.mark.parametrize("ending", ["parquet", "csv"])
@MANY
@given(**BENT)
def test_damaged_files_for_long(tmp_path: Path, ending: str, at: float, how: int) -> None:
    file_of(tmp_path, ending, at, how)
