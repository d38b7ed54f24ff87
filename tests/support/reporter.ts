import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** Mocha's own report, with the numbers in a file for the plain line that `npm test` ends with. */
class Reporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const { counts } = options.reporterOptions as { counts: string };
    runner.once("end", () => {
      const { passes = 0, failures = 0, pending = 0 } = this.stats;
      writeFileSync(counts, JSON.stringify({ passed: passes, failed: failures, skipped: pending }));
    });
  }
}

export = Reporter;
