/** A command of `pulumi-image-scan`. */
export interface Command {
  readonly usage: string;
  /** Gives the exit status. */
  run(args: readonly string[]): Promise<number>;
}

/** The command was called in a wrong way: exit status 2. */
export class UsageError extends Error {}
