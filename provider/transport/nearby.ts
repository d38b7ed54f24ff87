// Hosts that plain http may be spoken to, and that are never reached through a proxy.

/** Whether an address is of this machine itself. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Whether a host is the metadata service of one of the clouds, which answers only within a machine there. */
export function isMetadataService({ hostname }: URL): boolean {
  return hostname === "metadata.tencentyun.com" || hostname === "169.254.169.254";
}
