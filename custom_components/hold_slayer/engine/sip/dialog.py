"""Dialogs (RFC 3261 section 12): who is talking to whom, by which route, with which numbers.

This side is always the one that began the dialog. Sans-IO.
"""

from aiosipua.headers import parse_address, parse_uri, stringify_uri
from aiosipua.message import SipMessage, SipRequest, SipResponse


class Dialog:
    """One dialog; each To tag of a forked INVITE makes its own."""

    def __init__(self, request: SipRequest, response: SipResponse) -> None:
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
        self.route_set: list[str] = list(reversed(response.get_header_values("record-route")))
        self.local_cseq = request.cseq.seq if request.cseq else 1
        self.remote_cseq: int | None = None
        self.refresh_target(response)

    def refresh_target(self, message: SipMessage) -> None:
        """Take the remote target from a Contact (12.2.1.2): 2xx, re-INVITE, UPDATE."""
        contacts = message.contact
        if contacts:
            self.remote_target = stringify_uri(contacts[0].uri)

    def confirm(self, response: SipResponse) -> None:
        """Replace the route set of an early dialog by the one of the 2xx (13.2.2.4)."""
        self.route_set = list(reversed(response.get_header_values("record-route")))
        self.refresh_target(response)

    def request(self, method: str) -> SipRequest:
        """Build the next request of this dialog, without Via (12.2.1.1). An ACK takes the INVITE's number from the caller."""
        if method != "ACK":
            self.local_cseq += 1
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
        request.set_header("CSeq", f"{self.local_cseq} {method}")
        for route in routes:
            request.add_header("Route", route)
        return request

    def is_in_order(self, request: SipRequest) -> bool:
        """True unless the request's CSeq is older than one seen before (12.2.2); remembers it."""
        cseq = request.cseq
        if cseq is None or (self.remote_cseq is not None and cseq.seq < self.remote_cseq):
            return False
        self.remote_cseq = cseq.seq
        return True


def next_hop(request: SipRequest, default_port: int) -> tuple[str, int]:
    """Host and port that a request goes to: its topmost Route, else its request URI (8.1.2)."""
    routes = request.get_header_values("route")
    uri = parse_address(routes[0]).uri if routes else parse_uri(request.uri)
    host = uri.params.get("maddr") or uri.host
    return host.strip("[]"), uri.port or default_port
