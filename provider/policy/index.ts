import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.js";

// By default the pack only warns. Its config can make a policy block an update, or correct inputs.
new PolicyPack("pulumi-image-scan", { enforcementLevel: "advisory", policies });
