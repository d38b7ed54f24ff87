import type { UntypedServiceImplementation } from "@grpc/grpc-js";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import * as messages from "@pulumi/pulumi/proto/provider_pb.js";
import * as statuses from "@pulumi/pulumi/proto/status_pb.js";
import { codedMessage } from "../coded-message.js";
import { useConfig } from "../handlers.js";
import { cancelWaits } from "../lifecycle/cancellation.js";
import { PartialFailure } from "../lifecycle/partial-failure.js";
import { describeError, isCloudError } from "../transport/errors.js";
import { sameValue } from "../validation/canonical.js";
import { createReader, findMistakes, protectConfig, renameKeys } from "./configuration.js";
import { lookUp } from "./lookups.js";
import { findHandlers, listRepeats } from "./resources.js";
import { readSchema, version } from "./schema.js";
import { Any, Empty, Metadata, status } from "./sdk.js";
import { hideSecret, readProperties, unwrapAll, wrapRepeated, writeProperties } from "./values.js";

// The service that the engine calls. It only translates: the handlers of the dynamic resources do the work.

type Answered<Answer> = (error: object | null, answer?: Answer) => void;

/** A method of the service, from a function that answers or throws. */
function unary<Request, Answer>(work: (request: Request) => Promise<Answer>) {
  return ({ request }: { readonly request: Request }, done: Answered<Answer>): void => {
    work(request).then(
      (answer) => done(null, answer),
      (error: unknown) => done(describeFailure(error)),
    );
  };
}

/** A failure as gRPC carries it. A partial failure has a state, which the engine keeps. */
function describeFailure(error: unknown): object {
  const message = renameKeys(isCloudError(error) ? codedMessage(error) : describeError(error));
  const metadata = new Metadata();
  if (error instanceof PartialFailure) {
    const detail = new messages.ErrorResourceInitFailed();
    detail.setId(error.id);
    detail.setProperties(writeProperties(error.properties));
    detail.setReasonsList(error.reasons.map(renameKeys));
    const any = new Any();
    any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
    const answer = new statuses.Status();
    answer.setCode(status.UNKNOWN);
    answer.setMessage(message);
    answer.addDetails(any);
    // The one place where gRPC carries the details of a failure.
    metadata.set("grpc-status-details-bin", Buffer.from(answer.serializeBinary()));
  }
  return { code: status.UNKNOWN, message, details: message, metadata };
}

async function checkConfig(request: messages.CheckRequest): Promise<messages.CheckResponse> {
  const news = readProperties(request.getNews());
  return answerCheck(protectConfig(news), findMistakes(news));
}

function answerCheck(
  inputs: object,
  failures: readonly { readonly property: string; readonly reason: string }[],
): messages.CheckResponse {
  const answer = new messages.CheckResponse();
  answer.setInputs(writeProperties({ ...inputs }));
  answer.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new messages.CheckFailure();
      failure.setProperty(property);
      failure.setReason(renameKeys(reason));
      return failure;
    }),
  );
  return answer;
}

/** Another config never replaces the provider, because that would start all scans again. */
async function diffConfig(request: messages.DiffRequest): Promise<messages.DiffResponse> {
  const [olds, news] = [request.getOldInputs() ?? request.getOlds(), request.getNews()].map((one) =>
    unwrapAll(readProperties(one)),
  );
  const { DIFF_NONE, DIFF_SOME } = messages.DiffResponse.DiffChanges;
  const answer = new messages.DiffResponse();
  answer.setChanges(sameValue(olds, news) ? DIFF_NONE : DIFF_SOME);
  return answer;
}

/** The reference of this provider, which the steps of a task must name. Otherwise a second process would serve them. */
let reference = "";

async function configure(request: messages.ConfigureRequest): Promise<messages.ConfigureResponse> {
  reference = `${request.getUrn()}::${request.getId()}`;
  useConfig(createReader(readProperties(request.getArgs())));
  const answer = new messages.ConfigureResponse();
  answer.setAcceptsecrets(true);
  answer.setAcceptoutputs(true);
  return answer;
}

async function check(request: messages.CheckRequest): Promise<messages.CheckResponse> {
  const [olds, news] = [request.getOlds(), request.getNews()].map(readProperties);
  const { inputs, failures = [] } = (await findHandlers(request.getUrn()).check?.(
    unwrapAll(olds ?? {}),
    unwrapAll(news ?? {}),
  )) ?? { inputs: news };
  const hidden = failures.map(({ property, reason }) => ({ property, reason: hideSecret(reason, news ?? {}) }));
  return answerCheck(wrapRepeated(inputs, news ?? {}), hidden);
}

