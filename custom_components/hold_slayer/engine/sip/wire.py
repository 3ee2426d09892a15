"""Messages on the wire (RFC 3261 sections 7 and 8): reading with suspicion what came in, building what goes out.

Everything that later code reads from a message (Via, CSeq, tags, Contact) is parsed once here, so that a malformed message is
dropped at the door and never half-way through a change of state. Not done: multipart bodies, S/MIME, compact forms on sending.
"""

import re
from typing import Final

from aiosipua.message import SipMessage, SipRequest, SipResponse, missing_required_headers
from aiosipua.utils import generate_tag

from .framing import declared_length

USER_AGENT: Final = "Hold Slayer"
ALLOW: Final = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO, NOTIFY"
SDP_TYPE: Final = "application/sdp"

_MAX_CSEQ = 2**31
_TOKEN = re.compile(r"[\w\-.!%*+`'~]{1,80}", re.ASCII)
"""A method (section 25.1)."""
_SECRETS = re.compile(
    rb"^((?:proxy-)?authorization[ \t]*:)[^\r\n]*(?:\r?\n[ \t][^\r\n]*)*", re.IGNORECASE | re.MULTILINE
)
_REASONS = {
    100: "Trying",
    180: "Ringing",
    200: "OK",
    400: "Bad Request",
    403: "Forbidden",
    405: "Method Not Allowed",
    406: "Not Acceptable",
    413: "Request Entity Too Large",
    415: "Unsupported Media Type",
    416: "Unsupported URI Scheme",
    420: "Bad Extension",
    480: "Temporarily Unavailable",
    481: "Call/Transaction Does Not Exist",
    482: "Loop Detected",
    483: "Too Many Hops",
    486: "Busy Here",
    487: "Request Terminated",
    488: "Not Acceptable Here",
    491: "Request Pending",
    500: "Server Internal Error",
    501: "Not Implemented",
    505: "Version Not Supported",
    603: "Decline",
}

Address = tuple[str, int]
"""IP address and port."""


class GarbageError(ValueError):
    """What came in is no SIP message that anything can be done with."""


def read_message(data: bytes) -> SipRequest | SipResponse:
    """Parse a message and make sure that all headers this side relies on can be read.

    Raises:
        GarbageError: it cannot.
    """
    try:
        message = SipMessage.parse(_cut(data))
        _check(message)
    except (ValueError, IndexError, KeyError, TypeError, AttributeError) as err:
        # The parser is another project's; whatever it stumbles over is the sender's fault.
        raise GarbageError(type(err).__name__) from None
    return message


def _cut(data: bytes) -> bytes:
    """Drop what follows the declared body; refuse a body that is not all there (18.3)."""
    head, separator, body = data.partition(b"\r\n\r\n")
    length = declared_length(head)
    if length is None:
        return data
    if length > len(body):
        raise GarbageError("cut off")
    return head + separator + body[:length]


def _check(message: SipRequest | SipResponse) -> None:
    if isinstance(message, SipRequest):
        if _TOKEN.fullmatch(message.method) is None or missing_required_headers(message):
            raise GarbageError("no request")
    elif not 100 <= message.status_code <= 699:
        raise GarbageError("no status")
    vias, cseq = message.via, message.cseq
    if not vias or not vias[0].host or cseq is None or not 0 <= cseq.seq < _MAX_CSEQ or not cseq.method:
        raise GarbageError("Via or CSeq")
    if isinstance(message, SipRequest) and cseq.method != message.method:
        raise GarbageError("CSeq of another method")
    if message.from_addr is None or message.to_addr is None or not message.call_id:
        raise GarbageError("From, To or Call-ID")
    _ = message.contact, message.content_length


def cseq_of(message: SipMessage) -> int:
    """Number of the CSeq header; 0 without one."""
    cseq = message.cseq
    return cseq.seq if cseq is not None else 0


def branch_of(message: SipMessage) -> str:
    """Branch of the topmost Via; empty without one."""
    vias = message.via
    return (vias[0].branch or "") if vias else ""


def has_sdp(message: SipMessage) -> bool:
    """True when the body says that it is SDP."""
    return bool(message.body) and (message.content_type or "").partition(";")[0].strip().lower() == SDP_TYPE


def build_cancel(invite: SipRequest) -> SipRequest:
    """CANCEL with the INVITE's own branch, URI, route and number (section 9.1); no credentials, it cannot be challenged."""
    return _of_transaction(invite, "CANCEL", invite.get_header("To") or "")


def build_failure_ack(invite: SipRequest, response: SipResponse) -> SipRequest:
    """ACK of a non-2xx: part of the INVITE's transaction, To of the response (section 17.1.1.3)."""
    return _of_transaction(invite, "ACK", response.get_header("To") or invite.get_header("To") or "")


def _of_transaction(invite: SipRequest, method: str, to_header: str) -> SipRequest:
    request = SipRequest(method=method, uri=invite.uri)
    request.add_header("Via", invite.get_header_values("via")[0])
    request.set_header("Max-Forwards", "70")
    request.set_header("From", invite.get_header("From") or "")
    request.set_header("To", to_header)
    request.set_header("Call-ID", invite.call_id or "")
    request.set_header("CSeq", f"{cseq_of(invite)} {method}")
    for route in invite.get_header_values("route"):
        request.add_header("Route", route)
    return request


def build_response(request: SipRequest, status: int, source: Address, to_tag: str = "") -> SipResponse:
    """Answer a request: Via, From, To, Call-ID, CSeq and Record-Route as they came, To with a tag (section 8.2.6).

    The topmost Via learns ``received`` and ``rport`` from where the request really came (18.2.1, RFC 3581).
    """
    response = SipResponse(status_code=status, reason_phrase=_REASONS.get(status, "-"))
    vias = request.via
    vias[0].received = source[0]
    if "rport" in vias[0].params:
        vias[0].rport = str(source[1])
    response.via = vias
    for name in ("From", "To", "Call-ID", "CSeq"):
        response.set_header(name, request.get_header(name) or "")
    to_address = request.to_addr
    if status > 100 and to_address is not None and not to_address.tag:
        response.set_header("To", f"{request.get_header('To')};tag={to_tag or generate_tag()}")
    for route in request.get_header_values("record-route"):
        response.add_header("Record-Route", route)
    if status in (405, 415) or (request.method == "OPTIONS" and status == 200):
        response.set_header("Allow", ALLOW)
        response.set_header("Accept", SDP_TYPE)
    response.set_header("Server", USER_AGENT)
    return response


def redact(data: bytes) -> str:
    """A message as text for a trace, without credentials."""
    return _SECRETS.sub(rb"\1 ***", data).decode(errors="replace")
