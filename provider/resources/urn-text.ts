import * as pulumi from "@pulumi/pulumi";

/**
 * URN of a dynamic resource, as plain text. An output of the parent would make the resource depend on all children of
 * the parent, itself included.
 */
export function urnText(name: string, type: string, parent: pulumi.Resource | undefined): pulumi.Input<string> {
  if (parent !== undefined) {
    return new Promise((resolve) => {
      pulumi.createUrn(name, type, parent).apply(resolve);
    });
  }
  return `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`;
}
