"""The user agent of one account: its transport, its registration and its legs (RFC 3261 section 8).

The asyncio shell around the sans-IO parts: it stamps Via and Contact, matches transactions by branch and method (17.1.3,
17.2.3), answers digest challenges, and drives everybody's timers by one loop timer.
"""

import asyncio
from collections.abc import Callable
import logging
import ssl

from aiosipua.message import SipMessage, SipRequest, SipResponse, missing_required_headers
from aiosipua.utils import format_addr, generate_branch, generate_call_id, generate_tag

from ..model.call_event import LegEvent
from ..model.media_description import MediaOffer
from ..model.phone_number import DialTarget
from .account import TrunkAccount
from .auth import Authenticator
from .dialog import next_hop
from .errors import CannotResolveError, NoAnswerError, TrunkError, WrongPasswordError
from .leg import Leg, OnResponse
from .registration import Registration, RegistrationState, RegistrationStatus, error_of
from .sdp_session import CONTENT_TYPE, SdpSession
from .transaction import ClientTransaction, ServerTransaction, State, Step, TimerValues
from .transport import Address, StreamTransport, UdpTransport, is_ip, local_address_to, resolve

_LOGGER = logging.getLogger(__name__)

USER_AGENT = "Hold Slayer"
ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY"
_MAX_AUTH_ROUNDS = 3
_PROBE_TIMEOUT_S = 8.0
_STOP_TIMEOUT_S = 2.0


class _Pending:
    """One request of ours under way, with its retries for digest."""

    def __init__(self, request: SipRequest, on_response: OnResponse, authenticator: Authenticator) -> None:
        self.request = request
        self.on_response = on_response
        self.authenticator = authenticator
        self.rounds = 0


