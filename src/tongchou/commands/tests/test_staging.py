"""Staged output: whole, or not there, or as it was."""

import errno
import io
import os
import stat
from pathlib import Path

import pytest

from tongchou.commands.staging import staged


def test_a_file_appears_only_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "out.csv"
    with staged(out, io.BytesIO()) as file:
        file.write(b"whole")
        file.flush()
        assert not out.exists()
    assert out.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [out]


@pytest.mark.parametrize("problem", [ValueError, KeyboardInterrupt, SystemExit])
def test_nothing_is_left_after_a_failure(tmp_path: Path, problem: type[BaseException]) -> None:
    out = tmp_path / "out.csv"
    out.write_bytes(b"older")
    with pytest.raises(problem), staged(out, io.BytesIO()) as file:
        file.write(b"part")
        raise problem
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"older"]


def test_standard_output_gets_all_or_nothing() -> None:
    stdout = io.BytesIO()
    with pytest.raises(ValueError), staged(None, stdout) as file:
        file.write(b"part")
        raise ValueError
    assert stdout.getvalue() == b""
    with staged(None, stdout) as file:
        file.write(b"whole")
    assert stdout.getvalue() == b"whole"


def test_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    with staged(tmp_path / "out", io.BytesIO()) as file:
        file.write(b"")
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"older")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real")
    with staged(link, io.BytesIO()) as file:
        file.write(b"whole")
    assert link.is_symlink()
    assert (tmp_path / "real").read_bytes() == b"whole"


def test_a_device_is_written_to_not_replaced() -> None:
    with staged(Path(os.devnull), io.BytesIO()) as file:
        file.write(b"whole")
    assert not Path(os.devnull).is_file()


def test_places_that_cannot_be_written_are_refused_at_once(tmp_path: Path) -> None:
    for out, code in [(tmp_path, errno.EISDIR), (tmp_path / "no" / "out", errno.ENOENT)]:
        with pytest.raises(OSError) as raised, staged(out, io.BytesIO()):
            raise AssertionError("the context must not begin")
        assert raised.value.errno == code
