import { settings } from "../support/fault-subjects.js";
import { testOf } from "../support/faults-page.js";

for (const setting of settings) testOf(setting);
