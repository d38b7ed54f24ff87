import { settings, tasks } from "../support/fault-subjects.js";
import { testOf } from "../support/faults-page.js";

for (const subject of [...tasks, ...settings]) if (subject.vendor === "huawei") testOf(subject);
