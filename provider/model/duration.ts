/** A duration for a reader: "45 s", "12 min", "1.5 h". */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

/** The same for a narrow column: "45s", "12m", "1.5h". */
export function shortDuration(seconds: number): string {
  return duration(seconds).replace(/ (.).*/, "$1");
}
