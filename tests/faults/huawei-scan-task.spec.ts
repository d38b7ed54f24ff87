import { huaweiScan } from "../support/fault-subjects.js";
import { testOf } from "../support/faults-page.js";

testOf(huaweiScan);
