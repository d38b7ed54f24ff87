import * as pulumi from "@pulumi/pulumi";

/**
 * A dynamic resource whose provider is a reference to this package, not a copy of its code: the same
 * to the engine as `pulumi.dynamic.Resource`, without serialized closures and their cost in the state.
 */
export class DynamicResource extends pulumi.CustomResource {
  /**
   * @param type - Type of the resource, such as `pulumi-nodejs:dynamic:LocalScan`.
   * @param run - Name under which the provider's process finds the code.
   */
  constructor(type: string, run: string, name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    const text = `exports.handler=()=>require("pulumi-image-scan/run")("${run}")`;
    super(type, name, { ...props, __provider: text }, opts);
  }
}
