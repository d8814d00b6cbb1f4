"""Writing the lake's files: each whole and flushed before any manifest names it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from tongchou.lake.manifest import File, Manifest, digest
from tongchou.lake.schema import Table

ROWS_OF_A_GROUP = 250_000


def write_file(
    root: Path,
    table: Table,
    where: str,
    batches: Iterable[pa.Table],
    *,
    lowest: int = 0,
    highest: int = 0,
    mark: str = "",
) -> File:
    """Write one file of `table` below `where` and return its entry for the manifest.

    Pages carry checksums, so that damage is found by whoever reads them. An interruption leaves at
    most a file that no manifest names.
    """
    folder = root / where / table.name
    folder.mkdir(parents=True, exist_ok=True)
    name = f"{lowest:012d}-{secrets.token_hex(6)}.parquet"
    path = folder / name
    rows, sums = 0, dict.fromkeys(table.money, 0)
    with path.open("wb") as out:
        with pq.ParquetWriter(
            out, table.schema, compression="zstd", compression_level=1, write_page_checksum=True
        ) as writer:
            for batch in batches:
                whole = batch.select(table.schema.names).cast(table.schema)
                writer.write_table(whole, row_group_size=ROWS_OF_A_GROUP)
                rows += whole.num_rows
                for column in sums:
                    sums[column] += pc.sum(whole[column]).as_py() or 0
        out.flush()
        os.fsync(out.fileno())
    return File(
        path=str(path.relative_to(root)),
        rows=rows,
        size=path.stat().st_size,
        sha256=digest(path),
        sums=sums,
        lowest=lowest,
        highest=highest,
        mark=mark,
    )


def remove_unnamed(root: Path, *manifests: Manifest) -> int:
    """Remove the Parquet files that none of `manifests` names; return how many."""
    named = {file.path for manifest in manifests for file in manifest.files()}
    removed = 0
    for path in root.rglob("*.parquet"):
        if str(path.relative_to(root)) not in named:
            path.unlink()
            removed += 1
    return removed
