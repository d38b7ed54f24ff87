import { type HuaweiCall, HuaweiClient, type HuaweiConnection } from "../../huawei/api/client.js";
import { TencentClient, type TencentConnection } from "../../tencent/api/client.js";
import type { Answer } from "../../transport/answer.js";
import { isCloudError } from "../../transport/errors.js";
import { Limiter } from "../../transport/limiter.js";
import type { Effect } from "../../transport/retry.js";
import type { Shape } from "../../transport/shape.js";
import type { AnswerShapes } from "./answer-shape.js";

// The clients of the doctor: they keep the shapes of answers, and refuse to write.

function requireRead(action: string, effect: Effect): void {
  if (effect !== "read") throw new Error(`the doctor only reads, and ${action} does not`);
}

async function noteRefusal<T>(shapes: AnswerShapes, action: string, call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (isCloudError(error) && error.kind !== "protocol") shapes.refuse(action, error.code);
    throw error;
  }
}

export class ReadingTencentClient extends TencentClient {
  readonly #shapes: AnswerShapes;

  constructor(connection: TencentConnection, shapes: AnswerShapes) {
    super(connection, new Limiter());
    this.#shapes = shapes;
  }

  override call<T>(action: string, effect: Effect, request: object, shape: Shape<T>): Promise<Answer<T>> {
    requireRead(action, effect);
    return noteRefusal(this.#shapes, action, super.call(action, effect, request, this.#shapes.observe(action, shape)));
  }
}

export class ReadingHuaweiClient extends HuaweiClient {
  readonly #shapes: AnswerShapes;

  constructor(connection: HuaweiConnection, shapes: AnswerShapes) {
    super(connection, new Limiter());
    this.#shapes = shapes;
  }

  override call<T>(call: HuaweiCall<T>): Promise<Answer<T>> {
    requireRead(call.action, call.effect);
    const answer = this.#shapes.observe(call.action, call.answer);
    return noteRefusal(this.#shapes, call.action, super.call({ ...call, answer }));
  }
}
