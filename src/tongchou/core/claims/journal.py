"""What a fold must remember of every claim, kept in a temporary file instead of in memory."""

from __future__ import annotations

import struct
import tempfile


class Journal:
    """Records of `width` 64-bit integers, appended and read back by their number from 0.

    The file has no name and is gone with the process.
    """

    def __init__(self, width: int) -> None:
        self._record = struct.Struct(f"<{width}q")
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115 - lives with the object
        self._count = 0

    def append(self, *values: int) -> int:
        """Keep a record; its number is returned."""
        number = self._count
        self._file.seek(number * self._record.size)
        self._file.write(self._record.pack(*values))
        self._count += 1
        return number

    def __getitem__(self, number: int) -> tuple[int, ...]:
        if not 0 <= number < self._count:
            raise IndexError(number)
        self._file.seek(number * self._record.size)
        return self._record.unpack(self._file.read(self._record.size))
