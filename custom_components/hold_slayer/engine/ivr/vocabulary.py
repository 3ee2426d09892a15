"""Reading the vocabularies ahead. They are files, and no event loop should wait for a file in mid-call."""

from .concepts import concepts_of, families
from .facts import fact_kinds
from .meaning import meanings
from .phases import phase_tables
from .words import LANGUAGES, words_of


def read_vocabularies() -> None:
    """Read and compile all languages, once in a process: about half a second, in a thread that may wait."""
    families()
    fact_kinds()
    phase_tables()
    meanings()
    for language in LANGUAGES:
        words_of(language)
        concepts_of(language)
