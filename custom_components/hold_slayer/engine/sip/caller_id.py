"""Who calls: the number that is shown to whom we call, and who is calling us (RFC 3261 section 20.20, RFC 3325).

What a caller says in From can be anything. P-Asserted-Identity is what the provider vouches for, and counts only where the
request came from the provider (RFC 3325 section 8): whoever asks `caller_of` has made sure of that.
"""

from aiosipua.message import SipRequest

from .account import CallerIdHeader, TrunkAccount
from .uri import uri_in

_IDENTITY_HEADERS = {
    CallerIdHeader.PREFERRED: "P-Preferred-Identity",
    CallerIdHeader.ASSERTED: "P-Asserted-Identity",
}


def from_uri(account: TrunkAccount) -> str:
    """URI of the From header of a call of ours: the account's own, or the number that it is to show there."""
    if account.caller_id and account.caller_id_header is CallerIdHeader.FROM:
        return account.address_of(account.caller_id)
    return account.aor


def state_identity(account: TrunkAccount, invite: SipRequest) -> None:
    """Name the number to show where the provider looks for it."""
    name = _IDENTITY_HEADERS.get(account.caller_id_header)
    if account.caller_id and name is not None:
        invite.set_header(name, f"<{account.address_of(account.caller_id)}>")


def caller_of(invite: SipRequest) -> str:
    """User part of who calls, as the provider asserts it, else as From says; empty when it is withheld."""
    for text in (*invite.get_header_values("p-asserted-identity"), invite.get_header("From") or ""):
        user = uri_in(text).user
        if user and user.lower() != "anonymous":
            return user
    return ""
