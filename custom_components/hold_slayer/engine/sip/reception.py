"""Who may call, and what becomes of requests outside dialogs (RFC 3261 sections 8.2, 9.2 and 11.2).

A telephone on the internet is called by scanners all day long. An INVITE is looked at only when it comes from a server of the
account or from an address that the user allows; everything else is refused and counted. Whether a call that may come in is
taken is for ``on_call`` to say.
"""

from collections.abc import Callable, Iterable
from functools import partial
import ipaddress
import logging

from aiosipua.message import SipRequest

from ..model.media_description import MediaOffer
from .dialog_leg import DialogLeg
from .incoming import IncomingCall, refusal_of, unsupported
from .requester import Requester
from .transaction import ServerTransaction
from .uri import split_uri
from .wire import cseq_of

_LOGGER = logging.getLogger(__name__)

_MAX_RINGING = 8
"""More calls that ring at once than a house has people are no calls."""

OnCall = Callable[[IncomingCall], None]
"""Is told of a call that may come in, and answers or refuses it, now or soon."""


class PeerList:
    """Addresses from which calls are taken besides the account's servers."""

    def __init__(self, peers: Iterable[str]) -> None:
        """``peers``: IP addresses or networks (``192.0.2.0/24``). Raises ValueError for anything else."""
        self._networks = [ipaddress.ip_network(peer, strict=False) for peer in peers]

    def __contains__(self, host: str) -> bool:
        try:
            address = ipaddress.ip_address(host)
        except ValueError:
            return False
        return any(address in network for network in self._networks)


class Reception:
    """Takes requests that belong to no dialog."""

    def __init__(
        self,
        requester: Requester,
        peers: PeerList,
        is_server: Callable[[str], bool],
        prepare: Callable[[MediaOffer], MediaOffer],
        on_settled: Callable[[DialogLeg], None],
    ) -> None:
        self._requester = requester
        self._peers = peers
        self._is_server = is_server
        self._prepare = prepare
        self._on_settled = on_settled
        self._ringing: dict[str, IncomingCall] = {}
        self.on_call: OnCall | None = None
        """None: no call is taken."""
        self.refused = 0
        """INVITEs from where nobody may call us."""

    def on_request(self, transaction: ServerTransaction) -> None:
        """Answer a request without a To tag."""
        request = transaction.request
        respond = partial(self._requester.respond, transaction)
        if request.method == "INVITE":
            self._on_invite(transaction)
        elif split_uri(request.uri).scheme not in ("sip", "sips", "tel"):
            respond(416)
        elif required := unsupported(request):
            respond(420, headers=tuple(("Unsupported", name) for name in required))
        elif request.method in ("OPTIONS", "NOTIFY"):
            respond(200)
        else:
            respond(405)

    def _on_invite(self, transaction: ServerTransaction) -> None:
        invite = transaction.request
        if not self.may_call(transaction.source[0]):
            self.refused += 1
            _LOGGER.debug("A call from an address that may not call was refused")
            self._requester.respond(transaction, 403)
            return
        if status := refusal_of(invite):
            headers = tuple(("Unsupported", name) for name in unsupported(invite)) if status == 420 else ()
            self._requester.respond(transaction, status, headers=headers)
        elif self.on_call is None:
            self._requester.respond(transaction, 480)
        elif len(self._ringing) >= _MAX_RINGING:
            self._requester.respond(transaction, 486)
        else:
            self._offer(transaction, self.on_call)

    def may_call(self, host: str) -> bool:
        """True for the account's servers and for allowed peers."""
        return self._is_server(host) or host in self._peers

    def _offer(self, transaction: ServerTransaction, on_call: OnCall) -> None:
        invite = transaction.request
        if self._is_merged(invite):
            # The same call by another way (8.2.2.2): one of the two is enough.
            self._requester.respond(transaction, 482)
            return
        call = IncomingCall(transaction, self._requester, self._on_settled, self._prepare)
        self._ringing = {key: each for key, each in self._ringing.items() if not each.is_over}
        self._ringing[call.call_id] = call
        on_call(call)

    def _is_merged(self, invite: SipRequest) -> bool:
        known = self._ringing.get(invite.call_id or "")
        if known is None or known.is_over:
            return False
        other = known.transaction.request
        tags = {address.tag for address in (invite.from_addr, other.from_addr) if address is not None}
        return len(tags) == 1 and cseq_of(invite) == cseq_of(other)

    def on_cancel(self, cancel: SipRequest) -> None:
        """The caller of a call that rings gives up; one that was answered is not touched (9.2)."""
        call = self._ringing.pop(cancel.call_id or "", None)
        if call is not None:
            call.cancel()

    def close(self) -> None:
        """Nobody is here any more."""
        self.on_call = None
        for call in self._ringing.values():
            call.refuse(480)
        self._ringing.clear()
