"""A SIP account and the addresses made from it (RFC 3261 sections 10.2 and 19.1)."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal
from urllib.parse import quote

from aiosipua.utils import bracket_ipv6

from ..model.media_description import Codec, DtmfMode, SrtpMode
from ..model.phone_number import DialTarget
from .number_format import NumberFormat, formatted

Transport = Literal["udp", "tcp", "tls"]
STUN_PORT = 3478
"""Where a STUN server listens whose port nobody names (RFC 8489 section 8.1)."""


class KeepAlive(StrEnum):
    """What keeps the way from the server to this side open."""

    OFF = "off"
    CRLF = "crlf"
    """Two line ends (RFC 5626 section 3.5.1)."""
    OPTIONS = "options"
    """A question that the server answers: one that falls silent is noticed as well (RFC 3261 section 11)."""


class CallerIdHeader(StrEnum):
    """Where the provider looks for the number that is shown to whom we call."""

    FROM = "from"
    """User part of the From header."""
    PREFERRED = "p_preferred"
    """P-Preferred-Identity (RFC 3325 section 9.2)."""
    ASSERTED = "p_asserted"
    """P-Asserted-Identity (RFC 3325 section 9.1), where the provider trusts this side."""


@dataclass(frozen=True, slots=True)
class TrunkAccount:
    """What a provider gives its customer, and where this side binds."""

    username: str
    password: str = field(repr=False)
    registrar_host: str
    registrar_port: int | None = None
    domain: str = ""
    """Domain of the address of record; empty: the registrar's host."""
    auth_username: str = ""
    """User name for digest authentication; empty: ``username``."""
    display_name: str = ""
    outbound_proxy: str = ""
    """``host[:port]`` that all requests are sent to; empty: the registrar."""
    transport: Transport = "udp"
    verify_tls: bool = True
    authority: str = field(default="", repr=False)
    """Certificates (PEM) of authorities that are trusted besides the system's; only of use with ``verify_tls``."""
    srtp: SrtpMode = SrtpMode.OFF
    number_format: NumberFormat = NumberFormat.AS_TYPED
    number_prefix: str = ""
    """Digits in front of every number that leaves the house, such as the 0 of a private exchange."""
    codecs: tuple[Codec, ...] = ()
    """Codecs to offer, the preferred first; empty: all there are, in their usual order."""
    dtmf: DtmfMode = DtmfMode.AUTO
    caller_id: str = ""
    """Number to show; empty: the provider's choice."""
    caller_id_header: CallerIdHeader = CallerIdHeader.FROM
    keepalive: KeepAlive = KeepAlive.CRLF
    keepalive_s: float = 25.0
    """Most NATs forget a UDP binding after 30 s (RFC 5626 section 4.4.2)."""
    public_address: str = ""
    """IP address that this side has for the server, when a router in between always has the same; empty: not known."""
    stun_server: str = ""
    """``host[:port]`` that says under which address this side is seen (RFC 8489); UDP only. Empty: none is asked."""
    region: str = ""
    """Country whose national numbers the account dials, ISO 3166-1 alpha-2."""
    local_address: str = ""
    """IP address to bind; empty: the one that routes to the server."""
    local_port: int = 0
    expires_s: int = 300
    register: bool = True
    """False: the server wants no registration; it is only asked whether it is there."""
    peers: tuple[str, ...] = ()
    """IP addresses or networks that may call us besides the account's servers."""

    @property
    def default_port(self) -> int:
        """Port of a server whose port nobody names (RFC 3261 section 19.1.2)."""
        return 5061 if self.transport == "tls" else 5060

    @property
    def place(self) -> tuple[str, int | None]:
        """Host that requests are sent to, and the port if one is set: without it SRV records say more."""
        return _split(self.outbound_proxy) if self.outbound_proxy else (self.registrar_host, self.registrar_port)

    @property
    def server(self) -> tuple[str, int]:
        """Host and port that requests are sent to, where no SRV record says otherwise."""
        host, port = self.place
        return host, port or self.default_port

    @property
    def stun_place(self) -> tuple[str, int] | None:
        """Host and port of the STUN server; None without one, and over streams, which need none."""
        if not self.stun_server or self.transport != "udp":
            return None
        host, port = _split(self.stun_server)
        return host, port or STUN_PORT

    @property
    def aor_host(self) -> str:
        """Host part of the address of record."""
        return self.domain or self.registrar_host

    @property
    def user(self) -> str:
        """User name as it stands in a URI: some providers' hold an ``@`` (section 19.1.2)."""
        return quote(self.username, safe="-_.!~*'()&=+$,;?/")

    @property
    def aor(self) -> str:
        """Address of record."""
        return f"sip:{self.user}@{self._authority}"

    @property
    def registrar_uri(self) -> str:
        """Request URI of REGISTER: the domain, no user part (section 10.2)."""
        return f"sip:{self._authority}"

    @property
    def digest_username(self) -> str:
        """User name for digest authentication."""
        return self.auth_username or self.username

    @property
    def _authority(self) -> str:
        host = bracket_ipv6(self.aor_host)
        return host if self.domain or not self.registrar_port else f"{host}:{self.registrar_port}"

    def uri_for(self, target: DialTarget) -> str:
        """Request URI that dials ``target`` over this account."""
        if target.is_uri:
            return target.value
        number = formatted(target, self.number_format, self.region, self.number_prefix).replace("#", "%23")
        return f"sip:{number}@{self._authority}"

    def address_of(self, user: str) -> str:
        """URI of another user of this account's domain."""
        return f"sip:{quote(user, safe='-_.!~*+')}@{self._authority}"


def _split(place: str) -> tuple[str, int | None]:
    """Split ``host``, ``host:port`` or ``[v6]:port``."""
    if place.startswith("["):
        host, _, rest = place[1:].partition("]")
        return host, int(rest[1:]) if rest[1:].isdecimal() else None
    host, separator, port = place.rpartition(":")
    if separator and port.isdecimal() and ":" not in host:
        return host, int(port)
    return place, None
