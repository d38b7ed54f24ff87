import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies.js";

// The pack warns. Its config makes a policy block or mend.
new PolicyPack("pulumi-image-scan", { enforcementLevel: "advisory", policies });
