/** An image as a table for a terminal shows it. */
export interface ShownImage {
  readonly name: string;
  readonly scanStatus: string;
  readonly scanTime: string | undefined;
  /** Shown below the image, a line each: ids and digests need most of a line. */
  readonly facts: readonly string[];
}

// A terminal has 80 columns, and a digest 71.
const widths = { name: 42, status: 16 };

/** The images in 80 columns. Nothing is cut: a name that is too long has a line of its own. */
export function renderImages(images: readonly ShownImage[]): string {
  if (images.length === 0) return "";
  const head = row("IMAGE", "LAST SCAN", "AT");
  return [head, ...images.flatMap(formatLines), ""].join("\n");
}

function formatLines({ name, scanStatus, scanTime, facts }: ShownImage): string[] {
  const time = scanTime?.slice(0, 19).replace("T", " ") ?? "never";
  const rows = name.length > widths.name ? [name, row("", scanStatus, time)] : [row(name, scanStatus, time)];
  return [...rows, ...facts.map((fact) => `  ${fact}`)];
}

function row(name: string, status: string, time: string): string {
  return `${name.padEnd(widths.name)} ${status.padEnd(widths.status)} ${time}`;
}
