/**
 * Reads a JSON text as a shell may write it: in UTF-8 or UTF-16, with or without a byte order mark. Returns undefined
 * if the text is empty. If it is not JSON, the thrown error says why.
 */
export function decodeJson(bytes: Uint8Array): unknown {
  const text = decodeText(bytes);
  if (text.trim() === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("is not JSON");
  }
}

function decodeText(bytes: Uint8Array): string {
  try {
    // The decoder takes the byte order mark away.
    return new TextDecoder(detectEncoding(bytes), { fatal: true }).decode(bytes);
  } catch {
    throw new Error("is neither UTF-8 nor UTF-16");
  }
}

/** JSON begins with an ASCII character, so the place of a zero byte tells UTF-16, which PowerShell 5 writes. */
function detectEncoding([first, second]: Uint8Array): string {
  if ((first === 0xff && second === 0xfe) || second === 0) return "utf-16le";
  return (first === 0xfe && second === 0xff) || first === 0 ? "utf-16be" : "utf-8";
}
