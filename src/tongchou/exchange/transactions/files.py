"""9101 and 9102: files up and down."""

import base64
from typing import Any

from django.utils.translation import gettext as _

from tongchou.exchange.accepting import query, write
from tongchou.exchange.contract import Given, Transaction
from tongchou.exchange.envelope import Call
from tongchou.exchange.fields import C, Field, Misread, Node, moment_text
from tongchou.exchange.services import files
from tongchou.platform.numbering.services import wire_number


def _bytes(value: Any) -> bytes:
    """Read bytes as JSON carries them: base64, or a list of (signed or unsigned) byte values."""
    if isinstance(value, str):
        try:
            return base64.b64decode(value, validate=True)
        except ValueError:  # also characters outside ASCII
            raise Misread(_("应是 base64")) from None
    if isinstance(value, list) and all(type(b) is int and -128 <= b < 256 for b in value):
        return bytes(b % 256 for b in value)
    raise Misread(_("应是 base64 或字节数组"))


def upload(call: Call, given: Given) -> dict[str, Any]:
    """Return file_qury_no, filename, dld_endtime."""
    row = given["fsUploadIn"]
    stored = files.receive(
        actor=call.actor,
        institution=call.institution,
        number=wire_number(call.number, call.area),
        name=row["filename"],
        content=row["in"],
        at=call.at,
    )
    return {
        "file_qury_no": stored.number,
        "filename": stored.name,
        "dld_endtime": moment_text(stored.until),
        "fixmedins_code": call.institution.code,
    }


def download(call: Call, given: Given) -> dict[str, Any]:
    """Return the file's name and its bytes in base64 as `out`."""
    row = given["fsDownloadIn"]
    stored = files.fetch(institution=call.institution, number=row["file_qury_no"], at=call.at)
    return {
        "file_qury_no": stored.number,
        "filename": stored.name,
        "out": base64.b64encode(bytes(stored.content)).decode(),
    }


TRANSACTIONS = {
    "9101": Transaction(
        (
            Node(
                "fsUploadIn",
                (
                    Field("in", _bytes, required=True),
                    C("filename", 200, required=True),
                    C("fixmedins_code", 30),
                ),
            ),
        ),
        write(upload),
        numbered=True,
    ),
    "9102": Transaction(
        (
            Node(
                "fsDownloadIn",
                (
                    C("file_qury_no", 30, required=True),
                    C("filename", 200),
                    C("fixmedins_code", 30),
                ),
            ),
        ),
        query(download),
    ),
}
