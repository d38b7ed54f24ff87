import { nodeProblem } from "./transport/node-version.js";

// Before anything else is loaded: what fails next on an older Node says nothing about the cause. Pulumi shows no stack of
// a RunError; the provider's process and Node itself show the stack of every error. The SDK's errors load all of gRPC, so
// they are loaded only here.
if (nodeProblem !== undefined) {
  const { RunError } = require("@pulumi/pulumi/errors.js") as typeof import("@pulumi/pulumi/errors.js");
  throw Object.assign(new RunError(nodeProblem), { stack: nodeProblem });
}
