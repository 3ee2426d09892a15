"""Dialogs (RFC 3261 section 12): who is talking to whom, by which route, with which numbers.

This side is always the one that began the dialog. Sans-IO. Not done: GRUU, in-dialog Replaces and Join.
"""

from aiosipua.headers import parse_address, parse_uri, stringify_uri
from aiosipua.message import SipMessage, SipRequest, SipResponse

from .auth import ChallengeMemory
from .wire import cseq_of


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

    def _set_route(self, response: SipResponse) -> None:
        self.route_set = list(reversed(response.get_header_values("record-route")))
        self.refresh_target(response)

    def refresh_target(self, message: SipMessage) -> None:
        """Take the remote target from a Contact (12.2.1.2): 2xx, re-INVITE, UPDATE."""
        contacts = message.contact
        if contacts and contacts[0].uri.host:
            self.remote_target = stringify_uri(contacts[0].uri)

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
        ValueError: the far end told a port that does not exist.
    """
    routes = request.get_header_values("route")
    uri = parse_address(routes[0]).uri if routes else parse_uri(request.uri)
    host = uri.params.get("maddr") or uri.host
    port = uri.port or default_port
    if not 0 < port < 65536:
        raise ValueError("no port")
    return host.strip("[]"), port
