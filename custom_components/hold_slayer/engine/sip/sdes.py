"""Keys for SRTP in SDP (RFC 4568): ``a=crypto`` lines, ours and theirs.

Who reads the signalling reads the keys: they protect the audio only where the signalling is protected too (TLS).
Not done: MKI and session parameters (a line that insists on one of them is not used).
"""

from base64 import b64decode, b64encode
import binascii
from collections.abc import Sequence
from dataclasses import dataclass, field
import re

from ..model.media_description import KEY_BYTES, SrtpKey, SrtpSuite

_LINE = re.compile(r"(\d{1,9}) +([A-Za-z0-9_]+) +inline:([A-Za-z0-9+/=]+)((?:\|[^ |]+)*)(.*)")
_LIFETIME = re.compile(r"\|(?:2\^\d+|\d+)")


@dataclass(frozen=True, slots=True)
class CryptoLine:
    """One ``a=crypto`` attribute that can be used."""

    tag: int
    suite: SrtpSuite
    key: bytes = field(repr=False)


def crypto_attribute(tag: int, key: SrtpKey) -> str:
    """Value of an ``a=crypto`` line."""
    return f"{tag} {key.suite.value} inline:{b64encode(key.key).decode()}"


def read_crypto(lines: Sequence[str]) -> list[CryptoLine]:
    """The lines that this side can use, in their order."""
    return [line for text in lines if (line := _read(text)) is not None]


def _read(text: str) -> CryptoLine | None:
    found = _LINE.fullmatch(text.strip())
    if found is None or found[2] not in SrtpSuite or found[5].strip():
        return None
    if found[4] and not _LIFETIME.fullmatch(found[4]):
        return None
    try:
        key = b64decode(found[3], validate=True)
    except binascii.Error, ValueError:
        return None
    return CryptoLine(int(found[1]), SrtpSuite(found[2]), key) if len(key) == KEY_BYTES else None
