"""JSON lines: one object a line, in UTF-8."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import orjson

from tongchou.core.claims.rows import BadInput, FileRefused, Row

UTF8_BOM = b"\xef\xbb\xbf"
UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")


def read_json_lines(lines: Iterable[bytes]) -> Iterator[Row]:
    """The rows of JSON lines. Raises FileRefused for UTF-16, whose lines cannot be told."""
    for number, raw in enumerate(lines, 1):
        line = raw
        if number == 1:
            if line.startswith(UTF16_BOMS):
                raise FileRefused("文件是 UTF-16 编码。请另存为 UTF-8 后再来")
            line = line.removeprefix(UTF8_BOM)
        if line.isspace() or not line:
            continue
        yield Row(number, _json_object(line))


def _json_object(line: bytes) -> Mapping[str, object] | BadInput:
    try:
        record = orjson.loads(line)
    except orjson.JSONDecodeError as error:
        return BadInput("json", _json_problem(line, error))
    if not isinstance(record, dict):
        return BadInput("json", "每行应是一个 JSON 对象 {...}，不用数组包起来")
    return record


def _json_problem(line: bytes, error: orjson.JSONDecodeError) -> str:
    try:
        line.decode()
    except UnicodeDecodeError:
        return "不是 UTF-8 编码。请另存为 UTF-8 后再来"
    return f"第 {error.colno} 个字符起不是合法的 JSON，请核对引号、逗号和括号"
