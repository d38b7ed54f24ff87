import * as pulumi from "@pulumi/pulumi";
import { requireInstalledCopy } from "./installed-copy.js";

/**
 * A dynamic resource whose provider is a reference to this package, not a copy of its code: the same
 * to the engine as `pulumi.dynamic.Resource`, without serialized closures and their cost in the state.
 */
export class DynamicResource extends pulumi.CustomResource {
  /**
   * @param token - Type of the resource after `pulumi-nodejs:dynamic/`, such as `tencent:ScanSetting`.
   * @param run - Name under which the provider's process finds the code.
   */
  constructor(token: string, run: string, name: string, props: pulumi.Inputs, opts?: pulumi.CustomResourceOptions) {
    requireInstalledCopy();
    const text = `exports.handler=()=>require("pulumi-image-scan/run")("${run}")`;
    super(`pulumi-nodejs:dynamic/${token}`, name, { ...props, __provider: text }, opts);
  }
}
