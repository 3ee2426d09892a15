"""Dialogs (RFC 3261 section 12): who is talking to whom, by which route, with which numbers.

Sans-IO. Not done: GRUU, Replaces and Join.
"""

import re
import secrets
from typing import Self

from aiosipua.headers import parse_address, stringify_uri
from aiosipua.message import SipMessage, SipRequest, SipResponse

from .auth import ChallengeMemory
from .uri import split_uri, uri_in
from .wire import cseq_of

_MADDR = re.compile(r";maddr=([^;?>]+)", re.IGNORECASE)
"""The address to send to in place of the host (19.1.1)."""


class Dialog:
    """One dialog; each To tag of a forked INVITE makes its own. Early until `confirm`."""

    def __init__(self, request: SipRequest, response: SipResponse, memory: ChallengeMemory | None = None) -> None:
        """Made from the INVITE and the response that established it (12.1.2).

        Raises:
            ValueError: the response has no To tag.
        """
        to_address = response.to_addr
        if to_address is None or not to_address.tag:
            raise ValueError("a dialog needs a To tag")
        self.call_id = request.call_id or ""
        self.local = request.get_header("From") or ""
        self.remote = response.get_header("To") or ""
        self.remote_tag = to_address.tag
        self.remote_target = request.uri
        self.route_set: list[str] = []
        self.is_confirmed = False
        self.memory = memory or ChallengeMemory()
        """Challenges answered in this dialog, for credentials without a further challenge."""
        local = request.from_addr
        self.local_tag = (local.tag if local is not None else None) or ""
        self._local_cseq = cseq_of(request)
        self._remote_cseq: int | None = None
        self._set_route(response)

    @classmethod
    def of_incoming(cls, invite: SipRequest, local: str, local_tag: str) -> Self:
        """Made from an INVITE of the far end and the To header, with tag, of our answer to it (12.1.1).

        Raises:
            ValueError: the INVITE has no From tag, or no Contact that can be called.
        """
        from_address = invite.from_addr
        if from_address is None or not from_address.tag or not uri_in(invite.get_header("Contact") or "").is_sip:
            raise ValueError("a dialog needs a From tag and a Contact")
        self = cls.__new__(cls)
        self.call_id = invite.call_id or ""
        self.local, self.remote = local, invite.get_header("From") or ""
        self.local_tag, self.remote_tag = local_tag, from_address.tag
        self.remote_target = invite.uri
        self.route_set = list(invite.get_header_values("record-route"))
        self.is_confirmed = False
        self.memory = ChallengeMemory()
        self._local_cseq = secrets.randbelow(10_000)
        self._remote_cseq = cseq_of(invite)
        self.refresh_target(invite)
        return self

    def _set_route(self, response: SipResponse) -> None:
        self.route_set = list(reversed(response.get_header_values("record-route")))
        self.refresh_target(response)

    def refresh_target(self, message: SipMessage) -> None:
        """Take the remote target from a Contact (12.2.1.2): 2xx, re-INVITE, UPDATE."""
        target = uri_in(message.get_header("Contact") or "")
        if target.is_sip:
            self.remote_target = target.text

    def confirm(self, response: SipResponse) -> None:
        """A 2xx makes the dialog final, and its route set replaces the early one (13.2.2.4)."""
        self.is_confirmed = True
        self._set_route(response)

    def request(self, method: str) -> SipRequest:
        """Build the next request of this dialog, without Via (12.2.1.1)."""
        self._local_cseq += 1
        return self._build(method, self._local_cseq)

    def ack_of(self, invite: SipRequest) -> SipRequest:
        """ACK of a 2xx to ``invite`` (13.2.2.4): its number and credentials, this dialog's route and target."""
        ack = self._build("ACK", cseq_of(invite))
        for name in ("Authorization", "Proxy-Authorization"):
            for value in invite.get_header_values(name):
                ack.add_header(name, value)
        return ack

    def _build(self, method: str, number: int) -> SipRequest:
        uri, routes = self.remote_target, list(self.route_set)
        if routes and "lr" not in parse_address(routes[0]).uri.params:
            # A strict router (RFC 2543) wants itself in the request line and the target at the end of the route.
            uri = stringify_uri(parse_address(routes.pop(0)).uri)
            routes.append(f"<{self.remote_target}>")
        request = SipRequest(method=method, uri=uri)
        request.set_header("Max-Forwards", "70")
        request.set_header("From", self.local)
        request.set_header("To", self.remote)
        request.set_header("Call-ID", self.call_id)
        request.set_header("CSeq", f"{number} {method}")
        for route in routes:
            request.add_header("Route", route)
        return request

    def retried(self, request: SipRequest) -> None:
        """Give a request that goes out again for digest the next number."""
        self._local_cseq += 1
        request.set_header("CSeq", f"{self._local_cseq} {request.method}")

    def is_in_order(self, request: SipRequest) -> bool:
        """True unless the request's CSeq is older than one seen before (12.2.2); remembers it."""
        number = cseq_of(request)
        if self._remote_cseq is not None and number < self._remote_cseq:
            return False
        self._remote_cseq = number
        return True


def next_hop(request: SipRequest, default_port: int) -> tuple[str, int]:
    """Host and port that a request goes to: its topmost Route, else its request URI (8.1.2).

    Raises:
        ValueError: the far end told a port that does not exist, or no host.
    """
    routes = request.get_header_values("route")
    uri = uri_in(routes[0]) if routes else split_uri(request.uri)
    multicast = _MADDR.search(uri.text)
    port = uri.port or default_port
    if not uri.host or not 0 < port < 65536:
        raise ValueError("no host or port")
    return (multicast[1] if multicast is not None else uri.host).strip("[]"), port
