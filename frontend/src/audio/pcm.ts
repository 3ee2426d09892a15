// 16-bit little-endian PCM as it travels: in base64 down (Home Assistant's websocket sends text only), in binary frames up.

/** The samples of a piece. */
export function fromBase64(pcm: string): Int16Array<ArrayBuffer> {
  const bytes = Uint8Array.from(atob(pcm), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Int16Array.from({ length: bytes.length >> 1 }, (_, index) => view.getInt16(index * 2, true));
}

/** A binary frame up: handler, the last piece played (the low 16 bits), then the microphone's samples, if any. */
export function frame(handler: number, seq: number, pcm?: Int16Array): Uint8Array<ArrayBuffer> {
  const out = new DataView(new ArrayBuffer(3 + (pcm?.length ?? 0) * 2));
  out.setUint8(0, handler);
  out.setUint16(1, seq & 0xffff, true);
  pcm?.forEach((value, index) => {
    out.setInt16(3 + index * 2, value, true);
  });
  return new Uint8Array(out.buffer);
}

/** Loudness of samples of -1 to 1 as they are (RMS). */
export function rms(samples: ArrayLike<number>): number {
  let sum = 0;
  for (let index = 0; index < samples.length; index++) sum += (samples[index] ?? 0) ** 2;
  return Math.sqrt(sum / Math.max(1, samples.length));
}
