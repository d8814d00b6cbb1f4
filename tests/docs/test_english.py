"""The English catalogue says everything that the pages say, and nothing else."""

import re
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog
from django.utils.translation import gettext, override

from tongchou.platform.ui.assets import messages

PLACES = re.compile(r"%\(\w+\)[a-z]|%%|%[sd]")
CHINESE = re.compile(r"[\u3400-\u9fff，。：；、（）]")
# Words that a file or a text of policy holds, whatever the language of the reader.
QUOTED = re.compile("甲, 乙, 丙|不设")


@pytest.fixture(scope="module")
def kept() -> Catalog:
    return messages.catalogue()


class Tags(HTMLParser):
    """The tags of a text, in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[object] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.append((tag, attrs))

    def handle_endtag(self, tag: str) -> None:
        self.found.append(tag)


def test_the_sources_have_words_to_find() -> None:
    found = {message.id for message in messages.extracted() if message.id}
    assert {"结算单", "起付线", "没有这个地址，请核对接口路径"} <= found
    assert len(found) > 1000


def test_no_message_is_missing(kept: Catalog) -> None:
    missing = [
        message.id
        for message in messages.extracted()
        if message.id and not getattr(kept.get(message.id, message.context), "string", "")
    ]
    assert missing == [], "run `make messages` and give their English"


def test_no_message_is_left_over(kept: Catalog) -> None:
    found = messages.extracted()
    gone = [m.id for m in kept if m.id and found.get(m.id, m.context) is None]
    assert gone == [], "run `make messages`"


def test_none_is_fuzzy(kept: Catalog) -> None:
    assert [m.id for m in kept if m.id and m.fuzzy] == []


def test_places_and_tags_are_the_same(kept: Catalog) -> None:
    for message in kept:
        if message.id and message.string:
            pair = (message.id, message.string)
            assert sorted(PLACES.findall(pair[0])) == sorted(PLACES.findall(pair[1])), pair
            assert Tags(pair[0]).found == Tags(pair[1]).found, pair


def test_english_is_english(kept: Catalog) -> None:
    left = [m.string for m in kept if m.id and CHINESE.search(QUOTED.sub("", m.string))]
    assert left == []


def test_the_compiled_catalogue_is_what_django_reads() -> None:
    """Fails when the assets were not built: `make assets`."""
    with override("en"):
        assert gettext("起付线") == "Deductible"
    with override("zh-hans"):
        assert gettext("起付线") == "起付线"
