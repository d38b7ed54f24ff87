import { nodeProblem } from "./node-version.js";

// Before anything else is loaded: what fails next on an older Node says nothing about the cause.
if (nodeProblem !== undefined) throw new Error(nodeProblem);
