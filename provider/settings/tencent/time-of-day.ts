/** The APIs take "01:00" and give back "01:00", "01:00:00" or a whole date. */
export function timeOf(time: string | undefined): string | undefined {
  return time === undefined ? undefined : (/(\d\d:\d\d)(:\d\d)?$/.exec(time)?.[1] ?? time);
}
