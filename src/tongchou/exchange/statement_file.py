"""The files of 3202: a zip with one tab-separated UTF-8 text without a heading, in and out."""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tongchou.core.money import format_yuan, parse_yuan
from tongchou.platform.refusal import Refused

MOST_UNPACKED = 64 * 1024 * 1024
MOST_AMOUNT = 10**12  # fen
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
# All the ways in which reading a damaged or encrypted zip is known to fail.
_UNREADABLE = (
    zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, EOFError, OSError,
    ValueError, OverflowError, struct.error,
)  # fmt: skip
_COLUMNS = (7, 8)  # the eighth is exp_content
_FLAGS = ("0", "1")
_CODE = re.compile(r"[0-9A-Za-z]{1,30}", re.ASCII)


@dataclass(frozen=True, slots=True)
class FileRow:
    """One settlement as a hospital lists it. Money in fen."""

    setl_id: str
    mdtrt_id: str
    psn_no: str
    total: int
    fund: int
    account: int
    refund: bool


@dataclass(frozen=True, slots=True)
class ResultRow:
    """One line of the result file."""

    row: FileRow
    msgid: str
    equal: bool
    memo: str
    kind: str = ""  # of the difference, as comparing.KINDS names it
    ours: tuple[int, int, int] | None = None  # total, fund, account in the ledger, fen
    theirs: bool = True  # whether the row is the hospital's own


def read(content: bytes) -> list[FileRow]:
    """Return the rows of an uploaded file. Raises Refused naming the line."""
    text = _unpack(content)
    return [_row(line, at) for at, line in enumerate(text.splitlines(), 1) if line.strip()]


def _unpack(content: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = [m for m in archive.infolist() if not m.is_dir()]
            if len(members) != 1 or members[0].compress_type not in _METHODS:
                raise Refused(
                    _("压缩包里应只有一个明细文件，按通常的方法压缩"), field="file_qury_no"
                )
            with archive.open(members[0]) as member:
                # The size that a zip states of itself is not to be trusted.
                data = member.read(MOST_UNPACKED + 1)
    except _UNREADABLE as error:
        raise Refused(_("文件不是可读的 zip 压缩包，请重新上传"), field="file_qury_no") from error
    if len(data) > MOST_UNPACKED:
        raise Refused(_("明细文件过大，请缩短对账日期分次对账"), field="file_qury_no")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused(_("明细文件不是 UTF-8 编码"), field="file_qury_no") from None


def _row(line: str, at: int) -> FileRow:
    cells = [cell.strip() for cell in line.split("\t")]
    if len(cells) not in _COLUMNS:
        raise _wrong(at, _("应有 7 或 8 列，这里有 %(n)d 列") % {"n": len(cells)})
    if not all(_CODE.fullmatch(cell) for cell in cells[:3]):
        raise _wrong(at, _("结算编号、就诊编号、人员编号应是 30 位以内的字母数字"))
    try:
        total, fund, account = (parse_yuan(cell or "0") for cell in cells[3:6])
    except ValueError as error:
        raise _wrong(at, str(error)) from None
    if max(abs(total), abs(fund), abs(account)) >= MOST_AMOUNT:
        raise _wrong(at, _("金额过大，请核对"))
    if cells[6] not in _FLAGS:
        raise _wrong(at, _("退费标志应是 0 或 1"))
    return FileRow(cells[0], cells[1], cells[2], total, fund, account, cells[6] == "1")


def _wrong(at: int, why: str) -> Refused:
    return Refused(
        _("明细文件第 %(at)d 行：%(why)s") % {"at": at, "why": why}, field="file_qury_no"
    )


def write(rows: Iterable[ResultRow]) -> bytes:
    """Return the result file: a zip of one text, columns as interface.md A.3 lists them."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("result.txt", "".join(_lines(rows)))
    return packed.getvalue()


def _lines(rows: Iterable[ResultRow]) -> Iterator[str]:
    for result in rows:
        row = result.row
        cells = (
            row.psn_no,
            row.mdtrt_id,
            row.setl_id,
            result.msgid,
            "0" if result.equal else "1",
            "1" if row.refund else "0",
            result.memo,
            format_yuan(row.total),
            format_yuan(row.fund),
            format_yuan(row.account),
        )
        yield "\t".join(cells) + "\n"
