import { RunError } from "@pulumi/pulumi/errors.js";

const needed = [22, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  // Before anything else is loaded: what fails next on an older Node says nothing about the cause.
  const text = `pulumi-image-scan needs Node ${needed.join(".")} or later, and this is Node ${process.versions.node} (${process.execPath}). Put a newer one first on PATH.`;
  // Of a RunError, Pulumi shows no stack; the provider's process and Node itself show one of every error.
  throw Object.assign(new RunError(text), { stack: text });
}
