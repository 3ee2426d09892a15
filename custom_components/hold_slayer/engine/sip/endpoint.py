"""One account's place on the network: transport, transactions and digest, driven by the loop (RFC 3261 sections 8 and 22).

The asyncio shell around the sans-IO parts. It stamps Via and Contact, finds the next hop, answers challenges with a new
transaction for each try, learns where it is reached (`reach`), goes on to the domain's next server when one does not answer,
follows this machine to another address, and drives all timers by one loop timer.
"""

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
import logging
import ssl
from typing import Any, Protocol

from aiosipua.message import SipMessage, SipRequest, SipResponse
from aiosipua.utils import format_addr, generate_branch

from .account import TrunkAccount
from .auth import Authenticator, ChallengeMemory
from .dialog import next_hop
from .errors import CannotResolveError, NoAnswerError, RejectedError, TrunkError, WrongPasswordError
from .locate import NaptrLookup, SrvLookup, locate, query_naptr, query_srv
from .reach import Reach
from .strict import fault_of, read_raw, refusal
from .stun import is_stun
from .tls import client_context
from .transaction import ServerTransaction, TimerValues
from .transaction_layer import OnResponse, TransactionLayer
from .transport import StreamTransport, UdpTransport, is_ip, is_wildcard, local_address_to, resolve
from .wire import (
    ALLOW,
    SDP_TYPE,
    USER_AGENT,
    Address,
    GarbageError,
    branch_of,
    build_response,
    cseq_of,
    read_message,
    redact,
)

_LOGGER = logging.getLogger(__name__)

_MAX_AUTH_ROUNDS = 3
_MAX_NAMES = 50
_STUN_PATIENCE_S = 1.5
"""Longest wait for a STUN server before the first request goes out with what is known."""


class EndpointUser(Protocol):
    """Who is told what comes in."""

    def on_request(self, transaction: ServerTransaction) -> None:
        """A new request, neither a retransmission nor an ACK."""
        ...

    def on_ack(self, ack: SipRequest) -> None:
        """An ACK."""
        ...

    def on_cancel(self, cancel: SipRequest) -> None:
        """A CANCEL of an INVITE that is known; it has been answered."""
        ...

    def on_contact_changed(self) -> None:
        """This side is seen at another address than it told."""
        ...

    def on_connection_lost(self, error: TrunkError) -> None:
        """The stream to the server broke or cannot be had."""
        ...


class _Exchange:
    """One request of ours with its retries for digest."""

    def __init__(
        self,
        request: SipRequest,
        on_response: OnResponse,
        authenticator: Authenticator,
        on_retry: Callable[[SipRequest], bool] | None,
    ) -> None:
        self.request = request
        self.on_response = on_response
        self.authenticator = authenticator
        self.on_retry = on_retry
        self.rounds = 0

    def retry(self, response: SipResponse) -> SipRequest | None:
        """The request once more with credentials and a new number, all else as it was (22.1); None: it is pointless."""
        if self.rounds >= _MAX_AUTH_ROUNDS:
            return None
        old = self.request
        retry = SipRequest(method=old.method, uri=old.uri, headers=old.headers.copy(), body=old.body)
        retry.set_header("CSeq", f"{cseq_of(old) + 1} {old.method}")
        if not self.authenticator.answer(retry, response) or (self.on_retry is not None and not self.on_retry(retry)):
            return None
        self.rounds += 1
        self.request = retry
        return retry


