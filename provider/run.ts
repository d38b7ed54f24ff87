import "./node-version.js";

import type { dynamic } from "@pulumi/pulumi";
import { handlers, useConfig } from "./handlers.js";
import { endWithEngine } from "./lifecycle/engine.js";

// The entry of the dynamic provider's process. The state holds, as the provider of each resource, a text that
// requires this module and names the resource; so state and code are of the installed version, and
// the names are a contract with every state ever written.

/** The provider of the resource with this name. */
function provider(name: string): dynamic.ResourceProvider {
  endWithEngine();
  return {
    // Set before the first await: the SDK does not make a second call wait for this one.
    async configure(request) {
      useConfig((key) => request.config.get(key));
    },
    ...handlers(name),
  };
}

export = provider;
