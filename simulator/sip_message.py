"""Just enough SIP text: parse, look up, build (RFC 3261 section 7)."""

from dataclasses import dataclass, field
import hashlib
import re
import secrets
from typing import Self

_COMPACT = {
    "v": "via",
    "f": "from",
    "t": "to",
    "i": "call-id",
    "m": "contact",
    "l": "content-length",
    "c": "content-type",
}


class MessageError(ValueError):
    """Not SIP."""


@dataclass(slots=True)
class Message:
    """A request or response; header names are kept in lower case."""

    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @classmethod
    def parse(cls, data: bytes) -> Self:
        """Read one datagram. Raises MessageError."""
        head, _, body = data.decode("utf-8", "replace").partition("\r\n\r\n")
        lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
        if "SIP/2.0" not in lines[0]:
            raise MessageError("no SIP start line")
        headers = []
        for line in lines[1:]:
            name, separator, value = line.partition(":")
            if separator:
                name = name.strip().lower()
                headers.append((_COMPACT.get(name, name), value.strip()))
        return cls(lines[0], headers, body)

    @property
    def is_request(self) -> bool:
        """True for a request."""
        return not self.start.startswith("SIP/2.0")

    @property
    def method(self) -> str:
        """Method of a request, or the one that a response answers."""
        return self.start.split(" ")[0] if self.is_request else self.get("cseq").split(" ")[-1]

    @property
    def uri(self) -> str:
        """Request URI."""
        return self.start.split(" ")[1]

    @property
    def status(self) -> int:
        """Status of a response."""
        return int(self.start.split(" ")[1])

    def get(self, name: str) -> str:
        """First value of a header, empty when there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def all(self, name: str) -> list[str]:
        """All lines of a header."""
        return [value for key, value in self.headers if key == name]

    def __bytes__(self) -> bytes:
        body = self.body.encode()
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers if name != "content-length")]
        return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", ""]).encode() + body


def parameter(value: str, name: str) -> str:
    """A ``;name=value`` parameter of a header, empty when there is none."""
    found = re.search(rf";\s*{name}=([^;,>\s]+)", value)
    return found[1] if found else ""


def user_of(uri: str) -> str:
    """User part of a SIP URI."""
    found = re.match(r"sips?:([^@]+)@", uri)
    return found[1].replace("%23", "#") if found else ""


def uri_in(value: str) -> str:
    """URI of a name-addr header."""
    found = re.search(r"<([^>]+)>", value)
    return found[1] if found else value.partition(";")[0].strip()


def response_to(
    request: Message, status: int, reason: str, *, tag: str = "", contact: str = "", sdp: str = ""
) -> Message:
    """Build a response: Via, From, To, Call-ID and CSeq as they came (8.2.6.2)."""
    response = Message(f"SIP/2.0 {status} {reason}")
    response.headers = [(name, value) for name, value in request.headers if name in ("via", "from", "call-id", "cseq")]
    to = request.get("to")
    response.headers.append(("to", f"{to};tag={tag}" if tag and not parameter(to, "tag") else to))
    if contact:
        response.headers.append(("contact", f"<{contact}>"))
    if sdp:
        response.headers.append(("content-type", "application/sdp"))
        response.body = sdp
    return response


class Digest:
    """A registrar's side of digest authentication, MD5 with qop auth (RFC 2617)."""

    def __init__(self, accounts: dict[str, str], realm: str = "simulator") -> None:
        self._accounts = accounts
        self._realm = realm
        self._nonces: set[str] = set()

    def challenge(self) -> str:
        """Value of a new WWW- or Proxy-Authenticate header."""
        nonce = secrets.token_hex(8)
        self._nonces.add(nonce)
        return f'Digest realm="{self._realm}", nonce="{nonce}", algorithm=MD5, qop="auth"'

    def is_right(self, request: Message) -> bool:
        """True when the request proves a password."""
        text = request.get("authorization") or request.get("proxy-authorization")
        fields = {key.lower(): value.strip('"') for key, value in re.findall(r'(\w+)=("[^"]*"|[^,\s]+)', text)}
        password = self._accounts.get(fields.get("username", ""))
        if password is None or fields.get("nonce") not in self._nonces or fields.get("uri") != request.uri:
            return False
        ha1 = _md5(f"{fields['username']}:{self._realm}:{password}")
        ha2 = _md5(f"{request.method}:{fields['uri']}")
        middle = ":".join(fields.get(name, "") for name in ("nonce", "nc", "cnonce", "qop"))
        return _md5(f"{ha1}:{middle}:{ha2}") == fields.get("response")


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
