"""Telephone systems in the house that announce themselves: by DNS-SD (``_sip._udp``, …), or as an app of Home Assistant.

They name a server, a port and a transport; user name and password are the user's to give. An account that was set up from an
announcement follows its telephone system to another address.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo

from . import const

_TRANSPORTS: Final = {"_sip._udp.": "udp", "_sip._tcp.": "tcp", "_sips._tcp.": "tls"}


@dataclass(frozen=True, slots=True)
class DiscoveredPbx:
    """A telephone system that has announced itself."""

    service: str
    """Names it for good, whatever its address is."""
    name: str
    """For people."""
    host: str
    port: int | None
    transport: str = "udp"
    username: str = ""
    password: str = ""

    @classmethod
    def of_zeroconf(cls, info: ZeroconfServiceInfo) -> Self | None:
        """Read an announcement; None: of no service that is ours, or of an address that leads nowhere else."""
        transport = next((value for kind, value in _TRANSPORTS.items() if info.type.lower().startswith(kind)), None)
        if transport is None or info.ip_address.is_link_local or info.ip_address.is_unspecified:
            return None
        name = info.name.removesuffix(f".{info.type}").strip() or info.host
        return cls(f"{name}.{info.type}".lower(), name, info.host, info.port, transport)

    @classmethod
    def of_app(cls, info: HassioServiceInfo) -> Self | None:
        """Read what an app tells: ``host``, maybe ``port``, ``transport``, ``username``, ``password``; None: too little."""
        config = info.config
        host, transport = str(config.get("host") or ""), str(config.get("transport") or "udp").lower()
        port = config.get("port")
        if not host or transport not in const.TRANSPORTS or not isinstance(port, int | None):
            return None
        return cls(
            f"app.{info.slug}",
            info.name,
            host,
            port,
            transport,
            str(config.get("username") or ""),
            str(config.get("password") or ""),
        )

    def suggestions(self) -> dict[str, Any]:
        """For the form."""
        found = {CONF_HOST: self.host, const.CONF_TRANSPORT: self.transport, const.CONF_ADVANCED: self._advanced({})}
        if self.username:
            found |= {CONF_USERNAME: self.username, CONF_PASSWORD: self.password}
        return found

    def moved(self, data: Mapping[str, Any]) -> dict[str, Any] | None:
        """An account's data at the address that the system has now; None: it is there already, or is another system's."""
        if data.get(const.CONF_SERVICE) != self.service:
            return None
        advanced = data.get(const.CONF_ADVANCED, {})
        if data[CONF_HOST] == self.host and self.port in (None, advanced.get(CONF_PORT)):
            return None
        return {**data, CONF_HOST: self.host, const.CONF_ADVANCED: self._advanced(advanced)}

    def _advanced(self, advanced: Mapping[str, Any]) -> dict[str, Any]:
        return dict(advanced) | ({CONF_PORT: self.port} if self.port else {})
