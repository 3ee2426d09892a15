"""Offer and answer of one leg (RFC 3264, RFC 4566): `MediaOffer` and `MediaAnswer` on one side, SDP text on the other.

One audio stream of G.711 or G.722 with telephone events, and comfort noise beside G.711 (RFC 3389). The o= line keeps its session
id, and its version rises only when something changes (RFC 3264 section 8). Keys for SRTP stand in ``a=crypto`` lines (RFC 4568);
where encryption is optional they are offered beside plain RTP/AVP, as many phones do, and whoever does not know them ignores
them. Not done: ICE, more than one stream (further ones are refused with port 0), host names in c=.
"""

import ipaddress
import re
import secrets

from aiosipua.sdp import (
    Codec as SdpCodec,
    ConnectionData,
    MediaDescription,
    Origin,
    SdpMessage,
    parse_sdp,
    serialize_sdp,
)

from ..model.media_description import (
    STATIC_PAYLOAD_TYPES,
    Codec,
    Direction,
    MediaAnswer,
    MediaOffer,
    SrtpAgreement,
    SrtpMode,
)
from .sdes import CryptoLine, crypto_attribute, read_crypto

_RATE = 8000
_COMFORT_NOISE = 13
"""Static payload type, for a clock of 8 kHz (RFC 3389 section 4). What comes under it is heard; none is sent."""
_G711 = frozenset({Codec.PCMU, Codec.PCMA})
_PLAIN, _SECURE = "RTP/AVP", "RTP/SAVP"
_PTIME = re.compile(r"[0-9]{1,4}")
_PTIMES_MS = range(10, 61)
_MIRRORED = {
    Direction.SENDRECV: Direction.SENDRECV,
    Direction.SENDONLY: Direction.RECVONLY,
    Direction.RECVONLY: Direction.SENDONLY,
    Direction.INACTIVE: Direction.INACTIVE,
}
_WITHOUT_SENDING = {Direction.SENDRECV: Direction.RECVONLY, Direction.SENDONLY: Direction.INACTIVE}


class SdpError(ValueError):
    """The far end's SDP cannot be used: unreadable, or nothing in common."""