class Endpoint:
    """Implements `Requester`."""

    def __init__(
        self,
        account: TrunkAccount,
        user: EndpointUser,
        *,
        ssl_context: ssl.SSLContext | None = None,
        timers: TimerValues | None = None,
        srv: SrvLookup = query_srv,
        naptr: NaptrLookup = query_naptr,
    ) -> None:
        self._account = account
        self._srv, self._naptr = srv, naptr
        self._spare: list[Address] = []
        self._user = user
        self._ssl_context = ssl_context
        self._transport: UdpTransport | StreamTransport | None = None
        self._layer = TransactionLayer(self._send, is_reliable=account.transport != "udp", timers=timers)
        self._server: Address = ("", 0)
        self._servers: set[str] = set()
        self._reach = Reach(account, self._send_raw, self._on_reach_changed)
        self._reached = asyncio.Event()
        self._names: dict[Address, Address] = {}
        self._resolving: dict[Address, list[Callable[[Address], None]]] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self.is_leaving = False
        """True: no new calls."""
        self.dropped = 0
        """Messages that were no SIP or belonged to nothing."""

    # --- life ---------------------------------------------------------------------------------------------------

    @property
    def is_open(self) -> bool:
        """True between `open` and `close`."""
        return self._transport is not None

    @property
    def local_address(self) -> str:
        """IP address of this side; empty until the server's address is known."""
        return self._reach.local[0]

    @property
    def media_address(self) -> str:
        """IP address for SDP."""
        return self._reach.media_address

    @property
    def is_forgotten(self) -> bool:
        """True while the router keeps forgetting the way in; streams keep it open by themselves."""
        return self._account.transport == "udp" and self._reach.is_forgotten(self._now())

    def is_server(self, host: str) -> bool:
        """True for an address of one of the account's servers."""
        return host in self._servers

    @property
    def contact(self) -> str:
        """URI under which the server reaches this side."""
        suffix = "" if self._account.transport == "udp" else f";transport={self._account.transport}"
        return f"sip:{self._account.user}@{format_addr(*self._reach.contact)}{suffix}"

    async def open(self) -> None:
        """Find the server and bind.

        Raises:
            CannotResolveError, NoAnswerError: the server has no address, or none with a route.
            BindError: the local address or port cannot be bound.
        """
        if self._transport is not None:
            return
        server, *self._spare = await self._locate_servers()
        self._server = server
        address = self._wanted_address()
        transport: UdpTransport | StreamTransport
        if self._account.transport == "udp":
            transport = UdpTransport(self)
        else:
            transport = StreamTransport(self, await self._tls_context(), self._account.server[0])
        await self._bind(transport, address, self._account.local_port)
        await self._ask_stun()

    def _wanted_address(self) -> str:
        """Address of this machine for the server: the one set, else the one that routes there. Raises NoAnswerError."""
        wanted = self._account.local_address
        return wanted if wanted and not is_wildcard(wanted) else local_address_to(self._server)

    async def _bind(self, transport: UdpTransport | StreamTransport, address: str, port: int) -> None:
        _, bound = await transport.bind(self._account.local_address or address, port)
        self._transport = transport
        self._reach.bound((address, bound or (5061 if self._account.transport == "tls" else 5060)))

    @property
    def has_moved(self) -> bool:
        """True when this machine reaches the server from another address than the one bound."""
        try:
            return self._transport is not None and self._wanted_address() != self._reach.local[0]
        except NoAnswerError:
            return False

    async def follow_address(self) -> None:
        """Bind anew when this machine has got another address since (another network, a new lease).

        Raises:
            NoAnswerError: no route to the server at all.
            BindError: the new address cannot be bound.
        """
        transport, (old, port) = self._transport, self._reach.local
        if transport is None or (address := self._wanted_address()) == old:
            return
        _LOGGER.info("This machine has got another address")
        self._transport = None
        await transport.close()
        if isinstance(transport, StreamTransport):
            transport, port = StreamTransport(self, await self._tls_context(), self._account.server[0]), 0
        else:
            transport = UdpTransport(self)
        await self._bind(transport, address, self._account.local_port or port)
        await self._ask_stun()

    async def _ask_stun(self) -> None:
        """Ask under which address this side is seen, and wait a moment for the answer; without one the call goes on."""
        place = self._account.stun_place
        if place is None:
            return
        try:
            server = await resolve(*place)
        except CannotResolveError:
            _LOGGER.warning("The STUN server's name cannot be resolved")
            return
        self._reached.clear()
        self._reach.ask(server, self._now())
        self._arm()
        try:
            async with asyncio.timeout(_STUN_PATIENCE_S):
                while not self._reach.is_settled:
                    await self._reached.wait()
                    self._reached.clear()
        except TimeoutError:
            _LOGGER.warning("The STUN server does not answer")

    async def _tls_context(self) -> ssl.SSLContext | None:
        if self._account.transport != "tls":
            return None
        if self._ssl_context is not None:
            return self._ssl_context
        return await asyncio.get_running_loop().run_in_executor(None, client_context, self._account)

    async def connect(self) -> None:
        """Open the stream to the server, where there are streams. Raises NoAnswerError, TlsError."""
        if self._transport is not None:
            try:
                await self._transport.connect(self._server)
            except TrunkError as err:
                self._layer.fail(self._server, err)
                raise

    async def _locate_servers(self) -> list[Address]:
        account = self._account
        host, port = account.place
        transport, default_port = account.transport, account.default_port
        found = await locate(host, port, transport, default_port=default_port, srv=self._srv, naptr=self._naptr)
        self._servers |= {address for address, _ in found}
        return found

    @property
    def has_another_server(self) -> bool:
        """True when the domain has a server that was not tried in this round."""
        return bool(self._spare)

    async def find_server_again(self) -> None:
        """The server does not answer: on to the next one; after the last, its name may have other addresses by now.

        Raises CannotResolveError.
        """
        if not self._spare:
            self._spare = await self._locate_servers()
        self._server = self._spare.pop(0)

    def ping(self) -> None:
        """Keep the way to the server open."""
        if self._transport is not None:
            self._transport.ping(self._server)

    async def close(self) -> None:
        """Free everything; nobody is told of requests under way."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._layer.clear()
        self._reach.close()
        transport, self._transport = self._transport, None
        if transport is not None:
            await transport.close()

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Run ``callback`` later; returns how to prevent it."""
        return asyncio.get_running_loop().call_later(delay_s, callback).cancel

    # --- requests out -------------------------------------------------------------------------------------------

    def send_request(
        self,
        request: SipRequest,
        on_response: OnResponse,
        *,
        memory: ChallengeMemory | None = None,
        on_retry: Callable[[SipRequest], bool] | None = None,
    ) -> None:
        """See `Requester.send_request`."""
        authenticator = Authenticator(self._account.digest_username, self._account.password, memory)
        authenticator.prepare(request)
        self._transact(_Exchange(request, on_response, authenticator, on_retry))

    def _transact(self, exchange: _Exchange) -> None:
        request = exchange.request
        if self._transport is None or (self.is_leaving and request.method == "INVITE"):
            # Deferred: whoever sends is not to be called back before it knows what it sent.
            error = NoAnswerError("the server is not known yet")
            asyncio.get_running_loop().call_soon(exchange.on_response, None, error)
            return
        self._stamp(request)
        self._locate(request, partial(self._start, exchange))

    def _start(self, exchange: _Exchange, destination: Address) -> None:
        self._layer.request(exchange.request, destination, partial(self._on_exchange_response, exchange), self._now())
        self._arm()

    def _on_exchange_response(
        self, exchange: _Exchange, response: SipResponse | None, error: TrunkError | None
    ) -> None:
        if response is not None and response.status_code in (401, 407):
            if exchange.retry(response) is not None:
                self._transact(exchange)
                return
            error = RejectedError(response.status_code)
            if exchange.authenticator.is_refused:
                error = WrongPasswordError("the server does not accept user name and password")
        exchange.on_response(response, error)

    def _stamp(self, request: SipRequest) -> None:
        """Via with a new branch and rport (RFC 3581), and where this side is reached."""
        name = self._transport.name if self._transport is not None else "UDP"
        sent_by = format_addr(*self._reach.local)
        request.set_header("Via", f"SIP/2.0/{name} {sent_by};branch={generate_branch()};rport")
        if request.method in ("INVITE", "UPDATE", "OPTIONS", "REFER"):
            request.set_header("Contact", f"<{self.contact}>")
        if request.method in ("INVITE", "OPTIONS", "REGISTER"):
            request.set_header("Allow", ALLOW)
        request.set_header("User-Agent", USER_AGENT)

    def _locate(self, request: SipRequest, then: Callable[[Address], None]) -> None:
        """Call ``then`` with where a request goes: at once, or when a name has been looked up.

        Outside dialogs that is the server; inside them the route or the far end's contact (12.2.1.1). Over TLS everything
        goes to the server: it is the one whose certificate was verified.
        """
        to_address = request.to_addr
        if to_address is None or not to_address.tag or self._account.transport == "tls":
            then(self._server)
            return
        try:
            place = next_hop(request, 5060)
        except ValueError:
            place = self._server
        if is_ip(place[0]):
            then(place)
        elif place == self._account.server:
            then(self._server)
        elif place in self._names:
            then(self._names[place])
        elif place in self._resolving:
            self._resolving[place].append(then)
        else:
            self._resolving[place] = [then]
            self._spawn(self._look_up(place))

    async def _look_up(self, place: Address) -> None:
        try:
            found = await resolve(*place)
        except CannotResolveError:
            found = self._server  # it knows its own names
        if len(self._names) < _MAX_NAMES:
            self._names[place] = found
        for then in self._resolving.pop(place):
            then(found)

    def send_cancel(self, invite: SipRequest) -> None:
        """See `Requester.send_cancel`."""
        self._layer.cancel(invite, self._now())
        self._arm()

    def send_ack(self, ack: SipRequest) -> None:
        """See `Requester.send_ack`."""
        if not branch_of(ack):
            self._stamp(ack)
        self._locate(ack, partial(self._send, ack))

    def respond(
        self,
        transaction: ServerTransaction,
        status: int,
        *,
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
        on_unacknowledged: Callable[[], None] | None = None,
        to_tag: str = "",
    ) -> None:
        """See `Requester.respond`."""
        response = build_response(transaction.request, status, transaction.source, to_tag)
        if transaction.request.method in ("INVITE", "UPDATE") and 100 < status < 300:
            response.set_header("Contact", f"<{self.contact}>")
            response.set_header("Allow", ALLOW)
        for name, value in headers:
            response.add_header(name, value)
        if body:
            response.content_type = SDP_TYPE
            response.body = body
        self._layer.respond(transaction, response, self._now(), on_unacknowledged)
        self._arm()

    def _send(self, message: SipMessage, destination: Address) -> None:
        if self._transport is None:
            return
        data = bytes(message)
        if _LOGGER.isEnabledFor(logging.DEBUG):
            _LOGGER.debug("To %s:%d\n%s", *destination, redact(data))
        self._transport.send(data, destination)

    def _send_raw(self, data: bytes, destination: Address) -> None:
        if self._transport is not None:
            self._transport.send(data, destination)

    def _on_reach_changed(self) -> None:
        self._reached.set()
        self._user.on_contact_changed()

    # --- messages in --------------------------------------------------------------------------------------------

    def on_data(self, data: bytes, source: Address) -> None:
        """One message came in (`TransportUser`)."""
        if is_stun(data):
            self._reach.receive(data, source, self._now())
            self._reached.set()
            self._arm()
            return
        raw = read_raw(data)
        fault = fault_of(raw) if raw is not None else 0
        try:
            if fault:
                raise GarbageError(f"a request that deserves {fault}")
            message = read_message(data)
        except GarbageError as err:
            self.dropped += 1
            _LOGGER.debug("A message that is no usable SIP was dropped: %s", err)
            if raw is not None and (answer := refusal(raw, fault or 400, source)) is not None:
                self._send_raw(answer, source)
            return
        if _LOGGER.isEnabledFor(logging.DEBUG):
            _LOGGER.debug("From %s:%d\n%s", *source, redact(data))
        now = self._now()
        if isinstance(message, SipResponse):
            if not self._layer.receive_response(message, now):
                self.dropped += 1
            elif source == self._server:
                self._reach.learn(message, now)
        elif message.method == "ACK":
            self._layer.receive_ack(message, now)
            self._user.on_ack(message)
        else:
            self._on_request(message, source, now)
        self._arm()

    def _on_request(self, request: SipRequest, source: Address, now: float) -> None:
        transaction = self._layer.receive_request(request, source, now)
        if transaction is None:
            return
        if request.method == "CANCEL":
            # Answered whatever becomes of the INVITE, which has an answer of its own (9.2).
            is_known = self._layer.has_invite_of(request)
            self.respond(transaction, 200 if is_known else 481)
            if is_known:
                self._user.on_cancel(request)
        else:
            self._user.on_request(transaction)

    # --- transport and timers -----------------------------------------------------------------------------------

    def on_connected(self, destination: Address, local: Address) -> None:
        """A stream is open (`TransportUser`): the far end's requests come back over it."""
        if destination == self._server and local != self._reach.local:
            self._reach.bound(local)
            self._user.on_contact_changed()

    def on_transport_error(self, destination: Address, error: TrunkError) -> None:
        """A stream cannot be had or broke (`TransportUser`): what waits for an answer from there has failed (18.4)."""
        self._layer.fail(destination, error)
        if destination == self._server:
            self._user.on_connection_lost(error)
        self._arm()

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _spawn(self, coro: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coro)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = min((at for at in (self._layer.next_timer(), self._reach.next_timer()) if at is not None), default=None)
        if due is not None and self._transport is not None:
            self._timer = asyncio.get_running_loop().call_at(due, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        # The loop may wake a clock tick early; a timer due within that tick counts as due.
        now = self._now() + 0.001
        self._layer.handle_timer(now)
        self._reach.handle_timer(now)
        self._arm()
