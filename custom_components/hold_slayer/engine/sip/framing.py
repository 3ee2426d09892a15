"""Cutting a stream into messages (RFC 3261 section 18.3): header, empty line, Content-Length bytes.

CRLFs in front of a message are keepalives (RFC 5626 section 3.5.1): a double one is a ping that wants a single one back.
Sans-IO. A stream that cannot be cut any more is useless and must be closed.
"""

from collections.abc import Iterator

_MAX_HEADER_BYTES = 64 * 1024
_MAX_BODY_BYTES = 256 * 1024


class FramingError(ValueError):
    """The stream holds no SIP, or a message that is too long."""


class Framer:
    """Feed it what comes in; it yields whole messages."""

    def __init__(self) -> None:
        self._buffer = b""
        self._pings = 0

    def take_pings(self) -> int:
        """Number of pings seen since the last time asked."""
        pings, self._pings = self._pings, 0
        return pings

    def feed(self, data: bytes) -> Iterator[bytes]:
        """Yield each message that is complete now.

        Raises:
            FramingError: see the class.
        """
        self._buffer += data
        while True:
            self._skip_keepalives()
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > _MAX_HEADER_BYTES:
                    raise FramingError("header too long")
                return
            body_at = end + 4
            length = declared_length(self._buffer[:end]) or 0
            if length > _MAX_BODY_BYTES:
                raise FramingError("body too long")
            if len(self._buffer) < body_at + length:
                return
            message, self._buffer = self._buffer[: body_at + length], self._buffer[body_at + length :]
            yield message

    def _skip_keepalives(self) -> None:
        while self._buffer.startswith(b"\r\n\r\n"):
            self._pings += 1
            self._buffer = self._buffer[4:]
        # A single one is a pong; with one more CR it may become a ping.
        if self._buffer.startswith(b"\r\n") and self._buffer != b"\r\n\r":
            self._buffer = self._buffer[2:]


def declared_length(head: bytes) -> int | None:
    """Content-Length of a header; None without one.

    Raises:
        FramingError: it is no number.
    """
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() in (b"content-length", b"l"):
            text = value.strip()
            if not text.isdigit() or len(text) > 9:
                raise FramingError("Content-Length")
            return int(text)
    return None
