import type { CodedError } from "../model/error-codes.js";
import type { FindingName, Findings, ImageFindings, ListedVulnerability } from "../model/findings.js";
import type { Outcome, ScanCounts, TaskIds } from "../model/status.js";
import type { InputRules } from "../validation/inputs.js";
import type { Check } from "../validation/rules.js";
import type { Claims } from "./submission/ownership.js";

/** What one reading of a task shows. */
export type Observation =
  | {
      readonly state: "running";
      readonly rawStatus: string;
      readonly counts?: ScanCounts;
      readonly percent?: number;
      readonly secondsLeft?: number;
    }
  | {
      readonly state: "ended";
      readonly outcome: Outcome;
      /** Absent if nobody can know what this scan found. */
      readonly findings?: Findings;
      /** The numbers contradict each other, so they may not be final. */
      readonly settling?: boolean;
    }
  /**
   * The cloud does not show the task, or shows nothing of it yet. If this lasts for `patienceSeconds` (default: a
   * minute), the scan ends with `outcome`.
   */
  | { readonly state: "missing"; readonly outcome?: Outcome; readonly patienceSeconds?: number };

/** The result of a search for the task of a request, among the tasks that are newer than its baseline. */
export type TaskMatch =
  | { readonly match: "none" }
  | { readonly match: "one"; readonly ids: TaskIds }
  /** A candidate still runs. Its end shows if it is the task. */
  | {
      readonly match: "pending";
      readonly candidate: string;
      /** Only if no other task could be the one. */
      readonly ids?: TaskIds;
    }
  | {
      readonly match: "unclear";
      readonly candidates: readonly string[];
      readonly why: string;
    };

/** How the account looked before a request was sent. Each kind keeps what it needs to identify its task. */
export type Baseline = object;
/** The request of a task, in its normal form. Each kind has its own fields. */
export type Request = object;

export interface Submitted {
  readonly ids: TaskIds;
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverTime: number;
}

export interface TypedTask<Request, Baseline> {
  readonly ids: TaskIds;
  readonly request: Request;
  readonly baseline: Baseline;
  /** Adopted with `adoptTaskId`: request and baseline may not belong to it. */
  readonly adopted: boolean;
}

/** The facts of a submitted task that a stop needs, in addition to its ids. */
export interface TypedStopContext<Request, Baseline> {
  /** The part of the request that `stopScope` selected. */
  readonly scope: Partial<Request>;
  /** Only for kinds with `comparesWithBaseline`. */
  readonly baseline: Baseline | undefined;
}

/** How the task of a request is found, on a cloud that answers without an id. */
interface Discovery {
  /** Requests with the same key are sent one after the other. */
  readonly queueKey: string;
  /** In one queue, the tasks of requests with the same key cannot be distinguished. */
  readonly ambiguityKey: string;
}

/** The API rules of one kind of task, bound to an account. */
export interface TypedDriver<Request, Baseline> {
  /**
   * Finds the images that the request names in words that the API does not take. Returns the fields that take the place
   * of `images`. Only for kinds with `needsPins`.
   */
  pinImages?(request: Request): Promise<Partial<Request>>;
  /** Reads the account before the submission. `findTask` and `observe` compare with it later. */
  readBaseline(scope: Partial<Request>): Promise<Baseline>;
  /** Searches for the task of a request, among the tasks that are newer than the baseline. */
  findTask(request: Request, baseline: Baseline, claims: Claims): Promise<TaskMatch>;
  /** Starts the work before a submission. The returned function says what is still unfinished; undefined if nothing. */
  prepare?(request: Request): Promise<() => Promise<string | undefined>>;
  /**
   * Asks by reads alone whether the cloud would surely refuse the request, and gives the reason. Undefined if it would
   * not, or if reads cannot tell.
   */
  findRefusal?(request: Request): Promise<CodedError | undefined>;
  submit(request: Request, baseline: Baseline): Promise<Submitted>;
  /** After a `busy` refusal: says what is in the way now. Undefined if nothing is. */
  findObstacle(request: Request): Promise<string | undefined>;
  observe(task: TypedTask<Request, Baseline>): Promise<Observation>;
  /** All vulnerabilities of one image of an observation. */
  listVulnerabilities(
    image: ImageFindings,
    task: TypedTask<Request, Baseline>,
  ): Promise<readonly ListedVulnerability[]>;
  /** Whether the ids alone identify the task. If a driver does not have this function, they do. */
  isNamed?(ids: TaskIds): boolean;
  /** Undefined if the cloud does not show the task, or shows nothing of it yet. */
  isRunning(ids: TaskIds, context: TypedStopContext<Request, Baseline>): Promise<boolean | undefined>;
  /** Asks for a stop. The task can still run for some time. Returns a reason if the cloud cannot stop it. */
  stop(ids: TaskIds, context: TypedStopContext<Request, Baseline>): Promise<string | undefined>;
}

/** A kind of one-shot scan: the arguments of its resource, and the behavior of its API. */
export interface TypedKind<Client, Request, Baseline> {
  /** Name of the resource, such as `tencent:LocalScanTask`. */
  readonly token: string;
  /** The fields of its request. */
  readonly inputs: InputRules;
  /** Names of the outputs that identify the task. */
  readonly ids: readonly string[];
  /** Whether the request names images in words that the API does not take. */
  needsPins?(request: Request): boolean;
  /** The content of the create call. A change of it starts a new scan. */
  createPayload(request: Request): object;
  /** The check of `adoptTaskId`. */
  readonly adoptable: Check;
  parseAdoptedId(adoptTaskId: string): TaskIds;
  /** Only for kinds whose cloud answers a submission without an id. Their task must always be found. */
  discovery?(request: Request, baseline: Baseline): Discovery;
  /** The part of a request that decides which baseline is read. Keep it small: it is a key of the shared reading. */
  baselineScope?(request: Request): Partial<Request>;
  /** The part of a request that a stop needs, in addition to the ids. It is in the state. */
  stopScope?(request: Request, baseline: Baseline): Partial<Request>;
  /** What a scan of this request takes, in words for a preview: "3 images". */
  describeImages(request: Request): string;
  /** The findings that a scan of this request looks for. Undefined if only the cloud knows. */
  detectableFindings(request: Request): readonly FindingName[] | undefined;
  /** Whether the request names content that cannot change, so that a later scan has the same content. */
  namesContent?(request: Request): boolean;
  /** Whether `observe` compares with the baseline. */
  readonly comparesWithBaseline?: boolean;
  /** The images that a task of this request scans. `["*"]` if only the cloud knows them. */
  contestedImages?(request: Partial<Request>): readonly string[];
  /** Seconds after which the cloud ends the scan. Undefined if the request does not say so. */
  timeoutSeconds(request: Request): number | undefined;
  driver(client: Client): TypedDriver<Request, Baseline>;
}

// Outside a kind, the types of its client, request and baseline are not known.
export type Task = TypedTask<Request, Baseline>;
export type StopContext = TypedStopContext<Request, Baseline>;
export type TaskDriver = TypedDriver<Request, Baseline>;
export type TaskKind = TypedKind<unknown, Request, Baseline>;

/** Checks a kind by the types of its own cloud, and returns it without them. */
export function defineTask<Client, Own extends Request, OwnBaseline extends Baseline>(
  kind: TypedKind<Client, Own, OwnBaseline>,
): TaskKind {
  return kind;
}
