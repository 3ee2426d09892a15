"""SIP and tel URIs as they stand in headers (RFC 3261 sections 19.1 and 25.1, RFC 3966).

The user part may hold semicolons and question marks (``sip:+4930;tgrp=a@host``, RFC 4904), so that the ``@`` has to be found
first. Only what decides where a request goes and who calls is read; the text itself goes back as it came.
"""

from dataclasses import dataclass
import re
from urllib.parse import unquote

_ADDRESS = re.compile(r'\s*(?:"(?:[^"\\]|\\.)*"|[^"<;,]*?)\s*<([^<>]*)>')
_SCHEME = re.compile(r"([a-z][a-z0-9+.\-]*):", re.IGNORECASE)
_HOST_PORT = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.\-_]+)(?::(\d{1,5}))?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Uri:
    """Parts of a URI; ``user`` decoded, ``host`` without brackets, empty where there is none."""

    text: str
    scheme: str
    user: str = ""
    host: str = ""
    port: int | None = None

    @property
    def is_sip(self) -> bool:
        """True for something that a request can be sent to."""
        return self.scheme in ("sip", "sips") and bool(self.host)


def split_uri(text: str) -> Uri:
    """Take a URI apart. What cannot be read has an empty scheme or host."""
    found = _SCHEME.match(text)
    if found is None:
        return Uri(text, "")
    scheme, rest = found[1].lower(), text[found.end() :]
    if scheme == "tel":
        return Uri(text, scheme, unquote(rest.partition(";")[0]))
    if scheme not in ("sip", "sips"):
        return Uri(text, scheme)
    # Parameters and headers behind the host hold no @ (it would be escaped), the user part none either.
    user, separator, place = rest.rpartition("@")
    name = unquote(re.split(r"[;:]", user)[0]) if separator else ""
    host = _HOST_PORT.match(place)
    if host is None or place[host.end() : host.end() + 1] not in ("", ";", "?"):
        return Uri(text, scheme, name)
    port = int(host[2]) if host[2] else None
    return Uri(text, scheme, name, host[1].strip("[]"), port)


def uri_in(header: str) -> Uri:
    """The URI in a From, To, Contact or Route value (20.10): in angle brackets, else up to the first parameter."""
    found = _ADDRESS.match(header)
    return split_uri(found[1].strip() if found is not None else header.partition(";")[0].strip())
