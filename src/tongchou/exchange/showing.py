"""A kept message as a page shows it: field under field, certificate numbers covered (P15)."""

import json
import re
from typing import Any

from tongchou.core.identity import mask_id_number

# An ID number wherever it stands: 18 places, not part of a longer number.
_ID = re.compile(r"(?<![0-9A-Za-z])\d{17}[\dXx](?![0-9A-Za-z])")
# Fields that hold a certificate's or a card's number, whatever its form.
_NUMBERS = re.compile(r"(^|_)(cert_?no|card_?no|card_sn|mobile|tel)$")


def shown(text: str) -> str:
    """Return `text` indented and covered; what is not JSON is only covered."""
    try:
        message = json.loads(text)
    except ValueError:
        return _cover(text)
    return json.dumps(_covered(message), ensure_ascii=False, indent=2)


def _covered(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _covered(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_covered(inner, name) for inner in value]
    if not isinstance(value, str):
        return value
    if value[:1] in ("[", "{"):
        return _nested(value)
    return mask_id_number(value) if _NUMBERS.search(name) else _cover(value)


def _nested(text: str) -> Any:
    """Some fields carry JSON as a string (setl_proc_info): shown as what it says."""
    try:
        return _covered(json.loads(text))
    except ValueError:
        return _cover(text)


def _cover(text: str) -> str:
    return _ID.sub(lambda found: mask_id_number(found[0]), text)
