import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.js";

// The pack warns; who wants it to block, or to mend, says so in the pack's config.
new PolicyPack("pulumi-image-scan", { enforcementLevel: "advisory", policies });
