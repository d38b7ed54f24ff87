import { createHmac, createSecretKey, type Hmac, hash, type KeyObject } from "node:crypto";

export function sha256Hex(data: string | Uint8Array): string {
  return hash("sha256", data);
}

type Key = string | KeyObject;

/** The digest as a key for the next one: Node needs seven times as long to start from bytes. */
export function hmacSha256Key(key: Key, data: string): KeyObject {
  return createSecretKey(hmac(key, data).digest());
}

export function hmacSha256Hex(key: Key, data: string): string {
  return hmac(key, data).digest("hex");
}

function hmac(key: Key, data: string): Hmac {
  return createHmac("sha256", key).update(data);
}
