const needed = [22, 19] as const;

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < needed[0] || (major === needed[0] && minor < needed[1])) {
  // Before anything else is loaded: what fails next on an older Node says nothing about the cause.
  throw new Error(
    `pulumi-image-scan needs Node ${needed.join(".")} or later, and this is Node ${process.versions.node} (${process.execPath}). Put a newer one first on PATH.`,
  );
}