class SdpSession:
    """The local description and what became of it."""

    def __init__(self, offer: MediaOffer) -> None:
        self._offer = offer
        self._session_id = secrets.randbits(48)
        self._version = self._session_id
        self._last_body = ""
        self._codec: Codec | None = None
        self.direction = Direction.SENDRECV
        """What this side wants; the far end's wish narrows it."""

    def offer(self) -> bytes:
        """The SDP of an offer with everything this side can do, in the direction wanted (RFC 3264 section 5)."""
        payload_types = [(STATIC_PAYLOAD_TYPES[codec], codec) for codec in self._offer.codecs]
        ours = self._describe(payload_types, self._offer.dtmf_payload_type, self.direction, has_noise=True)
        ours.proto = _SECURE if self._offer.srtp is SrtpMode.REQUIRED else _PLAIN
        crypto = [crypto_attribute(tag, key) for tag, key in enumerate(self._offer.srtp_keys, start=1)]
        if crypto:
            ours.attributes["crypto"] = crypto
        return self._serialize([ours])

    def accept_answer(self, body: str) -> MediaAnswer:
        """Read the far end's answer to our offer (RFC 3264 section 7).

        Raises:
            SdpError: unreadable, refused (port 0), no codec of ours, or not encrypted although that is required.
        """
        sdp = _parse(body)
        _, agreed, _ = self._agree(sdp)
        self._codec = agreed.codec
        return agreed

    def answer(self, body: str) -> tuple[bytes, MediaAnswer]:
        """Answer the far end's offer (RFC 3264 section 6).

        The codec in use is kept where it is offered again, else the first of theirs that we have; their payload type for
        telephone events; direction mirrored; further streams refused.

        Raises:
            SdpError: unreadable or nothing in common.
        """
        sdp = _parse(body)
        audio, agreed, crypto = self._agree(sdp)
        self._codec = agreed.codec
        has_noise = any(theirs.payload_type == _COMFORT_NOISE for theirs in audio.codecs)
        codecs = [(agreed.payload_type, agreed.codec)]
        ours = self._describe(codecs, agreed.dtmf_payload_type, agreed.direction, has_noise=has_noise)
        ours.proto = audio.proto
        if crypto is not None and agreed.srtp is not None:
            local = next(key for key in self._offer.srtp_keys if key.suite is crypto.suite)
            ours.attributes["crypto"] = [crypto_attribute(crypto.tag, local)]
        media = [ours if theirs is audio else _refused(theirs) for theirs in sdp.media]
        return self._serialize(media), agreed

    def _agree(self, sdp: SdpMessage) -> tuple[MediaDescription, MediaAnswer, CryptoLine | None]:
        protocols = (_PLAIN,) if self._offer.srtp is SrtpMode.OFF else (_PLAIN, _SECURE)
        audio = next((m for m in sdp.media if m.media == "audio" and m.port > 0 and m.proto in protocols), None)
        connection = None if audio is None else audio.connection or sdp.connection
        if audio is None or connection is None or audio.port > 65535 or not _is_ip(connection.address):
            raise SdpError("no audio that can be reached")
        codec, payload_type = self._choose(audio)
        srtp, crypto = self._encryption(audio)
        events = next((c for c in audio.codecs if c.encoding_name.lower() == "telephone-event" and _has_rate(c)), None)
        ptimes = [int(text) for text in audio.attributes.get("ptime", []) if _PTIME.fullmatch(text)]
        agreed = MediaAnswer(
            address=connection.address,
            port=audio.port,
            codec=codec,
            payload_type=payload_type,
            dtmf_payload_type=events.payload_type if events is not None else None,
            ptime_ms=ptimes[0] if ptimes and ptimes[0] in _PTIMES_MS else self._offer.ptime_ms,
            direction=self._direction(sdp, audio, connection),
            srtp=srtp,
        )
        return audio, agreed, crypto

    def _encryption(self, audio: MediaDescription) -> tuple[SrtpAgreement | None, CryptoLine | None]:
        """Keys of the first line of theirs that fits one of our suites. Raises SdpError when one is needed and there is none."""
        ours = {key.suite: key.key for key in self._offer.srtp_keys}
        usable = (line for line in read_crypto(audio.attributes.get("crypto", [])) if line.suite in ours)
        crypto = next(usable, None)
        if crypto is not None:
            return SrtpAgreement(crypto.suite, ours[crypto.suite], crypto.key), crypto
        if self._offer.srtp is SrtpMode.REQUIRED or audio.proto == _SECURE:
            raise SdpError("no encryption in common")
        return None, None

    def _choose(self, audio: MediaDescription) -> tuple[Codec, int]:
        wanted = {codec.value: codec for codec in self._offer.codecs}
        common = [
            (wanted[c.encoding_name.upper()], c.payload_type)
            for c in audio.codecs
            if c.encoding_name.upper() in wanted and _has_rate(c) and 0 <= c.payload_type <= 127
        ]
        if not common:
            raise SdpError("no codec in common")
        return next((pair for pair in common if pair[0] is self._codec), common[0])

    def _direction(self, sdp: SdpMessage, audio: MediaDescription, connection: ConnectionData) -> Direction:
        direction = _MIRRORED[_stated_direction(sdp, audio)]
        if ipaddress.ip_address(connection.address).is_unspecified:
            # The old way to say hold (RFC 2543): nothing may be sent to them.
            direction = _WITHOUT_SENDING.get(direction, direction)
        ours = self.direction
        if ours in (Direction.RECVONLY, Direction.INACTIVE):
            direction = _WITHOUT_SENDING.get(direction, direction)
        if ours in (Direction.SENDONLY, Direction.INACTIVE):
            direction = _MIRRORED[_WITHOUT_SENDING.get(_MIRRORED[direction], _MIRRORED[direction])]
        return direction

    def _describe(
        self, codecs: list[tuple[int, Codec]], events: int | None, direction: Direction, *, has_noise: bool
    ) -> MediaDescription:
        rtpmap = [f"{number} {codec.value}/{_RATE}" for number, codec in codecs]
        formats = [str(number) for number, _ in codecs]
        attributes: dict[str, list[str]] = {"rtpmap": rtpmap}
        if has_noise and any(codec in _G711 for _, codec in codecs):
            formats.append(str(_COMFORT_NOISE))
            rtpmap.append(f"{_COMFORT_NOISE} CN/{_RATE}")
        if events is not None:
            formats.append(str(events))
            rtpmap.append(f"{events} telephone-event/{_RATE}")
            attributes["fmtp"] = [f"{events} 0-15"]
        attributes["ptime"] = [str(self._offer.ptime_ms)]
        attributes[direction.value] = []
        return MediaDescription("audio", self._offer.port, "RTP/AVP", formats, attributes=attributes)

    def _serialize(self, media: list[MediaDescription]) -> bytes:
        body = self._text(media)
        if self._last_body and body != self._last_body:
            self._version += 1
            body = self._text(media)
        self._last_body = body
        return body.encode()

    def _text(self, media: list[MediaDescription]) -> str:
        address = self._offer.address
        family = "IP6" if ":" in address else "IP4"
        origin = Origin("-", str(self._session_id), str(self._version), "IN", family, address)
        connection = ConnectionData("IN", family, address)
        return serialize_sdp(SdpMessage(origin=origin, session_name="-", connection=connection, media=media))


def _refused(theirs: MediaDescription) -> MediaDescription:
    """A stream of theirs with port 0: same kind, same place in the list (RFC 3264 section 6)."""
    return MediaDescription(theirs.media, 0, theirs.proto, theirs.formats or ["0"])


def _parse(body: str) -> SdpMessage:
    try:
        return parse_sdp(body)
    except (ValueError, IndexError) as err:
        raise SdpError("unreadable SDP") from err


def _has_rate(codec: SdpCodec) -> bool:
    return codec.clock_rate == _RATE


def _is_ip(address: str) -> bool:
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return False
    return True


def _stated_direction(sdp: SdpMessage, audio: MediaDescription) -> Direction:
    """Direction at media level, else at session level (RFC 4566 section 6)."""
    for attributes in (audio.attributes, sdp.attributes):
        for direction in Direction:
            if direction.value in attributes:
                return direction
    return Direction.SENDRECV
