import type { Fault } from "../../emulator/index.js";
import type { Account } from "./account.js";

export type Vendor = "tencent" | "huawei";

/** One row of the matrix: what goes wrong, and how to make it so. */
export interface FaultRow {
  readonly name: string;
  /** A fault of answers, as each cloud has it. */
  readonly fault?: (vendor: Vendor) => Omit<Fault, "action">;
  /** How often it happens where it happens once; more where the cloud does it in bursts. */
  readonly burst?: number;
  /** Something else that goes wrong. */
  readonly begin?: (account: Account) => void;
  readonly end?: (account: Account) => Promise<void> | void;
  /** Whether there is no such thing as one time. */
  readonly lastingOnly?: boolean;
  /** Whether the client has to give up. */
  readonly isSilent?: boolean;
  /** Steps in which it means anything; all where absent. */
  readonly steps?: readonly string[];
}

const answers = (fault: Fault["fault"], more: Partial<Fault> = {}) => ({ fault: () => ({ fault, ...more }) });
const refusals = (tencent: string, huawei: string, status = 400) => ({
  fault: (vendor: Vendor) => ({ fault: "error" as const, code: vendor === "tencent" ? tencent : huawei, status }),
});

export const faultRows: readonly FaultRow[] = [
  {
    name: "connection refused",
    begin: ({ emulator }) => emulator.suspend(),
    end: ({ emulator }) => emulator.resume(),
  },
  { name: "reset before acceptance", ...answers("reset") },
  { name: "reset after acceptance", ...answers("reset", { executed: true }) },
  { name: "no answer, not accepted", ...answers("hang"), isSilent: true },
  { name: "no answer, accepted", ...answers("hang", { executed: true }), isSilent: true },
  { name: "half a response, accepted", ...answers("half", { executed: true }) },
  { name: "an answer in small pieces", ...answers("slow", { ms: 20 }) },
  { name: "an answer too late", ...answers("delay", { ms: 200 }), isSilent: true },
  { name: "502 with HTML, not accepted", ...answers("status", { status: 502 }) },
  { name: "503 with HTML, accepted", ...answers("status", { status: 503, executed: true }) },
  { name: "cut-off JSON, accepted", ...answers("garbage", { executed: true }) },
  { name: "JSON without the API's envelope", ...answers("empty", { executed: true }) },
  { name: "an answer of 20 MB", ...answers("huge", { executed: true }) },
  { name: "null in every field", ...answers("nulls") },
  { name: "wrong types", ...answers("types") },
  { name: "unknown status words", ...answers("words") },
  { name: "counts that do not add up", ...answers("counts") },
  { name: "list pages that shift", ...answers("shift") },
  { name: "throttled", ...refusals("RequestLimitExceeded", "APIGW.0308", 429), burst: 5 },
  { name: "an internal error", ...refusals("InternalError", "APIGW.0501", 500) },
  { name: "credentials revoked", ...refusals("AuthFailure.SecretIdNotFound", "APIGW.0301", 401) },
  { name: "temporary credentials expired", ...refusals("AuthFailure.TokenFailure", "APIGW.0307", 401) },
  { name: "permission taken away", ...refusals("UnauthorizedOperation", "HSS.0013") },
  {
    name: "clock an hour off",
    lastingOnly: true,
    begin: ({ emulator }) => {
      emulator.skewMs = 3_600_000;
    },
  },
  { name: "the task's record expires", ...answers("forget"), steps: ["the wait", "the end"] },
];
