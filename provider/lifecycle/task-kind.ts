import type { FindingName, Findings, ImageFindings, ListedVulnerability } from "../model/findings.js";
import type { Outcome, ScanCounts, TaskIds } from "../model/status.js";
import type { InputRules } from "../validation/inputs.js";
import type { Check } from "../validation/rules.js";
import type { Claims } from "./submission/ownership.js";

/** One look at a task. */
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
      /** Absent where nobody can tell what this very scan has found. */
      readonly findings?: Findings;
      /** The numbers contradict each other: they may still be on their way. */
      readonly settling?: boolean;
    }
  /**
   * The cloud does not show it, or nothing of it yet; `outcome` is what that means where it stays so for a while:
   * a minute, or as long as the sighting says.
   */
  | { readonly state: "missing"; readonly outcome?: Outcome; readonly patienceSeconds?: number };

/** What a look for the task of a request behind its baseline finds. */
export type TaskMatch =
  | { readonly match: "none" }
  | { readonly match: "one"; readonly ids: TaskIds }
  /** A scan is running of which its end will tell whether it is the one. */
  | {
      readonly match: "pending";
      readonly candidate: string;
      /** Where no other task could be the one. */
      readonly ids?: TaskIds;
    }
  | {
      readonly match: "unclear";
      readonly candidates: readonly string[];
      readonly why: string;
    };

/** What the account looked like before a request was sent; each kind keeps what it needs to tell its own task. */
export type Baseline = object;
/** The request of a task, in its normal form; each kind has fields of its own. */
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
  /** Taken over by hand: neither the request nor the baseline needs to be its own. */
  readonly adopted: boolean;
}

/** What is known of a submitted task when it is to be stopped. */
export interface TypedStopContext<Request, Baseline> {
  /** The part of its request that its kind keeps. */
  readonly scope: Partial<Request>;
  /** What was there before it was sent; only of kinds that look back. */
  readonly baseline: Baseline | undefined;
}

/** How a request, and the task that it becomes, look to who knows neither. */
interface Discovery {
  /** Requests to the same place are sent one after the other. */
  readonly queueKey: string;
  /** Requests to the same place that look the same make tasks that cannot be told apart. */
  readonly ambiguityKey: string;
}

/** The API rules of one kind of task, bound to an account. */
export interface TypedDriver<Request, Baseline> {
  /** Reads, before anything is submitted, what `findTask` and `observe` compare with later. */
  readBaseline(scope: Partial<Request>): Promise<Baseline>;
  /** Looks for the task of a request that may have been submitted since the baseline. */
  findTask(request: Request, baseline: Baseline, claims: Claims): Promise<TaskMatch>;
  /** Begins what must be done before a submission, and gives a question: what of it is still being waited for? */
  prepare?(request: Request): Promise<() => Promise<string | undefined>>;
  submit(request: Request, baseline: Baseline): Promise<Submitted>;
  /** After a `busy` refusal: what is in the way right now, or nothing. */
  findObstacle(request: Request): Promise<string | undefined>;
  observe(task: TypedTask<Request, Baseline>): Promise<Observation>;
  /** All vulnerabilities of one of the images that a look has found. */
  listVulnerabilities(
    image: ImageFindings,
    task: TypedTask<Request, Baseline>,
  ): Promise<readonly ListedVulnerability[]>;
  /** Whether ids alone are enough to ask for this very task. True where the driver does not say. */
  isNamed?(ids: TaskIds): boolean;
  /** Nothing where the cloud does not tell: it does not show the task, or nothing of it yet. */
  isRunning(ids: TaskIds, context: TypedStopContext<Request, Baseline>): Promise<boolean | undefined>;
  /** Asks for a stop; the task may go on for a while. Where the cloud has no way to stop it, says why. */
  stop(ids: TaskIds, context: TypedStopContext<Request, Baseline>): Promise<string | undefined>;
}

/** A kind of one-shot scan: what its resource takes, and how its API behaves. */
export interface TypedKind<Client, Request, Baseline> {
  /** Name of the resource, such as `tencent:LocalScanTask`. */
  readonly token: string;
  /** The fields of its request. */
  readonly inputs: InputRules;
  /** Names of the outputs that identify the task. */
  readonly ids: readonly string[];
  /** What the create call is sent for a request: a change of it is what starts another scan. */
  createPayload(request: Request): object;
  /** What `adoptTaskId` may be, and the identities that it stands for. */
  readonly adoptable: Check;
  parseAdoptedId(adoptTaskId: string): TaskIds;
  /** Of kinds whose submission is answered without an id: their task has to be found, always. */
  discovery?(request: Request, baseline: Baseline): Discovery;
  /** The part of a request that its baseline is read for; small, since it is in the state. */
  baselineScope?(request: Request): Partial<Request>;
  /** The part of a request that is needed beside the ids to stop its task. */
  stopScope?(request: Request, baseline: Baseline): Partial<Request>;
  /** What a scan of this request looks for; nothing where only the cloud knows. */
  detectableFindings(request: Request): readonly FindingName[] | undefined;
  /** Whether the request itself names content that cannot change: a later scan of it is of the same. */
  namesContent?(request: Request): boolean;
  /** Whether a look at the task compares with what was there before it. */
  readonly comparesWithBaseline?: boolean;
  /** What a task takes that another one may take as well, such as images; "*" for what only the cloud knows. */
  contestedImages?(request: Partial<Request>): readonly string[];
  /** Seconds after which the cloud itself ends the scan, where the request says so. */
  timeoutSeconds(request: Request): number | undefined;
  driver(client: Client): TypedDriver<Request, Baseline>;
}

// Everything outside a kind knows of its client, request and baseline only that they are its own.
export type Task = TypedTask<Request, Baseline>;
export type StopContext = TypedStopContext<Request, Baseline>;
export type TaskDriver = TypedDriver<Request, Baseline>;
export type TaskKind = TypedKind<unknown, Request, Baseline>;

/** Checks a kind by the types of its own cloud, and gives it as all others know it. */
export function defineTask<Client, Own extends Request, OwnBaseline extends Baseline>(
  kind: TypedKind<Client, Own, OwnBaseline>,
): TaskKind {
  return kind;
}
