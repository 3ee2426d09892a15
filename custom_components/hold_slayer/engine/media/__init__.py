"""Media sessions: RTP in and out, DTMF, bridge. Packets, jitter buffer and concealment are aiortp's."""
