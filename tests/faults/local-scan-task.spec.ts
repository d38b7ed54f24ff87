import { localScan } from "../support/fault-subjects.js";
import { testOf } from "../support/faults-page.js";

testOf(localScan);
