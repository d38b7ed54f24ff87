// npm run --silent emulator -- --port 0: the package's own command, from a checkout.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { bin, main, prepare, root } from "./setup.mjs";

await main(async () => {
  // The first line of the output is the emulator's own.
  prepare(2);
  const command = join(root, "dist", "provider", "cli", "main.js");
  const child = spawn(join(bin, "node"), [command, "emulator", ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGTERM", "SIGINT"]) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.on("exit", (code) => resolve(code ?? 1)));
});
