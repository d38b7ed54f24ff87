import * as pulumi from "@pulumi/pulumi";
import { requireInstalledCopy } from "./installed-copy.js";

/**
 * A dynamic resource whose provider is a reference to this package. For the engine it is the same as
 * `pulumi.dynamic.Resource`, but the state holds no serialized code.
 */
export class DynamicResource extends pulumi.CustomResource {
  /**
   * @param type - Type of the resource, such as `pulumi-nodejs:dynamic:LocalScan`.
   * @param run - Name of the code in the provider's process, such as `tencent:LocalScanTask/wait`.
   */
  constructor(type: string, run: string, name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    requireInstalledCopy();
    const text = `exports.handler=()=>require("pulumi-image-scan/run")("${run}")`;
    super(type, name, { ...props, __provider: text }, opts);
  }
}
