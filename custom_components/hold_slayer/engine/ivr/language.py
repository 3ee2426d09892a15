"""Words of telephone menus in six languages, as data: what a key is called, how options are offered, how ends sound."""

import re

from .words import Words
from .words_germanic import DE, EN, NL
from .words_romance import ES, FR, IT

__all__ = ["Words", "plain", "words_of"]

_ALL = {"en": EN, "de": DE, "fr": FR, "es": ES, "nl": NL, "it": IT}


def words_of(language: str) -> Words:
    """Words of a language (primary subtag); English where there are none."""
    return _ALL.get(language.partition("-")[0].lower(), EN)


def plain(text: str) -> str:
    """Lower case, straight apostrophes, single spaces."""
    return re.sub(r"\s+", " ", text.lower().replace("’", "'").replace("`", "'")).strip()
