/** More than any message of either cloud has. */
const longest = 4_000;

/** A cloud's text as it may be shown in a terminal: without control characters, and of bounded length. */
export function plain(text: string): string {
  const shown = text.replace(/[\p{Cc}\p{Bidi_Control}]+/gu, " ");
  return shown.length <= longest ? shown : `${shown.slice(0, longest)}…`;
}
