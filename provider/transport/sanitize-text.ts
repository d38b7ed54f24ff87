/** A cloud's text as it may be shown in a terminal: without control characters and halves of characters, and of bounded length. */
export function sanitizeText(text: string, longest = 4_000): string {
  const shown = text.replace(/[\p{Cc}\p{Bidi_Control}\p{Surrogate}]+/gu, " ");
  return shown.length <= longest ? shown : `${shown.slice(0, longest)}…`;
}