async function diff(request: messages.DiffRequest): Promise<messages.DiffResponse> {
  const [olds, news] = [request.getOlds(), request.getNews()].map((one) => unwrapAll(readProperties(one)));
  const result = (await findHandlers(request.getUrn()).diff?.(request.getId(), olds, news)) ?? {};
  const { DIFF_NONE, DIFF_SOME, DIFF_UNKNOWN } = messages.DiffResponse.DiffChanges;
  const answer = new messages.DiffResponse();
  // Unknown: the engine compares the inputs itself, and shows the property details.
  answer.setChanges(result.changes === undefined ? DIFF_UNKNOWN : result.changes ? DIFF_SOME : DIFF_NONE);
  answer.setReplacesList(result.replaces ?? []);
  return answer;
}

async function create(request: messages.CreateRequest): Promise<messages.CreateResponse> {
  const urn = request.getUrn();
  const inputs = readProperties(request.getProperties());
  const protect = (outs: object) => wrapRepeated({ ...outs }, inputs, listRepeats(urn));
  const { id, outs } = await keepingSecrets(protect, () => findHandlers(urn).create(unwrapAll(inputs)));
  const answer = new messages.CreateResponse();
  answer.setId(id);
  answer.setProperties(writeProperties(protect(outs)));
  return answer;
}

async function update(request: messages.UpdateRequest): Promise<messages.UpdateResponse> {
  const urn = request.getUrn();
  const [olds, news] = [request.getOlds(), request.getNews()].map(readProperties);
  const protect = (outs: object) => wrapRepeated({ ...outs }, news ?? {}, listRepeats(urn));
  const work = () => findHandlers(urn).update?.(request.getId(), unwrapAll(olds ?? {}), unwrapAll(news ?? {}));
  const { outs } = (await keepingSecrets(protect, async () => work())) ?? { outs: olds };
  const answer = new messages.UpdateResponse();
  answer.setProperties(writeProperties(protect(outs)));
  return answer;
}

/** Protects the state of a partial failure too. */
async function keepingSecrets<T>(protect: (outs: object) => object, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof PartialFailure ? Object.assign(error, { properties: protect(error.properties) }) : error;
  }
}

async function read(request: messages.ReadRequest): Promise<messages.ReadResponse> {
  const urn = request.getUrn();
  const state = readProperties(request.getProperties());
  const inputs = readProperties(request.getInputs());
  const result = (await findHandlers(urn).read?.(request.getId(), unwrapAll(state))) ?? { props: state };
  const answer = new messages.ReadResponse();
  answer.setId(result.id ?? "");
  const secrets = { ...state, ...inputs };
  answer.setProperties(writeProperties(wrapRepeated(result.props ?? {}, secrets, listRepeats(urn))));
  answer.setInputs(writeProperties(wrapRepeated(result.inputs ?? inputs, secrets)));
  return answer;
}

async function remove(request: messages.DeleteRequest): Promise<InstanceType<typeof Empty>> {
  const state = unwrapAll(readProperties(request.getProperties()));
  await findHandlers(request.getUrn()).delete?.(request.getId(), state);
  return new Empty();
}

async function invoke(request: messages.InvokeRequest): Promise<messages.InvokeResponse> {
  const answer = new messages.InvokeResponse();
  answer.setReturn(writeProperties(await lookUp(request.getTok(), readProperties(request.getArgs()))));
  return answer;
}

async function construct(request: messages.ConstructRequest): Promise<messages.ConstructResponse> {
  // Loaded here, because it loads the SDK's runtime.
  const { constructTask } = require("./construct.js") as typeof import("./construct.js");
  return constructTask(request, reference);
}

async function cancel(): Promise<InstanceType<typeof Empty>> {
  cancelWaits();
  return new Empty();
}

async function getSchema(): Promise<messages.GetSchemaResponse> {
  const answer = new messages.GetSchemaResponse();
  answer.setSchema(readSchema());
  return answer;
}

async function getPluginInfo(): Promise<plugin.PluginInfo> {
  const answer = new plugin.PluginInfo();
  answer.setVersion(version);
  return answer;
}

/** The methods that the engine calls. It can do without the others. */
export const service: UntypedServiceImplementation = {
  checkConfig: unary(checkConfig),
  diffConfig: unary(diffConfig),
  configure: unary(configure),
  check: unary(check),
  diff: unary(diff),
  create: unary(create),
  update: unary(update),
  read: unary(read),
  delete: unary(remove),
  invoke: unary(invoke),
  construct: unary(construct),
  cancel: unary(cancel),
  getSchema: unary(getSchema),
  getPluginInfo: unary(getPluginInfo),
};
