import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
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
