"""A SIP account and the addresses made from it (RFC 3261 sections 10.2 and 19.1)."""

from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from aiosipua.utils import bracket_ipv6

from ..model.media_description import SrtpMode
from ..model.phone_number import DialTarget
from .number_format import NumberFormat, formatted

Transport = Literal["udp", "tcp", "tls"]


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
    srtp: SrtpMode = SrtpMode.OFF
    number_format: NumberFormat = NumberFormat.AS_TYPED
    region: str = ""
    """Country whose national numbers the account dials, ISO 3166-1 alpha-2."""
    local_address: str = ""
    """IP address to bind; empty: the one that routes to the server."""
    local_port: int = 0
    expires_s: int = 300
    register: bool = True

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
        number = formatted(target, self.number_format, self.region).replace("#", "%23")
        return f"sip:{number}@{self._authority}"


def _split(place: str) -> tuple[str, int | None]:
    """Split ``host``, ``host:port`` or ``[v6]:port``."""
    if place.startswith("["):
        host, _, rest = place[1:].partition("]")
        return host, int(rest[1:]) if rest[1:].isdecimal() else None
    host, separator, port = place.rpartition(":")
    if separator and port.isdecimal() and ":" not in host:
        return host, int(port)
    return place, None
