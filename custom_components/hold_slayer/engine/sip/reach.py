"""Under which address this side is reached: its own, the one that others see it at, or the one that the user knows.

What the server saw (``received`` and ``rport``, RFC 3581) is what it can answer to, so it goes into the Contact. What a STUN
server saw (RFC 8489) goes into SDP as well: audio comes from others. Asked again and again, it shows that the router has got
another address long before the registration would run out. A router that shows this side at ever other ports of the same address
has forgotten the way in between (RFC 4787 section 4.3), and what the server sent meanwhile was lost: that is counted.
Sans-IO: ``now`` comes in, datagrams go out through ``send``.
"""

from collections import deque
from collections.abc import Callable
import re

from aiosipua.message import SipResponse

from .account import TrunkAccount
from .stun import BindingQuery, read_answer
from .transport import is_ip
from .wire import Address

_ASK_AGAIN_S = 60.0
_FORGOTTEN_OFTEN = 3
_FORGOTTEN_WITHIN_S = 3600.0
"""So many other ports within so long are no restart of the router."""
_PORT = re.compile(r"[0-9]{1,5}")


class Reach:
    """Addresses of one endpoint."""

    def __init__(
        self, account: TrunkAccount, send: Callable[[bytes, Address], None], on_changed: Callable[[], None]
    ) -> None:
        """``on_changed``: others reach this side elsewhere from now on."""
        self._public = account.public_address
        self._send = send
        self._on_changed = on_changed
        self._local: Address = ("", 0)
        self._seen: Address | None = None
        self._mapped: Address | None = None
        self._stun_server: Address | None = None
        self._query: BindingQuery | None = None
        self._forgotten_at: deque[float] = deque(maxlen=_FORGOTTEN_OFTEN)
        self._ask_at: float | None = None

    @property
    def local(self) -> Address:
        """Address and port of this machine."""
        return self._local

    @property
    def contact(self) -> Address:
        """Address and port for the server's requests."""
        host, port = self._seen or self._mapped or self._local
        return (self._public or host, port)

    @property
    def media_address(self) -> str:
        """IP address for SDP: the public one where it is known for certain."""
        return self._public or (self._mapped[0] if self._mapped is not None else self._local[0])

    def bound(self, local: Address) -> None:
        """This side sends from ``local`` now; what others saw before is void."""
        self._local, self._seen, self._mapped = local, None, None
        self._forgotten_at.clear()

    # --- what the server saw ------------------------------------------------------------------------------------

    def is_forgotten(self, now: float) -> bool:
        """True while the router keeps forgetting the way from the server to this side."""
        often = len(self._forgotten_at) == _FORGOTTEN_OFTEN
        return often and now - self._forgotten_at[0] < _FORGOTTEN_WITHIN_S

    def learn(self, response: SipResponse, now: float) -> None:
        """Take the address that the server sees from the topmost Via (RFC 3261 section 18.1.2, RFC 3581)."""
        via = response.via[0]
        host = via.received or self._local[0]
        rport = via.rport or ""
        port = int(rport) if _PORT.fullmatch(rport) else self._local[1]
        if is_ip(host) and 0 < port < 65536 and (host, port) != (self._seen or self._local):
            if self._seen is not None and self._seen[0] == host:
                self._forgotten_at.append(now)
            self._change(seen=(host, port))

    def _change(self, *, seen: Address | None = None, mapped: Address | None = None) -> None:
        before = (self.contact, self.media_address)
        if mapped is not None and self._mapped is not None and mapped != self._mapped:
            # The router's address is another one: what the server saw was the old one.
            self._seen = None
        self._seen, self._mapped = seen or self._seen, mapped or self._mapped
        if before != (self.contact, self.media_address):
            self._on_changed()

    # --- what a STUN server saw ---------------------------------------------------------------------------------

    def ask(self, server: Address, now: float) -> None:
        """Ask ``server`` now and every minute from now on."""
        self._stun_server = server
        self._query = BindingQuery()
        self._ask_at = None
        self._send(self._query.start(now), server)

    def receive(self, data: bytes, source: Address, now: float) -> None:
        """Take a datagram that looks like STUN; only the server's answers count."""
        answer = read_answer(data) if source == self._stun_server and self._query is not None else None
        if answer is None or self._query is None:
            return
        address = self._query.take(answer)
        if self._query.is_over:
            self._ask_at = now + _ASK_AGAIN_S
        if address is not None:
            self._change(mapped=address)

    @property
    def is_settled(self) -> bool:
        """True unless an answer is still awaited that has never been had."""
        return self._query is None or self._query.is_over or self._mapped is not None

    def next_timer(self) -> float | None:
        """When `handle_timer` is due."""
        return self._ask_at if self._ask_at is not None or self._query is None else self._query.next_timer()

    def handle_timer(self, now: float) -> None:
        """Ask once more, or anew."""
        server, query = self._stun_server, self._query
        if server is None or query is None:
            return
        if self._ask_at is not None:
            if now >= self._ask_at:
                self.ask(server, now)
            return
        data = query.handle_timer(now)
        if data is not None:
            self._send(data, server)
        elif query.is_over:
            self._ask_at = now + _ASK_AGAIN_S

    def close(self) -> None:
        """Ask no more."""
        self._query = self._ask_at = self._stun_server = None
