import * as pulumi from "@pulumi/pulumi";

/**
 * URN of a dynamic resource, as text alone: an output of a parent would make the resource depend on all children of the
 * parent, and so on itself.
 */
export function urnText(name: string, type: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  if (parent !== undefined) {
    return new Promise((resolve) => {
      pulumi.createUrn(name, type, parent).apply(resolve);
    });
  }
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
}
