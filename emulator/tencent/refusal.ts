import { ApiError } from "../server/api-error.js";
import type { Problem } from "../server/parameters.js";

const codes = {
  unknown: "UnknownParameter",
  missing: "MissingParameter",
  type: "InvalidParameter.ParsingError",
  range: "InvalidParameter",
} as const;

export function refuseParameter({ name, problem, wanted }: Problem): ApiError {
  const texts = {
    unknown: `The parameter \`${name}\` is not recognized.`,
    missing: `The request is missing the required parameter \`${name}\`.`,
    type: `The parameter \`${name}\` is not of type ${wanted}.`,
    range: `The value of parameter \`${name}\` is not ${wanted}.`,
  };
  return new ApiError(codes[problem], texts[problem]);
}
