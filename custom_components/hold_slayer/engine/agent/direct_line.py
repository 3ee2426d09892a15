"""Ring a telephone of the house at its own address, without an exchange (RFC 3261 section 8.1.2: a request goes to its URI).

A line of its own for one attempt: a free port, no registration, no password. Asked before anything is sent: whether policy lets the
address be dialled, whether it is in the house or its private networks at all, and whether it is a telephone and not this machine's
own server, which would answer. Not done: TLS, names with SRV records (a telephone's contact is an address and a port).
"""

import ipaddress
import re

from ..call.policy import may_dial
from ..model.phase import LegFailure
from ..model.phone_number import DialTarget, InvalidTargetError, PhoneAddress
from ..sip.account import KeepAlive, TrunkAccount
from ..sip.transport import local_address_to, resolve
from ..sip.uri import split_uri
from ..sip.user_agent import UserAgent

_SIP_PORT = 5060
_USER = "hold-slayer"
_NAME = "Hold Slayer"
_OVER_TCP = re.compile(r";transport=tcp(?=$|[;?])", re.IGNORECASE)


class LineError(Exception):
    """The telephone is not rung, and why."""

    def __init__(self, failure: LegFailure, text: str) -> None:
        super().__init__(text)
        self.failure = failure


def sip_address(text: str) -> DialTarget | None:
    """What can be called directly; None when the text is no SIP address with a host."""
    try:
        target = DialTarget.parse(text)
    except InvalidTargetError:
        return None
    return target if split_uri(target.value).is_sip else None


def is_outside(target: DialTarget) -> bool:
    """True when the host is an IP address of the public internet; the house's own, its VPN's and names are none."""
    return _is_public(split_uri(target.value).host)


def _is_public(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return False


async def prepare(address: PhoneAddress | None, region: str) -> tuple[UserAgent, DialTarget]:
    """The line to a telephone, not started yet, and what it is to dial.

    Raises:
        LineError: nobody knows where the telephone is, or it must not be rung there.
        TrunkError: its name has no address, or there is no way to it.
    """
    uri = split_uri(address.uri.value) if address is not None else None
    if address is None or uri is None or uri.scheme != "sip" or not uri.host:
        raise LineError(LegFailure.NO_ADDRESS, "its address is not known")
    if (refused := may_dial(address.uri, region=region)) is not None:
        raise LineError(LegFailure.REFUSED, refused.sentence)
    host, port = await resolve(uri.host, uri.port or _SIP_PORT)
    if _is_public(host):
        raise LineError(LegFailure.REFUSED, "its address is on the public internet")
    local = local_address_to((host, port))
    if host == local and port == address.not_port:
        raise LineError(LegFailure.NO_ADDRESS, "the address that is known is Home Assistant's own")
    account = TrunkAccount(
        _USER,
        "",
        host,
        port,
        domain=local,
        display_name=_NAME,
        transport="tcp" if _OVER_TCP.search(uri.text) else "udp",
        keepalive=KeepAlive.OFF,
        register=False,
    )
    return UserAgent(account), address.uri
