import { RunError } from "@pulumi/pulumi/errors.js";
import { nodeProblem } from "./transport/node-version.js";

// Before anything else is loaded: what fails next on an older Node says nothing about the cause. Pulumi shows no stack of
// a RunError; the provider's process and Node itself show the stack of every error.
if (nodeProblem !== undefined) throw Object.assign(new RunError(nodeProblem), { stack: nodeProblem });
