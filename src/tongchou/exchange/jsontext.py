"""Reading untrusted JSON: exact numbers, bounded depth and size, no surprises for the database."""

import json
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

MOST_BYTES = 4 * 1024 * 1024
MOST_BYTES_OF_A_FILE = 16 * 1024 * 1024
DEEPEST = 32


class NotJson(ValueError):
    """The body is not the JSON object that a message must be; str() says why, in Chinese."""


def _no_constant(name: str) -> Any:
    raise NotJson(_("报文不支持数值 %(name)s") % {"name": name})


# Numbers with a point stay exact: a float never carries money.
_decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_no_constant)


def read_object(body: bytes) -> dict[str, Any]:
    """Return the JSON object in `body` (UTF-8). Raises NotJson."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise NotJson(
            _("报文不是 UTF-8 编码（第 %(at)d 字节）") % {"at": error.start + 1}
        ) from None
    try:
        value = _decoder.decode(text)
    except RecursionError:
        raise NotJson(_("报文嵌套太深")) from None
    except json.JSONDecodeError as error:
        raise NotJson(
            _("报文不是 JSON：第 %(line)d 行第 %(column)d 列附近有误")
            % {"line": error.lineno, "column": error.colno}
        ) from None
    except NotJson:
        raise
    except (ValueError, ArithmeticError):  # thousands of digits, or an exponent of twenty
        raise NotJson(_("报文有数值过长")) from None
    if not isinstance(value, dict):
        raise NotJson(_("报文应是一个 JSON 对象"))
    if _deeper_than(value, DEEPEST):
        raise NotJson(_("报文嵌套太深"))
    return value


def _deeper_than(value: Any, levels: int) -> bool:
    layer = [value]
    for _level in range(levels):
        layer = [
            child
            for one in layer
            for child in (one.values() if isinstance(one, dict) else one)
            if isinstance(child, dict | list)
        ]
        if not layer:
            return False
    return True
