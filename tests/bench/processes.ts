import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A process of a benchmark's own, which answers one message with one message. */
export class Helper<Asked, Answer> {
  readonly #process: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#process = child;
  }

  /** Starts a module of this folder; gives what it says first as well. */
  static async start<Asked, Answer, First>(
    module: string,
    ...args: string[]
  ): Promise<{ readonly helper: Helper<Asked, Answer>; readonly first: First }> {
    const child = fork(join(__dirname, `${module}.js`), args);
    return { helper: new Helper<Asked, Answer>(child), first: (await answerOf(child)) as First };
  }

  async ask(question: Asked): Promise<Answer> {
    this.#process.send(question as object);
    return (await answerOf(this.#process)) as Answer;
  }

  async stop(): Promise<void> {
    this.#process.disconnect();
    if (this.#process.exitCode === null) await once(this.#process, "exit");
  }
}

async function answerOf(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`a process of the benchmark ended with ${code}`);
  });
  const [answer] = (await Promise.race([once(child, "message"), ended])) as [unknown];
  return answer;
}

/** For the module of a helper: says something first, then answers each message. Ends with its parent. */
export function serve<Asked, Answer>(first: unknown, answer: (question: Asked) => Promise<Answer>): void {
  process.on("message", (question: Asked) => {
    void answer(question).then((reply) => process.send?.(reply as object));
  });
  process.on("disconnect", () => process.exit(0));
  process.send?.(first as object);
}

/**
 * Seconds of CPU that this process's children have used, and their children, as far as they have ended and were waited
 * for. The CLI waits for its language host, and for its providers. Told by Linux only, in hundredths of a second.
 */
export function cpuOfChildren(): number {
  const stat = readFileSync("/proc/self/stat", "utf8");
  // After the name, which may hold anything: the state is the first field, and these are the 14th and the 15th.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [Number(fields[13]), Number(fields[14])];
  if (!Number.isFinite(user) || !Number.isFinite(system))
    throw new Error("the system does not tell the CPU of children");
  return (user + system) / 100;
}
