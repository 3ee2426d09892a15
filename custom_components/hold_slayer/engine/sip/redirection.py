"""Redirection (RFC 3261 section 8.1.3.4): the same number at another server.

A 3xx may name any address. The user asked for one number, and the rules about who may be dialled were applied to that one: only a
contact with the same user part is followed, at most twice, and never to a place tried before. Everything else is a refusal.
"""

from aiosipua.headers import parse_uri, stringify_uri
from aiosipua.message import SipRequest, SipResponse

from .wire import cseq_of

_MAX_REDIRECTIONS = 2


class Redirections:
    """Where one INVITE has been sent."""

    def __init__(self) -> None:
        self._tried: set[str] = set()

    def follow(self, invite: SipRequest, response: SipResponse) -> SipRequest | None:
        """The INVITE to the next place, without Via; None when none may be followed."""
        self._tried.add(invite.uri)
        if len(self._tried) > _MAX_REDIRECTIONS:
            return None
        wanted = parse_uri(invite.uri)
        contacts = sorted(response.contact, key=lambda contact: _q(contact.params.get("q")), reverse=True)
        for contact in contacts:
            if contact.uri.scheme != wanted.scheme or contact.uri.user != wanted.user or not contact.uri.host:
                continue
            # Headers in a URI would let the redirecting server write into our request (19.1.1).
            contact.uri.headers = {}
            place = stringify_uri(contact.uri)
            if place not in self._tried:
                return renewed(invite, uri=place)
        return None


def renewed(invite: SipRequest, *, uri: str = "") -> SipRequest:
    """The same call tried once more: new number, same Call-ID, From and To (8.1.3.4, 8.1.3.5)."""
    again = SipRequest(method=invite.method, uri=uri or invite.uri, headers=invite.headers.copy(), body=invite.body)
    again.set_header("CSeq", f"{cseq_of(invite) + 1} {invite.method}")
    for name in ("Via", "Authorization", "Proxy-Authorization"):
        again.remove_header(name)
    return again


def _q(text: str | None) -> float:
    """Preference of a contact (20.10): 1 where none is given."""
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
