import type { Answer } from "../../transport/answer.js";
import { pageOf, type Shape } from "../../transport/shape.js";

export type Listed<Row> = Promise<Answer<{ TotalCount?: number; List?: Row[] }>>;

export function listAnswer<Row>(row: Shape<Row>) {
  return pageOf(row, { rows: "List", total: "TotalCount" });
}
