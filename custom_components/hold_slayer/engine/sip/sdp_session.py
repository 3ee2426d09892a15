"""Offer and answer of one leg (RFC 3264, RFC 4566): `MediaOffer` and `MediaAnswer` on one side, SDP text on the other.

One audio stream of G.711 with telephone events. The o= line keeps its session id, and its version rises only when something
changes (RFC 3264 section 8). Not done: SRTP, ICE, more than one stream (further ones are refused with port 0).
"""

import secrets

from aiosipua.sdp import ConnectionData, MediaDescription, Origin, SdpMessage, parse_sdp, serialize_sdp

from ..model.media_description import STATIC_PAYLOAD_TYPES, Codec, Direction, MediaAnswer, MediaOffer

CONTENT_TYPE = "application/sdp"

_MIRRORED = {
    Direction.SENDRECV: Direction.SENDRECV,
    Direction.SENDONLY: Direction.RECVONLY,
    Direction.RECVONLY: Direction.SENDONLY,
    Direction.INACTIVE: Direction.INACTIVE,
}


class SdpError(ValueError):
    """The far end's SDP cannot be used: unreadable, or nothing in common."""


class SdpSession:
    """The local description and what became of it."""

    def __init__(self, offer: MediaOffer) -> None:
        self._offer = offer
        self._session_id = secrets.randbits(48)
        self._version = self._session_id
        self._last_body = ""

    def offer(self) -> bytes:
        """The SDP of an offer with everything this side can do."""
        payload_types = [(STATIC_PAYLOAD_TYPES[codec], codec) for codec in self._offer.codecs]
        return self._describe(payload_types, self._offer.dtmf_payload_type, Direction.SENDRECV, 1)

    def accept_answer(self, body: str) -> MediaAnswer:
        """Read the far end's answer to our offer.

        Raises:
            SdpError: unreadable, refused (port 0), or no codec of ours.
        """
        return self._agree(_parse(body))

    def answer(self, body: str) -> tuple[bytes, MediaAnswer]:
        """Answer the far end's offer: its order of codecs, its payload type for telephone events, direction mirrored.

        Raises:
            SdpError: unreadable or nothing in common.
        """
        sdp = _parse(body)
        agreed = self._agree(sdp)
        payload_types = [(agreed.payload_type, agreed.codec)]
        streams = len(sdp.media)
        return self._describe(payload_types, agreed.dtmf_payload_type, agreed.direction, streams), agreed

    def _agree(self, sdp: SdpMessage) -> MediaAnswer:
        audio = sdp.audio
        place = sdp.rtp_address
        if audio is None or place is None or audio.port == 0:
            raise SdpError("the far end offers no audio")
        wanted = {codec.value: codec for codec in self._offer.codecs}
        codec = next((c for c in audio.codecs if c.encoding_name.upper() in wanted and c.clock_rate == 8000), None)
        if codec is None:
            raise SdpError("no codec in common")
        events = next((c for c in audio.codecs if c.encoding_name.lower() == "telephone-event"), None)
        ptime = next((text for text in audio.attributes.get("ptime", []) if text.isdecimal()), "20")
        direction = _MIRRORED[_direction(sdp, audio)]
        if place[0] in ("0.0.0.0", "::"):  # noqa: S104 - the old way to say hold (RFC 2543), not an address to bind
            direction = Direction.INACTIVE
        return MediaAnswer(
            address=place[0],
            port=place[1],
            codec=wanted[codec.encoding_name.upper()],
            payload_type=codec.payload_type,
            dtmf_payload_type=events.payload_type if events is not None else None,
            ptime_ms=int(ptime),
            direction=direction,
        )

    def _describe(
        self, codecs: list[tuple[int, Codec]], events: int | None, direction: Direction, streams: int
    ) -> bytes:
        rtpmap = [f"{number} {codec.value}/8000" for number, codec in codecs]
        formats = [str(number) for number, _ in codecs]
        attributes: dict[str, list[str]] = {"rtpmap": rtpmap}
        if events is not None:
            formats.append(str(events))
            rtpmap.append(f"{events} telephone-event/8000")
            attributes["fmtp"] = [f"{events} 0-15"]
        attributes["ptime"] = [str(self._offer.ptime_ms)]
        attributes[direction.value] = []
        media = [MediaDescription("audio", self._offer.port, "RTP/AVP", formats, attributes=attributes)]
        media += [MediaDescription("audio", 0, "RTP/AVP", ["0"]) for _ in range(streams - 1)]
        return self._serialize(media)

    def _serialize(self, media: list[MediaDescription]) -> bytes:
        address = self._offer.address
        family = "IP6" if ":" in address else "IP4"
        origin = Origin("-", str(self._session_id), str(self._version), "IN", family, address)
        connection = ConnectionData("IN", family, address)
        body = serialize_sdp(SdpMessage(origin=origin, session_name="-", connection=connection, media=media))
        if self._last_body and body != self._last_body:
            self._version += 1
            origin.session_version = str(self._version)
            body = serialize_sdp(SdpMessage(origin=origin, session_name="-", connection=connection, media=media))
        self._last_body = body
        return body.encode()


def _parse(body: str) -> SdpMessage:
    try:
        return parse_sdp(body)
    except ValueError as err:
        raise SdpError("unreadable SDP") from err


def _direction(sdp: SdpMessage, audio: MediaDescription) -> Direction:
    """Direction at media level, else at session level (RFC 4566 section 6)."""
    for attributes in (audio.attributes, sdp.attributes):
        for direction in Direction:
            if direction.value in attributes:
                return direction
    return Direction.SENDRECV
