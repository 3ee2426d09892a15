"""The user agent of one account: its registration and its legs. What Home Assistant and the terminal's agent talk to.

Requests outside dialogs go to the reception, which knows who may call.
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from functools import partial
import logging
import ssl

from aiosipua.message import SipRequest, SipResponse
from aiosipua.utils import generate_call_id, generate_tag

from ..model.call_event import LegEvent
from ..model.media_description import DtmfMode, MediaOffer, SrtpMode
from ..model.phone_number import DialTarget
from .account import KeepAlive, TrunkAccount
from .caller_id import from_uri, state_identity
from .dialog_leg import DialogLeg
from .endpoint import Endpoint
from .errors import CannotResolveError, NoAnswerError, RejectedError, TransportError, TrunkError
from .incoming import IncomingCall
from .info_keys import with_keys_sent_by
from .leg import Leg
from .locate import NaptrLookup, SrvLookup, query_naptr, query_srv
from .reception import PeerList, Reception
from .registration import Registration, RegistrationState, RegistrationStatus, error_of
from .sdp_session import SdpSession
from .transaction import ServerTransaction, TimerValues
from .wire import SDP_TYPE

__all__ = ["IncomingCall", "RegistrationState", "RegistrationStatus", "UserAgent"]

_LOGGER = logging.getLogger(__name__)

_PROBE_TIMEOUT_S = 8.0
_STOP_TIMEOUT_S = 2.0
_ASK_AGAIN_S = 60.0
"""How often a server that wants no registration is asked whether it is there."""
_ALIVE_STATUSES = frozenset({404, 405, 406, 415, 420, 480, 481, 486, 488, 501})
"""Refusals of OPTIONS that still come from a server that knows us or does not care."""


_UNQUOTABLE = str.maketrans("", "", '"\\')


class UserAgent:
    """Use `start` and `stop`, or `probe` alone."""

    def __init__(
        self,
        account: TrunkAccount,
        *,
        on_status: Callable[[RegistrationStatus], None] | None = None,
        ssl_context: ssl.SSLContext | None = None,
        most_legs: int = 0,
        timers: TimerValues | None = None,
        srv: SrvLookup = query_srv,
        naptr: NaptrLookup = query_naptr,
    ) -> None:
        """Nothing is sent before `start` or `probe`.

        ``most_legs``: so many legs make `has_free_line` False; 0: no limit. ``ssl_context`` verifies the server over TLS (None:
        one made from the account); ``timers``, ``srv`` and ``naptr`` (who knows the records) are for tests.
        """
        self._account = account
        self._on_status = on_status
        self._endpoint = Endpoint(account, self, ssl_context=ssl_context, timers=timers, srv=srv, naptr=naptr)
        self._registration = Registration(account)
        self._told = self._registration.status
        self._legs: dict[str, DialogLeg] = {}
        self._most_legs = most_legs
        self._reception = Reception(
            self._endpoint, PeerList(account.peers), self._endpoint.is_server, self._as_wanted, self._on_settled
        )
        self._timer: asyncio.TimerHandle | None = None
        self._keepalive: asyncio.TimerHandle | None = None
        self._coming_up: asyncio.Task[None] | None = None
        self._settled = asyncio.Event()
        self._is_running = False

    # --- life ---------------------------------------------------------------------------------------------------

    @property
    def status(self) -> RegistrationStatus:
        """Where the registration stands."""
        return self._registration.status

    @property
    def local_address(self) -> str:
        """IP address for SDP; empty until the server's address is known."""
        return self._endpoint.local_address

    @property
    def srtp(self) -> SrtpMode:
        """Whether the audio of legs is to be encrypted."""
        return self._account.srtp

    def uri_for(self, target: DialTarget) -> str:
        """SIP URI that dials ``target`` over this account."""
        return self._account.uri_for(target)

    @property
    def dtmf(self) -> DtmfMode:
        """How keys are sent on legs."""
        return self._account.dtmf

    @property
    def dropped(self) -> int:
        """Messages that were no SIP or belonged to nothing."""
        return self._endpoint.dropped

    @property
    def has_free_line(self) -> bool:
        """False while as many legs as are allowed ring or are up; whoever dials asks first."""
        return not self._most_legs or sum(not leg.is_over for leg in self._legs.values()) < self._most_legs

    @property
    def refused_calls(self) -> int:
        """Calls that came from where nobody may call us."""
        return self._reception.refused

    def take_calls(self, on_call: Callable[[IncomingCall], None] | None) -> None:
        """Have ``on_call`` told of calls that may come in; None: they are refused with 480."""
        self._reception.on_call = partial(_tell, on_call) if on_call is not None else None

    async def start(self) -> None:
        """Bind, and keep registering in the background. A server that cannot be found now is looked for again.

        Raises:
            BindError: the local port cannot be bound.
        """
        self._is_running = True
        self._endpoint.is_leaving = False
        try:
            await self._endpoint.open()
        except (CannotResolveError, NoAnswerError) as err:
            self._registration.failed(None, self._now(), err)
        else:
            self._come_up()
        self._keep_alive()
        self._changed()

    async def stop(self) -> None:
        """End all legs, take the registration away and free everything; waits a bounded time for the far ends."""
        self._is_running = False
        self._endpoint.is_leaving = True
        self._reception.close()
        self._stop_timers()
        if self._coming_up is not None:
            self._coming_up.cancel()
        for leg in list(self._legs.values()):
            leg.hang_up()
        if self._registration.is_bound and self._endpoint.is_open:
            self._send_register(self._registration.removal(), self._on_unregistered)
        try:
            async with asyncio.timeout(_STOP_TIMEOUT_S):
                while self._legs or self._registration.is_bound:
                    self._settled.clear()
                    await self._settled.wait()
        except TimeoutError:
            _LOGGER.debug("The far end did not confirm in time that everything is down")
        for leg in list(self._legs.values()):
            leg.abandon()
        await self._endpoint.close()
        self._stop_timers()
        self._registration.ended()
        self._report()

    def _stop_timers(self) -> None:
        for timer in (self._timer, self._keepalive):
            if timer is not None:
                timer.cancel()
        self._timer = self._keepalive = None

    def _keep_alive(self) -> None:
        """Keep the way to the server open, in the account's way (RFC 5626 section 3.5)."""
        account = self._account
        if self._endpoint.has_moved and self._registration.next_timer() is not None:
            self._registration.hurry(self._now())
            self._changed()
        if account.keepalive is KeepAlive.CRLF:
            self._endpoint.ping()
        elif account.keepalive is KeepAlive.OPTIONS and self._registration.is_bound:
            options = self._new_request("OPTIONS", account.registrar_uri)
            self._endpoint.send_request(options, self._on_still_there)
        self._keepalive = asyncio.get_running_loop().call_later(account.keepalive_s, self._keep_alive)

    def _on_still_there(self, response: SipResponse | None, error: TrunkError | None) -> None:
        """The server answered, or has fallen silent: then the registration is tried again, there or elsewhere."""
        if response is None:
            self.on_connection_lost(error or NoAnswerError("the server does not answer"))

    def _now(self) -> float:
        return asyncio.get_running_loop().time()

    # --- probe --------------------------------------------------------------------------------------------------

    async def probe(self) -> None:
        """Try the account once, within 8 s: REGISTER (and take the binding away again), or OPTIONS where nothing is registered.

        Does not disturb a user agent that is running.

        Raises:
            TrunkError: one of its kinds, by what is wrong.
        """
        is_own = not self._endpoint.is_open
        try:
            async with asyncio.timeout(_PROBE_TIMEOUT_S):
                await self._endpoint.open()
                await self._endpoint.connect()
                if self._account.register:
                    await self._probe_registrar(is_own)
                else:
                    await self._probe_server()
        except TimeoutError as err:
            raise NoAnswerError("the server does not answer") from err
        finally:
            if is_own:
                await self._endpoint.close()

    async def _probe_registrar(self, is_own: bool) -> None:
        registration = Registration(self._account)
        response = await self._ask(registration.request(self._endpoint.contact, self._now()), registration)
        while response.status_code == 423:
            # The registration says how often a longer interval is offered.
            registration.failed(response, self._now())
            if registration.status.state is RegistrationState.FAILED:
                break
            response = await self._ask(registration.request(self._endpoint.contact, self._now()), registration)
        if response.status_code >= 300:
            raise error_of(response)
        if is_own:
            try:
                async with asyncio.timeout(_STOP_TIMEOUT_S):
                    await self._ask(registration.removal(), registration)
            except TimeoutError, TrunkError:
                _LOGGER.debug("The binding of a probe was not taken away; it expires by itself")

    async def _probe_server(self) -> None:
        response = await self._ask(self._new_request("OPTIONS", self._account.registrar_uri), None)
        if response.status_code >= 300 and response.status_code not in _ALIVE_STATUSES:
            raise error_of(response)

    async def _ask(self, request: SipRequest, registration: Registration | None) -> SipResponse:
        """Send a request and wait for its final response. Raises TrunkError."""
        answered: asyncio.Future[SipResponse] = asyncio.get_running_loop().create_future()

        def take(response: SipResponse | None, error: TrunkError | None) -> None:
            if answered.done() or (response is not None and response.status_code < 200):
                return
            if response is not None and error is None:
                answered.set_result(response)
            else:
                answered.set_exception(error or NoAnswerError("the server does not answer"))

        if registration is not None:
            self._send_register(request, take, registration)
        else:
            self._endpoint.send_request(request, take)
        return await answered

    # --- registration -------------------------------------------------------------------------------------------

    def _come_up(self) -> None:
        """Open the stream where there is one, then register."""
        if self._coming_up is None or self._coming_up.done():
            is_server_down = _is_server_down(self.status.error)
            self._registration.postpone()
            self._coming_up = asyncio.get_running_loop().create_task(self._connect_and_register(is_server_down))

    async def _connect_and_register(self, is_server_down: bool) -> None:
        try:
            if self._endpoint.is_open and is_server_down:
                await self._endpoint.find_server_again()
            await self._endpoint.open()
            await self._endpoint.follow_address()
            await self._endpoint.connect()
        except TrunkError as err:
            self._failed(None, err)
        else:
            if self._account.register:
                self._register()
            elif self._account.keepalive is KeepAlive.OFF:
                self._registration.ended()
            else:
                self._endpoint.send_request(self._new_request("OPTIONS", self._account.registrar_uri), self._on_reached)
        self._changed()

    def _on_reached(self, response: SipResponse | None, error: TrunkError | None) -> None:
        """A server that wants no registration has been asked whether it is there."""
        if (response is not None and response.status_code < 200) or not self._is_running:
            return
        if response is not None and (response.status_code < 300 or response.status_code in _ALIVE_STATUSES):
            self._registration.reached(self._now() + _ASK_AGAIN_S)
        else:
            self._failed(response, error)
        self._changed()

    def _register(self) -> None:
        self._send_register(
            self._registration.request(self._endpoint.contact, self._now()), self._on_registered, self._registration
        )

    def _send_register(
        self,
        request: SipRequest,
        on_response: Callable[[SipResponse | None, TrunkError | None], None],
        registration: Registration | None = None,
    ) -> None:
        owner = registration or self._registration

        def on_retry(retry: SipRequest) -> bool:
            owner.retried(retry)
            return True

        self._endpoint.send_request(request, on_response, memory=owner.memory, on_retry=on_retry)

    def _on_registered(self, response: SipResponse | None, error: TrunkError | None) -> None:
        if (response is not None and response.status_code < 200) or not self._is_running:
            return
        if response is not None and response.status_code < 300:
            self._registration.succeeded(response, self._now(), is_forgotten=self._endpoint.is_forgotten)
            if self._registration.contact != self._endpoint.contact:
                self._registration.hurry(self._now())
        else:
            self._failed(response, error)
        self._changed()

    def _failed(self, response: SipResponse | None, error: TrunkError | None) -> None:
        """Wait before the next try, unless it goes to a server that has not been asked yet (RFC 3263 section 4.3)."""
        self._registration.failed(response, self._now(), error)
        if _is_server_down(self.status.error) and self._endpoint.has_another_server:
            self._registration.elsewhere(self._now())

    def _on_unregistered(self, response: SipResponse | None, _error: TrunkError | None) -> None:
        if response is None or response.status_code >= 200:
            self._registration.ended()
            self._settled.set()

    def on_contact_changed(self) -> None:
        """This side is seen at another address than the registrar was told (`EndpointUser`)."""
        if self._is_running and self._registration.is_bound and self._registration.contact != self._endpoint.contact:
            self._registration.hurry(self._now())
            self._changed()

    def on_connection_lost(self, error: TrunkError) -> None:
        """The stream to the server broke (`EndpointUser`): without it nobody reaches us."""
        _LOGGER.debug("The connection to the server is gone: %s", error.key)
        if self._is_running and self._account.register:
            self._registration.hurry(self._now())
            self._changed()

    def _changed(self) -> None:
        """Tell the status if it changed, and wait for what is due next."""
        self._report()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        due = self._registration.next_timer()
        if due is not None and self._is_running:
            self._timer = asyncio.get_running_loop().call_at(due, self._come_up)

    def _report(self) -> None:
        status = self._registration.status
        if status == self._told:
            return
        if status.state is not self._told.state:
            if status.state is RegistrationState.FAILED and status.error is not None:
                _LOGGER.warning("Registration failed: %s", status.error.key)
            elif status.state is RegistrationState.REGISTERED:
                _LOGGER.info("Registered")
        self._told = status
        if self._on_status is not None:
            _tell(self._on_status, status)

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
        sdp = SdpSession(self._as_wanted(offer))
        invite = self._new_request("INVITE", self._account.uri_for(target), from_uri(self._account))
        state_identity(self._account, invite)
        invite.set_header("Content-Type", SDP_TYPE)
        invite.body = sdp.offer()
        tell = partial(self._tell_leg, offer, on_event)
        leg = Leg(leg_id, invite, sdp, self._endpoint, tell, ring_timeout_s, self._on_settled)
        self._legs[leg.call_id] = leg
        return leg

    def answer(
        self, call: IncomingCall, leg_id: str, offer: MediaOffer, on_event: Callable[[LegEvent], None]
    ) -> DialogLeg:
        """Take a call that came in; everything else comes through ``on_event``."""
        leg = call.answer(leg_id, offer, partial(self._tell_leg, offer, on_event))
        if not leg.is_settled:
            self._legs[leg.call_id] = leg
        return leg

    def _as_wanted(self, offer: MediaOffer) -> MediaOffer:
        """What media can do, as the account wants it offered: its codecs in its order, its public address."""
        wanted = tuple(codec for codec in self._account.codecs if codec in offer.codecs)
        address = self._endpoint.media_address
        return replace(offer, codecs=wanted or offer.codecs, address=address or offer.address)

    def _tell_leg(self, offer: MediaOffer, on_event: Callable[[LegEvent], None], event: LegEvent) -> None:
        _tell(on_event, with_keys_sent_by(self._account.dtmf, offer, event))

    def _on_settled(self, leg: DialogLeg) -> None:
        self._legs.pop(leg.call_id, None)
        self._settled.set()

    def _new_request(self, method: str, uri: str, sender: str = "") -> SipRequest:
        """A request outside any dialog (8.1.1)."""
        request = SipRequest(method=method, uri=uri)
        request.set_header("Max-Forwards", "70")
        name = " ".join(self._account.display_name.translate(_UNQUOTABLE).split())
        display = f'"{name}" ' if name else ""
        request.set_header("From", f"{display}<{sender or self._account.aor}>;tag={generate_tag()}")
        request.set_header("To", f"<{uri}>")
        request.set_header("Call-ID", generate_call_id(self.local_address or "localhost"))
        request.set_header("CSeq", f"1 {method}")
        return request

    # --- requests of others -------------------------------------------------------------------------------------

    def on_request(self, transaction: ServerTransaction) -> None:
        """A request came in (`EndpointUser`)."""
        request = transaction.request
        leg = self._legs.get(request.call_id or "")
        respond = partial(self._endpoint.respond, transaction)
        to_address = request.to_addr
        if leg is not None and leg.matches(request):
            leg.on_request(transaction)
        elif to_address is not None and to_address.tag:
            respond(481)
        elif leg is not None and request.method == "INVITE":
            # The same call by another way, or an answer of ours that is on its way (8.2.2.2).
            respond(482)
        else:
            self._reception.on_request(transaction)

    def on_cancel(self, cancel: SipRequest) -> None:
        """A CANCEL came in (`EndpointUser`)."""
        self._reception.on_cancel(cancel)

    def on_ack(self, ack: SipRequest) -> None:
        """An ACK came in (`EndpointUser`)."""
        leg = self._legs.get(ack.call_id or "")
        if leg is not None and leg.matches(ack):
            leg.on_ack(ack)


def _is_server_down(error: TrunkError | None) -> bool:
    """True for what another server of the same domain may do better (RFC 3263 section 4.3)."""
    if isinstance(error, RejectedError):
        return error.status == 503
    return isinstance(error, (NoAnswerError, CannotResolveError, TransportError))


def _tell[T](listener: Callable[[T], None], what: T) -> None:
    """Call a listener whose failure must not keep a call up, a socket open or a registration undone."""
    try:
        listener(what)
    except Exception:
        _LOGGER.exception("A listener failed")
