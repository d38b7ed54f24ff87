/** A stand-in for @pulumi/kubernetes, with all that the docs use of it. Its plugin is pulumi-resource-kubernetes.ts. */
export const kubernetesPackage = {
  "package.json": { name: "@pulumi/kubernetes", version: "4.0.0", peerDependencies: { "@pulumi/pulumi": "*" } },
  "index.d.ts": `import * as pulumi from "@pulumi/pulumi";
export namespace apps.v1 {
  class Deployment extends pulumi.CustomResource {
    constructor(name: string, args: { spec: object });
  }
}
`,
  "index.js": `const { CustomResource } = require("@pulumi/pulumi");
class Deployment extends CustomResource {
  constructor(name, args) {
    super("kubernetes:apps/v1:Deployment", name, args);
  }
}
exports.apps = { v1: { Deployment } };
`,
} as const;
