"""Output that is either whole or not there: written beside its place, moved in at the end."""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


@contextmanager
def staged(out: Path | None, stdout: BinaryIO) -> Iterator[BinaryIO]:
    """A file to write into, that becomes `out`, or goes to stdout, only if the context ends well.

    An earlier `out` stays as it was until then. A device or pipe gets its bytes at the end. Raises
    OSError before the context begins if `out` cannot be written.
    """
    target = None if out is None else Path(os.path.realpath(out))
    if target is not None and target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "is a directory", str(out))
    if target is not None and not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such directory", str(target.parent))
    if target is None or (target.exists() and not target.is_file()):
        with tempfile.TemporaryFile() as spool:
            yield spool
            spool.seek(0)
            _send(spool, target, stdout)
    else:
        with _replacing(target) as file:
            yield file


def _send(spool: BinaryIO, target: Path | None, stdout: BinaryIO) -> None:
    if target is None:
        shutil.copyfileobj(spool, stdout)
        stdout.flush()
        return
    with target.open("wb") as device:
        shutil.copyfileobj(spool, device)


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with _termination_unwinds():
        try:
            with part.open("xb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise


@contextmanager
def _termination_unwinds() -> Iterator[None]:
    """SIGTERM raises SystemExit, so that it leaves no part of a file behind."""
    before = signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def staged_folder(out: Path) -> Iterator[Path]:
    """A folder to write files into; they become those of `out` only if the context ends well.

    Other files of `out` stay. Raises OSError before the context begins if `out` cannot be written.
    """
    target = Path(os.path.realpath(out))
    if target.exists() and not target.is_dir():
        raise FileExistsError(errno.EEXIST, "是文件，不是文件夹，请换一个", str(out))
    if not target.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "no such directory", str(target.parent))
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}.part")
    with _termination_unwinds():
        part.mkdir()
        try:
            yield part
            target.mkdir(exist_ok=True)
            for file in sorted(part.iterdir()):
                file.replace(target / file.name)
        finally:
            shutil.rmtree(part, ignore_errors=True)
