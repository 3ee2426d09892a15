"""Finding the servers of a domain (RFC 3263 section 4, RFC 2782): NAPTR and SRV records, then addresses, in the order to try them.

The transport is the account's setting: of the NAPTR records (4.1) only those for it count, and say under which name its SRV records
stand, which need not be the domain's. A name with a port, or an IP address, is looked up as it is (4.2). Names of ours go to the
name servers of the machine.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
import logging
import random

import aiodns
from pycares import NAPTRRecordData, SRVRecordData

from .errors import CannotResolveError
from .transport import is_ip, resolve
from .wire import Address

_LOGGER = logging.getLogger(__name__)

_SRV_TIMEOUT_S = 3.0
_MAX_SERVERS = 8
_NAPTR_SERVICES = {"udp": "SIP+D2U", "tcp": "SIP+D2T", "tls": "SIPS+D2T"}
_SERVICES = {"udp": "_sip._udp", "tcp": "_sip._tcp", "tls": "_sips._tcp"}


@dataclass(frozen=True, slots=True)
class SrvRecord:
    """One server of a service (RFC 2782)."""

    host: str
    port: int
    priority: int = 0
    weight: int = 0


NaptrLookup = Callable[[str], Awaitable[Sequence["NaptrRecord"]]]
"""Takes a domain; an empty list where there are no records, or nobody answers."""
SrvLookup = Callable[[str], Awaitable[Sequence[SrvRecord]]]
"""Takes a name such as ``_sip._udp.example.org``; an empty list where there are no records, or nobody answers."""


@dataclass(frozen=True, slots=True)
class NaptrRecord:
    """One service of a domain (RFC 3403 section 4.1), those with a regular expression aside."""

    service: str
    replacement: str
    order: int = 0
    preference: int = 0


async def query_srv(name: str, *, name_servers: Sequence[str] = (), port: int = 53) -> list[SrvRecord]:
    """Ask the machine's name servers (or the given ones) for SRV records; see `SrvLookup`."""
    return [
        SrvRecord(data.target.rstrip("."), data.port, data.priority, data.weight)
        for data in await _query(name, "SRV", name_servers, port)
        if isinstance(data, SRVRecordData)
    ]


async def query_naptr(name: str, *, name_servers: Sequence[str] = (), port: int = 53) -> list[NaptrRecord]:
    """Ask for NAPTR records that lead to SRV records (flag ``s``); see `NaptrLookup`."""
    return [
        NaptrRecord(data.service.upper(), data.replacement.rstrip("."), data.order, data.preference)
        for data in await _query(name, "NAPTR", name_servers, port)
        if isinstance(data, NAPTRRecordData) and data.flags.lower() == "s" and data.replacement.strip(".")
    ]


async def no_naptr(_name: str) -> list[NaptrRecord]:
    """A domain without NAPTR records."""
    return []


async def _query(name: str, kind: str, name_servers: Sequence[str], port: int) -> list[object]:
    resolver = aiodns.DNSResolver(list(name_servers) or None, timeout=_SRV_TIMEOUT_S, tries=1, udp_port=port)
    try:
        async with asyncio.timeout(_SRV_TIMEOUT_S):
            found = await resolver.query_dns(name, kind)
    except (aiodns.error.DNSError, TimeoutError, UnicodeError) as err:
        _LOGGER.debug("No %s records: %s", kind, type(err).__name__)
        return []
    finally:
        await resolver.close()
    return [record.data for record in found.answer]


def ordered(records: Sequence[SrvRecord], chance: random.Random | None = None) -> list[SrvRecord]:
    """Lowest priority first; within one by lot, in proportion to the weights (RFC 2782, page 3)."""
    chance = chance or random.Random()
    result: list[SrvRecord] = []
    for priority in sorted({record.priority for record in records}):
        # Those without weight come first, so that they have a small chance (RFC 2782).
        left = sorted((record for record in records if record.priority == priority), key=lambda record: record.weight)
        while left:
            ticket = chance.randint(0, sum(record.weight for record in left))
            for record in left:
                ticket -= record.weight
                if ticket <= 0:
                    result.append(record)
                    left.remove(record)
                    break
    return result


async def locate(
    host: str,
    port: int | None,
    transport: str,
    *,
    default_port: int,
    srv: SrvLookup = query_srv,
    naptr: NaptrLookup = no_naptr,
) -> list[Address]:
    """Return the addresses of a server in the order to try them, at least one and at most eight.

    Raises:
        CannotResolveError: there is none.
    """
    if port is not None or is_ip(host):
        return [await resolve(host, port or default_port)]
    # A target of "." says that the service is decidedly not there (RFC 2782).
    records = [record for record in await _service(host, transport, srv, naptr) if record.host and record.port > 0]
    addresses: list[Address] = []
    for record in ordered(records)[:_MAX_SERVERS]:
        try:
            address = await resolve(record.host, record.port)
        except CannotResolveError:
            continue
        if address not in addresses:
            addresses.append(address)
    return addresses or [await resolve(host, default_port)]


async def _service(host: str, transport: str, srv: SrvLookup, naptr: NaptrLookup) -> Sequence[SrvRecord]:
    """SRV records under the name that NAPTR tells, else under the usual one; both are asked for at once."""
    usual = asyncio.ensure_future(srv(f"{_SERVICES[transport]}.{host}"))
    try:
        named = [record for record in await naptr(host) if record.service == _NAPTR_SERVICES[transport]]
        for record in sorted(named, key=lambda each: (each.order, each.preference)):
            if record.replacement.lower() == f"{_SERVICES[transport]}.{host}".lower():
                break
            if found := await srv(record.replacement):
                return found
        return await usual
    finally:
        usual.cancel()
