import { PolicyPack } from "@pulumi/policy";
import { readConfigNames } from "./config-names.js";
import { policies } from "./policies.js";

readConfigNames();
// By default the pack only warns. Its config can make a policy block an update, or correct inputs.
new PolicyPack("pulumi-image-scan", { enforcementLevel: "advisory", policies });
