#!/usr/bin/env node
import { nodeProblem } from "../transport/node-version.js";

// The provider plugin, which the CLI starts for programs in any language. It says its port, and serves until it is killed.

if (nodeProblem === undefined) {
  (require("./server.js") as typeof import("./server.js")).serve();
} else {
  process.stderr.write(`${nodeProblem}\n`);
  process.exitCode = 1;
}
