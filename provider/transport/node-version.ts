const needed = [22, 19] as const;

/** Why this Node cannot run the package. Undefined if it can. */
export const nodeProblem = explainOldNode(process.versions.node);

function explainOldNode(version: string): string | undefined {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > needed[0] || (major === needed[0] && minor >= needed[1])) return undefined;
  return `pulumi-image-scan needs Node ${needed.join(".")} or later, and this is Node ${version} (${process.execPath}). Put a newer one first on PATH.`;
}
