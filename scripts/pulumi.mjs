// npm run pulumi -- ARGUMENTS: a Pulumi CLI as the tests use it, with a Node that the package accepts.
import { spawn } from "node:child_process";
import { pulumiCli } from "./pulumi-cli.mjs";
import { main, prepare } from "./setup.mjs";

await main(async () => {
  prepare();
  pulumiCli();
  const child = spawn("pulumi", process.argv.slice(2), { stdio: "inherit" });
  // The CLI gets Ctrl-C too, and ends by its own rules.
  process.on("SIGINT", () => undefined);
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
});
