"""Malformed requests and the answer that they get (RFC 3261 sections 7.1, 7.3, 8.1.1 and 21.4.1; RFC 4475 section 3.1.2).

A request that breaks the grammar where it matters is refused with 400, one of another version with 505, without a transaction and
with a tag that is the same for a repetition (8.2.7). What only looks odd is taken as it was meant. Works on the bytes: the
message may be too broken to be parsed.
"""

from dataclasses import dataclass
import hashlib
import re

from .wire import Address

_START = re.compile(r"^([^\s:]+) +(\S.*?) *(SIP/\d+\.\d+) *$", re.IGNORECASE)
_REQUEST_LINE = re.compile(r"^[\w\-.!%*+`'~]+ [^\s<>\"]+ SIP/2\.0$", re.IGNORECASE | re.ASCII)
_LONG_NAMES = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact", "l": "content-length"}
_COPIED = ("via", "from", "to", "call-id", "cseq")
_SINGLE = ("from", "to", "call-id", "cseq", "content-length", "max-forwards")
_ADDRESSES = ("from", "to")
_LISTS = ("via", "from", "to", "contact")
_EMPTY_PARTS = re.compile(r"[;,]\s*[;,]|[;,]\s*$|^\s*[;,]")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|<[^<>]*>')
_SCALARS = {"max-forwards": 255, "content-length": 2**31 - 1, "expires": 2**32 - 1}
_REASONS = {400: "Bad Request", 505: "Version Not Supported"}


@dataclass(frozen=True, slots=True)
class RawRequest:
    """What can be read of a request however broken."""

    line: str
    method: str
    version: str
    headers: tuple[tuple[str, str], ...]
    """Lower-case long names and unfolded values, in order."""
    body_bytes: int

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key == name]


def read_raw(data: bytes) -> RawRequest | None:
    """Read the lines of a request; None for what is none at all."""
    head, _, body = data.partition(b"\r\n\r\n")
    text = re.sub(r"\r?\n[ \t]+", " ", head.decode(errors="replace"))
    line, *rest = text.split("\r\n")
    found = _START.match(line)
    if found is None or line.upper().startswith("SIP/"):
        return None
    headers = []
    for each in rest:
        name, separator, value = each.partition(":")
        if separator:
            key = name.strip().lower()
            headers.append((_LONG_NAMES.get(key, key), value.strip()))
    return RawRequest(line, found[1], found[3].upper(), tuple(headers), len(body))


def fault_of(request: RawRequest) -> int:
    """Status that a malformed request is refused with; 0 for one that can be looked at."""
    if request.version != "SIP/2.0":
        return 505
    has_faults = (
        _REQUEST_LINE.match(request.line) is None
        or _has_headers_in_uri(request.line)
        or any(len(request.all(name)) > 1 for name in _SINGLE)
        or any(not request.all(name) for name in _COPIED)
        or _has_wrong_number(request)
        or any(_is_torn(value) for name in _LISTS for value in request.all(name))
    )
    return 400 if has_faults else 0


def _has_headers_in_uri(line: str) -> bool:
    """Headers in a request URI would write into our answers and requests (19.1.1)."""
    uri = line.split(" ")[1]
    return uri.lower().startswith(("sip:", "sips:")) and "?" in uri.rpartition("@")[2]


def _has_wrong_number(request: RawRequest) -> bool:
    for name, most in _SCALARS.items():
        for value in request.all(name):
            if not value.isascii() or not value.isdecimal() or int(value[:12]) > most:
                return name != "expires"
    lengths = request.all("content-length")
    if lengths and int(lengths[0]) > request.body_bytes:
        return True
    number, _, method = request.all("cseq")[0].partition(" ")
    return not number.isdecimal() or int(number[:12]) >= 2**31 or method.strip() != request.method


def _is_torn(value: str) -> bool:
    """An open quote, or separators with nothing between them."""
    bare = _QUOTED.sub("x", value)
    return '"' in bare or _EMPTY_PARTS.search(bare) is not None


def refusal(request: RawRequest, status: int, source: Address) -> bytes | None:
    """The answer to send to ``source``; None for what must not be answered (ACK), or cannot be."""
    vias = request.all("via")
    if request.method == "ACK" or not vias:
        return None
    lines = [f"SIP/2.0 {status} {_REASONS.get(status, '-')}"]
    lines += [f"Via: {vias[0]};received={source[0]}", *(f"Via: {via}" for via in vias[1:])]
    for name in _COPIED[1:]:
        for value in request.all(name)[:1]:
            tag = "" if name != "to" or ";tag=" in value.replace(" ", "") else f";tag={_tag_of(request)}"
            lines.append(f"{name.title()}: {value}{tag}")
    return "\r\n".join([*lines, "Content-Length: 0", "", ""]).encode()


def _tag_of(request: RawRequest) -> str:
    return hashlib.sha256(repr(request).encode()).hexdigest()[:12]
