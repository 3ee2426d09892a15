"""Reading the vocabularies ahead. They are files, and no event loop should wait for a file in mid-call."""

from .concepts import concepts_of, families
from .facts import fact_kinds
from .meaning import meanings
from .tenses import tense_patterns
from .words import LANGUAGES, words_of


def read_vocabularies() -> None:
    """Read and compile all languages, once in a process: about half a second, in a thread that may wait."""
    families()
    fact_kinds()
    meanings()
    for language in LANGUAGES:
        words_of(language)
        tense_patterns(language)
        concepts_of(language)
