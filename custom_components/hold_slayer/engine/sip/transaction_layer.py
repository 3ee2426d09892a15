"""All transactions of a user agent: which message belongs to which (RFC 3261 sections 17.1.3, 17.2.3 and 18.4).

Sans-IO: messages go out through ``send``, time comes in as ``now``. Responses are matched by branch and CSeq method, requests by
branch, sent-by and method; a retransmission never reaches a leg. Not done: matching of RFC 2543 requests without the magic
cookie in their branch beyond the same rule with Call-ID and CSeq in its place; merged requests (8.2.2.2).
"""

from collections.abc import Callable
from dataclasses import dataclass

from aiosipua.message import SipMessage, SipRequest, SipResponse

from .errors import NoAnswerError, TrunkError
from .transaction import ClientTransaction, ServerTransaction, State, Step, TimerValues
from .wire import Address, branch_of, build_cancel, cseq_of

OnResponse = Callable[[SipResponse | None, TrunkError | None], None]
"""Called with every provisional response and the final one (each 2xx of an INVITE), or once with (None, why there is none)."""

_MAX_STRANGERS = 200
"""Server transactions held for requests outside dialogs: a flood is dropped, not remembered."""

_ServerKey = tuple[str, str, str]


@dataclass(slots=True)
class _Client:
    transaction: ClientTransaction
    destination: Address
    on_response: OnResponse


@dataclass(slots=True)
class _Server:
    transaction: ServerTransaction
    on_unacknowledged: Callable[[], None] | None = None


class TransactionLayer:
    """Owns the transactions and their timers."""

    def __init__(
        self, send: Callable[[SipMessage, Address], None], *, is_reliable: bool, timers: TimerValues | None = None
    ) -> None:
        self._send = send
        self._is_reliable = is_reliable
        self._timers = timers or TimerValues()
        self._clients: dict[tuple[str, str], _Client] = {}
        self._servers: dict[_ServerKey, _Server] = {}

    def __len__(self) -> int:
        """Number of transactions remembered."""
        return len(self._clients) + len(self._servers)

    # --- our requests -------------------------------------------------------------------------------------------

    def request(self, request: SipRequest, destination: Address, on_response: OnResponse, now: float) -> None:
        """Send a request that has its Via, until it is answered."""
        transaction = ClientTransaction(request, is_reliable=self._is_reliable, timers=self._timers)
        self._clients[transaction.branch, request.method] = _Client(transaction, destination, on_response)
        self._carry_out(transaction.start(now), destination)

    def cancel(self, invite: SipRequest, now: float) -> None:
        """CANCEL an INVITE under way; nothing when it has been answered."""
        client = self._clients.get((branch_of(invite), "INVITE"))
        if client is None or client.transaction.is_answered:
            return
        client.transaction.cancelled(now)
        self.request(build_cancel(invite), client.destination, lambda _response, _error: None, now)

    def receive_response(self, response: SipResponse, now: float) -> bool:
        """Take a response; False when it belongs to no request of ours."""
        cseq = response.cseq
        client = self._clients.get((branch_of(response), cseq.method if cseq is not None else ""))
        if client is None or len(response.via) != 1:
            return False
        step = client.transaction.receive(response, now)
        self._carry_out(step, client.destination)
        if step.response is not None:
            client.on_response(step.response, None)
        return True

    def fail(self, destination: Address, error: TrunkError) -> None:
        """Nothing can be sent to ``destination``: what waits for an answer from there has failed (18.4)."""
        for key, client in list(self._clients.items()):
            if client.destination == destination and not client.transaction.is_answered:
                del self._clients[key]
                client.on_response(None, error)

    # --- the far end's requests ---------------------------------------------------------------------------------

    def receive_request(self, request: SipRequest, source: Address, now: float) -> ServerTransaction | None:
        """Take a request other than ACK; None: a retransmission (answered again) or one of a flood."""
        key = _key(request, request.method)
        known = self._servers.get(key)
        if known is not None:
            self._carry_out(known.transaction.receive(request, now), known.transaction.source)
            return None
        to_address = request.to_addr
        if len(self._servers) >= _MAX_STRANGERS and (to_address is None or not to_address.tag):
            return None
        transaction = ServerTransaction(request, source, is_reliable=self._is_reliable, timers=self._timers)
        self._servers[key] = _Server(transaction)
        return transaction

    def receive_ack(self, ack: SipRequest, now: float) -> None:
        """Take an ACK: same branch for a failure, only the same call and number for a 2xx (13.2.2.4)."""
        for known in self._servers.values():
            invite = known.transaction.request
            if invite.method == "INVITE" and invite.call_id == ack.call_id and cseq_of(invite) == cseq_of(ack):
                known.transaction.receive(ack, now)

    def has_invite_of(self, cancel: SipRequest) -> bool:
        """True when the INVITE that a CANCEL means is known (9.2)."""
        return _key(cancel, "INVITE") in self._servers

    def respond(
        self,
        transaction: ServerTransaction,
        response: SipResponse,
        now: float,
        on_unacknowledged: Callable[[], None] | None = None,
    ) -> None:
        """Answer; ``on_unacknowledged`` is called when a final answer to an INVITE never gets its ACK."""
        known = self._servers.get(_key(transaction.request, transaction.request.method))
        if known is not None:
            known.on_unacknowledged = on_unacknowledged
        self._carry_out(transaction.respond(response, now), transaction.source)

    # --- timers -------------------------------------------------------------------------------------------------

    def next_timer(self) -> float | None:
        """When `handle_timer` is due."""
        times = [client.transaction.next_timer() for client in self._clients.values()]
        times += [server.transaction.next_timer() for server in self._servers.values()]
        return min((time for time in times if time is not None), default=None)

    def handle_timer(self, now: float) -> None:
        """Retransmit, give up and forget, whatever is due."""
        for client_key, client in list(self._clients.items()):
            if not _is_due(client.transaction, now):
                continue
            step = client.transaction.handle_timer(now)
            self._carry_out(step, client.destination)
            if client.transaction.state is State.TERMINATED:
                self._clients.pop(client_key, None)
            if step.is_timeout:
                client.on_response(None, NoAnswerError("the server does not answer"))
        for server_key, server in list(self._servers.items()):
            if not _is_due(server.transaction, now):
                continue
            step = server.transaction.handle_timer(now)
            self._carry_out(step, server.transaction.source)
            if server.transaction.state is State.TERMINATED:
                self._servers.pop(server_key, None)
            if step.is_timeout and server.on_unacknowledged is not None:
                server.on_unacknowledged()

    def clear(self) -> None:
        """Forget everything; nobody is told."""
        self._clients.clear()
        self._servers.clear()

    def _carry_out(self, step: Step, destination: Address) -> None:
        for message in step.send:
            self._send(message, destination)


def _is_due(transaction: ClientTransaction | ServerTransaction, now: float) -> bool:
    due = transaction.next_timer()
    return due is not None and due <= now


def _key(request: SipRequest, method: str) -> _ServerKey:
    via = request.via[0]
    branch = via.branch or ""
    if not branch.startswith("z9hG4bK") or branch == "z9hG4bK":
        branch = f"{branch}|{request.call_id}|{cseq_of(request)}"
    return branch, f"{via.host.lower()}:{via.port}", method