class UserAgent:
    """Use `start` and `stop`, or `probe` alone."""

    def __init__(
        self,
        account: TrunkAccount,
        *,
        on_status: Callable[[RegistrationStatus], None] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        timers: TimerValues | None = None,
    ) -> None:
        self._account = account
        self._on_status = on_status
        self._ssl_context = ssl_context
        self._timers = timers or TimerValues()
        self._registration = Registration(account)
        self._transport: UdpTransport | StreamTransport | None = None
        self._server: Address | None = None
        self._local: Address = ("", 0)
        self._contact = ""
        self._clients: dict[tuple[str, str], tuple[ClientTransaction, _Pending | None, Address]] = {}
        self._servers: dict[tuple[str, str], tuple[ServerTransaction, Address]] = {}
        self._legs: dict[str, Leg] = {}
        self._timer: asyncio.TimerHandle | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._settled = asyncio.Event()
        self._is_stopping = False
        self.dropped = 0
        """Datagrams that were no SIP or belonged to nothing."""

    # --- life ---------------------------------------------------------------------------------------------------

    @property
    def status(self) -> RegistrationStatus:
        """Where the registration stands."""
        return self._registration.status

    @property
    def local_address(self) -> str:
        """IP address for SDP; empty until the server's address is known."""
        return self._local[0]

    async def start(self) -> None:
        """Bind, and keep registering in the background. A server that cannot be found now is looked for again.

        Raises:
            BindError: the local port cannot be bound.
        """
        try:
            await self._open()
        except (CannotResolveError, NoAnswerError) as err:
            self._registration.failed(None, self._now(), err)
            self._report_status()
        else:
            if self._account.register:
                self._register()
        self._arm()

    async def _open(self) -> None:
        if self._transport is not None:
            return
        host, port = self._account.server
        server = await resolve(host, port)
        address = self._account.local_address or local_address_to(server)
        transport: UdpTransport | StreamTransport
        if self._account.transport == "udp":
            transport = UdpTransport(self._on_datagram, self._on_transport_error)
        else:
            context = None
            if self._account.transport == "tls":
                context = self._ssl_context or await asyncio.get_running_loop().run_in_executor(
                    None, _client_context, self._account.verify_tls
                )
            transport = StreamTransport(self._on_datagram, self._on_transport_error, context, host)
        self._local = await transport.bind(address, self._account.local_port)
        self._transport, self._server = transport, server
        suffix = "" if self._account.transport == "udp" else f";transport={self._account.transport}"
        self._contact = f"sip:{self._account.username}@{format_addr(*self._local)}{suffix}"

    async def stop(self) -> None:
        """End all legs, take the registration away and free everything; waits a bounded time for the far ends."""
        self._is_stopping = True
        for leg in list(self._legs.values()):
            leg.hang_up()
        is_registered = self._registration.status.state is RegistrationState.REGISTERED
        if is_registered and self._transport is not None:
            request = self._registration.request(self._contact, expires_s=0)
            self.send_request(request, lambda _response, _error: self._on_unregistered())
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                while self._legs or self._registration.status.state is RegistrationState.REGISTERED:
                    self._settled.clear()
                    await self._settled.wait()
        except TimeoutError:
            _LOGGER.debug("The far end did not confirm in time that everything is down")
        for leg in list(self._legs.values()):
            leg.abandon()
        await self._close()

    async def _close(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._clients.clear()
        self._servers.clear()
        if self._transport is not None:
            await self._transport.close()
            self._transport = None

    async def probe(self) -> None:
        """Try the account once: REGISTER (and take the binding away again), or OPTIONS where nothing is registered.

        Raises:
            TrunkError: one of its kinds, by what is wrong.
        """
        is_own = self._transport is None
        await self._open()
        answered: asyncio.Future[SipResponse] = asyncio.get_running_loop().create_future()

        def take(response: SipResponse | None, error: TrunkError | None) -> None:
            if answered.done() or (response is not None and response.status_code < 200):
                return
            if response is not None:
                answered.set_result(response)
            else:
                answered.set_exception(error or NoAnswerError("the server does not answer"))

        try:
            async with asyncio.timeout(_PROBE_TIMEOUT_S):
                self.send_request(self._probe_request(), take)
                response = await answered
                if response.status_code >= 300 and (self._account.register or response.status_code in (401, 403, 407)):
                    raise error_of(response)
                if self._account.register and is_own:
                    answered = asyncio.get_running_loop().create_future()
                    self.send_request(self._registration.request(self._contact, expires_s=0), take)
                    await answered
        except TimeoutError as err:
            raise NoAnswerError("the server does not answer") from err
        finally:
            if is_own:
                await self._close()

    def _probe_request(self) -> SipRequest:
        if self._account.register:
            return self._registration.request(self._contact)
        return self._new_request("OPTIONS", self._account.registrar_uri)

    # --- registration -------------------------------------------------------------------------------------------

    def _register(self) -> None:
        self.send_request(self._registration.request(self._contact), self._on_registered)
        self._report_status()

    def _on_registered(self, response: SipResponse | None, error: TrunkError | None) -> None:
        if response is not None and response.status_code < 200:
            return
        if response is not None and response.status_code < 300:
            self._registration.succeeded(response, self._contact, self._now())
        else:
            self._registration.failed(response, self._now(), error)
        self._report_status()

    def _on_unregistered(self) -> None:
        self._registration.ended()
        self._report_status()
        self._settled.set()

    def _report_status(self) -> None:
        if self._on_status is not None:
            self._on_status(self._registration.status)

    async def _reopen(self) -> None:
        """The server could not be found at the start: look again."""
        try:
            await self._open()
        except TrunkError as err:
            self._registration.failed(None, self._now(), err)
            self._report_status()
        else:
            if self._account.register:
                self._register()
        self._arm()

    # --- legs ---------------------------------------------------------------------------------------------------

    def dial(
        self,
        leg_id: str,
        target: DialTarget,
        offer: MediaOffer,
        on_event: Callable[[LegEvent], None],
        *,
        ring_timeout_s: float = 90.0,
    ) -> Leg:
        """Place a leg: the INVITE goes out at once, everything else comes through ``on_event``."""
        sdp = SdpSession(offer)
        invite = self._new_request("INVITE", self._account.uri_for(target))
        invite.set_header("Content-Type", CONTENT_TYPE)
        invite.body = sdp.offer()
        leg = Leg(leg_id, invite, sdp, self, on_event, ring_timeout_s)
        if not leg.is_settled:
            self._legs[leg.call_id] = leg
        return leg

    def leg_settled(self, leg: Leg) -> None:
        """Nothing of the leg is under way any more."""
        self._legs.pop(leg.call_id, None)
        self._settled.set()

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Run ``callback`` later; returns how to prevent it."""
        return asyncio.get_running_loop().call_later(delay_s, callback).cancel

    # --- requests out -------------------------------------------------------------------------------------------

    def _new_request(self, method: str, uri: str) -> SipRequest:
        """A request outside any dialog (8.1.1)."""
        request = SipRequest(method=method, uri=uri)
        request.set_header("Max-Forwards", "70")
        name = self._account.display_name.replace("\\", "").replace('"', "")
        display = f'"{name}" ' if name else ""
        request.set_header("From", f"{display}<{self._account.aor}>;tag={generate_tag()}")
        request.set_header("To", f"<{uri}>")
        request.set_header("Call-ID", generate_call_id(self._local[0] or "localhost"))
        request.set_header("CSeq", f"1 {method}")
        return request

    def send_request(self, request: SipRequest, on_response: OnResponse) -> None:
        """Send a request of ours; ``on_response`` gets every provisional response and one final, or (None, error)."""
        authenticator = Authenticator(self._account.digest_username, self._account.password)
        self._transact(_Pending(request, on_response, authenticator))

    def _transact(self, pending: _Pending) -> None:
        request = pending.request
        self._stamp(request)
        if self._transport is None or self._server is None:
            # Deferred: whoever sends is not to be called back before it knows what it sent.
            asyncio.get_running_loop().call_soon(
                pending.on_response, None, NoAnswerError("the server is not known yet")
            )
            return
        transaction = ClientTransaction(request, is_reliable=self._transport.is_reliable, timers=self._timers)
        destination = self._destination(request)
        self._clients[transaction.branch, request.method] = (transaction, pending, destination)
        self._carry_out(transaction.start(self._now()), destination)
        self._arm()

    def _stamp(self, request: SipRequest) -> None:
        """Via with a new branch and rport (RFC 3581), and where this side is reached."""
        name = self._transport.name if self._transport is not None else "UDP"
        request.remove_header("Via")
        sent_by = format_addr(*self._local)
        request.add_header("Via", f"SIP/2.0/{name} {sent_by};branch={generate_branch()};rport")
        if request.method in ("INVITE", "UPDATE", "OPTIONS"):
            request.set_header("Contact", f"<{self._contact}>")
        if request.method in ("INVITE", "OPTIONS", "REGISTER"):
            request.set_header("Allow", ALLOW)
        request.set_header("User-Agent", USER_AGENT)

    def _destination(self, request: SipRequest) -> Address:
        """Outside dialogs the server; inside them the route or the far end's contact (12.2.1.1)."""
        to_address = request.to_addr
        if self._server is None or to_address is None or not to_address.tag:
            return self._server or ("", 0)
        host, port = next_hop(request, 5061 if self._account.transport == "tls" else 5060)
        # A contact that is a name is reached through the server, which knows it; only literals are taken as they are.
        return (host, port) if is_ip(host) else self._server

    def send_cancel(self, invite: SipRequest) -> None:
        """CANCEL with the INVITE's own branch, URI and number (9.1)."""
        cancel = SipRequest(method="CANCEL", uri=invite.uri)
        cancel.add_header("Via", invite.get_header_values("via")[0])
        cancel.set_header("Max-Forwards", "70")
        for name in ("From", "To", "Call-ID"):
            cancel.set_header(name, invite.get_header(name) or "")
        cseq = invite.cseq
        cancel.set_header("CSeq", f"{cseq.seq if cseq else 1} CANCEL")
        for route in invite.get_header_values("route"):
            cancel.add_header("Route", route)
        if self._transport is None:
            return
        transaction = ClientTransaction(cancel, is_reliable=self._transport.is_reliable, timers=self._timers)
        destination = self._destination(invite)
        self._clients[transaction.branch, "CANCEL"] = (transaction, None, destination)
        self._carry_out(transaction.start(self._now()), destination)
        self._arm()

    def send_ack(self, ack: SipRequest) -> None:
        """Send the ACK of a 2xx; a repeated one is the same message again."""
        if not ack.get_header_values("via"):
            self._stamp(ack)
        self._send(ack, self._destination(ack))

    def _carry_out(self, step: Step, destination: Address) -> None:
        for message in step.send:
            self._send(message, destination)

    def _send(self, message: SipMessage, destination: Address) -> None:
        if self._transport is not None and destination[0]:
            self._transport.send(bytes(message), destination)

    # --- messages in --------------------------------------------------------------------------------------------

    def _on_datagram(self, data: bytes, address: Address) -> None:
        try:
            message = SipMessage.parse(data)
            if isinstance(message, SipResponse):
                self._on_response(message)
            else:
                self._on_request(message, address)
        except (ValueError, IndexError) as err:
            self.dropped += 1
            _LOGGER.debug("A message that is no usable SIP was dropped: %s", type(err).__name__)
        self._arm()

    def _on_response(self, response: SipResponse) -> None:
        vias, cseq = response.via, response.cseq
        if len(vias) != 1 or cseq is None:
            self.dropped += 1
            return
        found = self._clients.get((vias[0].branch or "", cseq.method))
        if found is None:
            self._on_stray_response(response, cseq.method)
            return
        transaction, pending, destination = found
        step = transaction.receive(response, self._now())
        self._carry_out(step, destination)
        if step.response is not None and pending is not None:
            self._pass_up(pending, step.response)
        elif transaction.state is State.TERMINATED:
            self._on_stray_response(response, cseq.method)

    def _on_stray_response(self, response: SipResponse, method: str) -> None:
        """A 2xx after its transaction ended is a retransmission or another fork (13.2.2.4); all else is late."""
        leg = self._legs.get(response.call_id or "")
        if method == "INVITE" and 200 <= response.status_code < 300 and leg is not None:
            leg.on_success(response)
        else:
            self.dropped += 1

    def _pass_up(self, pending: _Pending, response: SipResponse) -> None:
        if response.status_code in (401, 407) and pending.rounds < _MAX_AUTH_ROUNDS:
            retry = self._retry(pending.request)
            if pending.authenticator.answer(retry, response):
                pending.rounds += 1
                pending.request = retry
                self._follow_retry(retry)
                self._transact(pending)
                return
        error = None
        if response.status_code in (401, 407):
            error = WrongPasswordError("the server does not accept user name and password")
        pending.on_response(response, error)

    def _retry(self, request: SipRequest) -> SipRequest:
        """The same request with the next number; everything else stays (22.1, fault: lost extra headers)."""
        retry = SipRequest(method=request.method, uri=request.uri, headers=request.headers.copy(), body=request.body)
        cseq = request.cseq
        retry.set_header("CSeq", f"{(cseq.seq if cseq else 1) + 1} {request.method}")
        return retry

    def _follow_retry(self, retry: SipRequest) -> None:
        cseq = retry.cseq
        if retry.method == "REGISTER" and cseq is not None:
            self._registration.sent(cseq.seq)
        leg = self._legs.get(retry.call_id or "")
        if leg is None or cseq is None:
            return
        if retry.method == "INVITE":
            leg.retried(retry)
        else:
            leg.used_cseq(cseq.seq)

    def _on_request(self, request: SipRequest, address: Address) -> None:
        if missing_required_headers(request):
            self.dropped += 1
            return
        vias = request.via
        branch = vias[0].branch or ""
        leg = self._legs.get(request.call_id or "")
        if request.method == "ACK":
            self._on_ack(request, branch, leg)
            return
        known = self._servers.get((branch, request.method))
        if known is not None:
            self._carry_out(known[0].receive(request, self._now()), known[1])
            return
        reliable = self._transport is not None and self._transport.is_reliable
        transaction = ServerTransaction(request, is_reliable=reliable, timers=self._timers)
        self._servers[branch, request.method] = (transaction, address)
        if leg is not None and leg.matches(request):
            leg.on_request(transaction)
        else:
            self._on_stranger(transaction)

    def _on_ack(self, ack: SipRequest, branch: str, leg: Leg | None) -> None:
        for (known_branch, method), (transaction, _) in self._servers.items():
            if method == "INVITE" and (known_branch == branch or _is_ack_of(ack, transaction.request)):
                transaction.receive(ack, self._now())
        if leg is not None:
            leg.on_ack(ack)

    def _on_stranger(self, transaction: ServerTransaction) -> None:
        """Requests outside our dialogs: pings are answered, calls are not taken yet, the rest does not exist."""
        to_address = transaction.request.to_addr
        if to_address is not None and to_address.tag:
            self.respond(transaction, 481, "Call/Transaction Does Not Exist")
        elif transaction.request.method == "OPTIONS" or transaction.request.method == "NOTIFY":
            self.respond(transaction, 200, "OK")
        elif transaction.request.method == "INVITE":
            self.respond(transaction, 480, "Temporarily Unavailable")
        else:
            self.respond(transaction, 405, "Method Not Allowed")

    def respond(
        self, transaction: ServerTransaction, status: int, reason: str, *, body: bytes = b"", contact: bool = False
    ) -> None:
        """Answer a request: Via, From, To, Call-ID and CSeq as they came (8.2.6.2), To with a tag."""
        request = transaction.request
        response = SipResponse(status_code=status, reason_phrase=reason)
        for via in request.get_header_values("via"):
            response.add_header("Via", via)
        for name in ("From", "To", "Call-ID", "CSeq"):
            response.set_header(name, request.get_header(name) or "")
        to_address = request.to_addr
        if to_address is not None and not to_address.tag:
            response.set_header("To", f"{request.get_header('To')};tag={generate_tag()}")
        for route in request.get_header_values("record-route"):
            response.add_header("Record-Route", route)
        if contact:
            response.set_header("Contact", f"<{self._contact}>")
        if status == 405 or request.method == "OPTIONS":
            response.set_header("Allow", ALLOW)
        if body:
            response.content_type = CONTENT_TYPE
            response.body = body
        key = (request.via[0].branch or "", request.method)
        destination = self._servers[key][1]
        self._carry_out(transaction.respond(response, self._now()), destination)
        self._arm()

    # --- timers and faults --------------------------------------------------------------------------------------

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    def _on_transport_error(self, address: Address, error: TrunkError) -> None:
        """A connection cannot be had: every request that waits for it has failed (18.4)."""
        for key, (_, pending, destination) in list(self._clients.items()):
            if destination == address:
                del self._clients[key]
                if pending is not None:
                    pending.on_response(None, error)
        self._arm()

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        times = [transaction.next_timer() for transaction, _, _ in self._clients.values()]
        times += [transaction.next_timer() for transaction, _ in self._servers.values()]
        if not self._is_stopping:
            times.append(self._registration.next_timer())
        due = min((time for time in times if time is not None), default=None)
        if due is not None:
            self._timer = asyncio.get_running_loop().call_at(due, self._on_timer)

    def _on_timer(self) -> None:
        self._timer = None
        now = self._now()
        for key, (client, pending, destination) in list(self._clients.items()):
            due = client.next_timer()
            if due is not None and due <= now:
                step = client.handle_timer(now)
                self._carry_out(step, destination)
                if client.state is State.TERMINATED:
                    self._clients.pop(key, None)
                if step.is_timeout and pending is not None:
                    pending.on_response(None, NoAnswerError("the server does not answer"))
        for key_, (server, destination) in list(self._servers.items()):
            due = server.next_timer()
            if due is not None and due <= now:
                self._carry_out(server.handle_timer(now), destination)
                if server.state is State.TERMINATED:
                    self._servers.pop(key_, None)
        due = self._registration.next_timer()
        if due is not None and due <= now and not self._is_stopping:
            if self._transport is None:
                self._registration.postpone()
                task = asyncio.get_running_loop().create_task(self._reopen())
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)
            elif self._account.register:
                self._register()
        self._arm()


def _is_ack_of(ack: SipRequest, invite: SipRequest) -> bool:
    """True for the ACK of a 2xx, which has a branch of its own (13.2.2.4)."""
    ack_number, number = ack.cseq, invite.cseq
    return ack.call_id == invite.call_id and ack_number is not None and number is not None and ack_number.seq == number.seq


def _client_context(verify: bool) -> ssl.SSLContext:
    """A context for TLS to the trunk; loads certificates from disk."""
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context
