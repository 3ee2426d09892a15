"""STUN (RFC 8489): under which address and port this side is seen from outside. Sans-IO.

Only the Binding method of a client, over UDP, without credentials (sections 5, 6.2.1, 6.3.3 and 14.1 to 14.2). Not done: TURN,
ICE, TCP and TLS, long-term credentials, ALTERNATE-SERVER.
"""

from dataclasses import dataclass
import ipaddress
import secrets
import struct

from .wire import Address

_MAGIC_COOKIE = 0x2112A442
_HEADER = struct.Struct("!HHI12s")
_BINDING_REQUEST, _BINDING_SUCCESS, _BINDING_ERROR = 0x0001, 0x0101, 0x0111
_MAPPED_ADDRESS, _XOR_MAPPED_ADDRESS = 0x0001, 0x0020
_FAMILIES = {0x01: 4, 0x02: 16}
_COMPREHENSION_OPTIONAL = 0x8000
_RTO_S = 0.5
_MOST_SENDINGS = 7
_LAST_WAIT = 16
"""Rc and Rm: seven requests, the last waits for 16 times the first interval (section 6.2.1)."""


def is_stun(data: bytes) -> bool:
    """True for what only a STUN message looks like: two zero bits, the magic cookie, a length that fits (section 5, RFC 7983)."""
    if len(data) < _HEADER.size or data[0] & 0xC0:
        return False
    _, length, cookie, _ = _HEADER.unpack_from(data)
    return bool(cookie == _MAGIC_COOKIE and length % 4 == 0 and length == len(data) - _HEADER.size)


@dataclass(frozen=True, slots=True)
class StunAnswer:
    """What the server said. ``address`` is None for a refusal."""

    transaction_id: bytes
    address: Address | None


def read_answer(data: bytes) -> StunAnswer | None:
    """Read a Binding response; None for everything else, and for one that cannot be used.

    An attribute that must be understood and is not makes the answer useless (section 6.3.3).
    """
    if not is_stun(data):
        return None
    kind, _, _, transaction_id = _HEADER.unpack_from(data)
    if kind == _BINDING_ERROR:
        return StunAnswer(transaction_id, None)
    if kind != _BINDING_SUCCESS:
        return None
    mapped: Address | None = None
    xored: Address | None = None
    for number, value in _attributes(data[_HEADER.size :]):
        if number == _XOR_MAPPED_ADDRESS:
            xored = xored or _address(value, data[4 : _HEADER.size])
        elif number == _MAPPED_ADDRESS:
            mapped = mapped or _address(value, bytes(16))
        elif number < _COMPREHENSION_OPTIONAL and number > _KNOWN_REQUIRED:
            return None
    address = xored or mapped
    return None if address is None else StunAnswer(transaction_id, address)


_KNOWN_REQUIRED = 0x0020
"""What is required and lower has been defined since RFC 3489; old servers send CHANGED-ADDRESS and its like."""


def _attributes(data: bytes) -> list[tuple[int, bytes]]:
    """Number and value of each attribute (section 14); whatever is cut off ends the list."""
    found, at = [], 0
    while at + 4 <= len(data):
        number, length = struct.unpack_from("!HH", data, at)
        value = data[at + 4 : at + 4 + length]
        if len(value) < length:
            break
        found.append((number, value))
        at += 4 + length + -length % 4
    return found


def _address(value: bytes, mask: bytes) -> Address | None:
    """An address, laid over with the cookie and the transaction id where it is XORed (section 14.2)."""
    size = _FAMILIES.get(value[1]) if len(value) >= 4 else None
    if size is None or len(value) != 4 + size:
        return None
    port = struct.unpack_from("!H", value, 2)[0] ^ int.from_bytes(mask[:2])
    host = bytes(byte ^ key for byte, key in zip(value[4:], mask, strict=False))
    return (str(ipaddress.ip_address(host)), port) if port else None


class BindingQuery:
    """One question, sent again until it is answered or given up."""

    def __init__(self) -> None:
        self._id = secrets.token_bytes(12)
        self._sendings = 0
        self._due_at: float | None = None
        self.is_over = False
        """Answered or given up."""

    def start(self, now: float) -> bytes:
        """The request, for the first time."""
        return self._send(now)

    def _send(self, now: float) -> bytes:
        self._sendings += 1
        is_last = self._sendings == _MOST_SENDINGS
        self._due_at = now + _RTO_S * (_LAST_WAIT if is_last else 2 ** (self._sendings - 1))
        return _HEADER.pack(_BINDING_REQUEST, 0, _MAGIC_COOKIE, self._id)

    def next_timer(self) -> float | None:
        """When `handle_timer` is due."""
        return self._due_at

    def handle_timer(self, now: float) -> bytes | None:
        """The request once more, or None: not yet, or given up (`is_over`)."""
        if self.is_over or self._due_at is None or now < self._due_at:
            return None
        if self._sendings == _MOST_SENDINGS:
            self._end()
            return None
        return self._send(now)

    def take(self, answer: StunAnswer) -> Address | None:
        """The address in an answer to this question; None when it answers another, or refuses."""
        if self.is_over or not secrets.compare_digest(answer.transaction_id, self._id):
            return None
        self._end()
        return answer.address

    def _end(self) -> None:
        self.is_over = True
        self._due_at = None
