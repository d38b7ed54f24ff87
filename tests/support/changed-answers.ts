import { parseJson, writeJson } from "../../provider/transport/json.js";
import type { Account } from "./account.js";

/** From now on, the answers of an account's clouds are changed; those without a content of JSON stay as they are. */
export function changeAnswers<Answer>({ emulator }: Account, by: (answer: Answer, action: string) => unknown): void {
  const { tencent, huawei } = emulator;
  const { run } = tencent;
  tencent.run = (call, now) => by(run.call(tencent, call, now) as Answer, call.action) as object;
  const runHuawei = huawei.run;
  huawei.run = (routed, request, now) => {
    const reply = runHuawei.call(huawei, routed, request, now);
    if (reply.body?.startsWith("{") !== true) return reply;
    return { ...reply, body: writeJson(by(parseJson(reply.body) as Answer, routed.action)) };
  };
}
