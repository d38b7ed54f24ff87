import type { FindingName, Findings, ImageFindings, ListedVulnerability } from "../model/findings.js";
import type { Outcome, ScanCounts, TaskIds } from "../model/status.js";
import type { InputRules } from "../validation/inputs.js";
import type { Check } from "../validation/rules.js";
import type { Claims } from "./submission/ownership.js";

/** One look at a task. */
export type Sighting =
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
export type Found =
  | { readonly found: "none" }
  | { readonly found: "one"; readonly ids: TaskIds }
  /** A scan is running of which its end will tell whether it is the one. */
  | {
      readonly found: "open";
      readonly candidate: string;
      /** Where no other task could be the one. */
      readonly ids?: TaskIds;
    }
  | {
      readonly found: "unclear";
      readonly candidates: readonly string[];
      readonly why: string;
    };

/** What tells tasks apart that are older than a request from those that may be its own. */
export type Snapshot = object;

export interface Submitted {
  readonly ids: TaskIds;
  /** Milliseconds since 1970 by the server's clock. */
  readonly serverTime: number;
}

export interface Task<Request, Baseline> {
  readonly ids: TaskIds;
  readonly request: Request;
  readonly baseline: Baseline;
  /** Taken over by hand: neither the request nor the baseline needs to be its own. */
  readonly adopted: boolean;
}

/** What is known of a submitted task when it is to be stopped. */
export interface Past<Request, Baseline> {
  /** The part of its request that its kind keeps. */
  readonly reach: Partial<Request>;
  /** What was there before it was sent; only of kinds that look back. */
  readonly fence: Baseline | undefined;
}

/** How a request, and the task that it becomes, look to who knows neither. */
interface Likeness {
  /** Requests to the same place are sent one after the other. */
  readonly place: string;
  /** Requests to the same place that look the same make tasks that cannot be told apart. */
  readonly looks: string;
}

/** The API rules of one kind of task, bound to an account. */
export interface TaskDriver<Request, Baseline extends Snapshot> {
  /** Reads, before anything is submitted, what `find` and `look` compare with later. */
  baseline(scope: Partial<Request>): Promise<Baseline>;
  /** Looks for the task of a request that may have been submitted since the baseline. */
  find(request: Request, baseline: Baseline, claims: Claims): Promise<Found>;
  /** Begins what must be done before a submission, and gives a question: what of it is still being waited for? */
  prepare?(request: Request): Promise<() => Promise<string | undefined>>;
  submit(request: Request, baseline: Baseline): Promise<Submitted>;
  /** After a `busy` refusal: what is in the way right now, or nothing. */
  obstacle(request: Request): Promise<string | undefined>;
  look(task: Task<Request, Baseline>): Promise<Sighting>;
  /** All vulnerabilities of one of the images that a look has found. */
  vulnerabilities(image: ImageFindings, task: Task<Request, Baseline>): Promise<readonly ListedVulnerability[]>;
  /** Whether ids alone are enough to ask for this very task. True where the driver does not say. */
  isNamed?(ids: TaskIds): boolean;
  /** Nothing where the cloud does not tell: it does not show the task, or nothing of it yet. */
  isRunning(ids: TaskIds, past: Past<Request, Baseline>): Promise<boolean | undefined>;
  /** Asks for a stop; the task may go on for a while. Where the cloud has no way to stop it, says why. */
  stop(ids: TaskIds, past: Past<Request, Baseline>): Promise<string | undefined>;
}

/** A kind of one-shot scan: what its resource takes, and how its API behaves. */
export interface TaskKind<
  Client,
  Request,
  Baseline extends Snapshot,
  Id extends string = string,
  /** Names of ids that the cloud may not give. */
  AbsentId extends string = string,
> {
  /** Name of the resource, such as `tencent:LocalScanTask`. */
  readonly token: string;
  /** The fields of its request. */
  readonly inputs: InputRules;
  /** Names of the outputs that identify the task. */
  readonly ids: readonly (Id | AbsentId)[];
  /** What the create call is sent for a request: a change of it is what starts another scan. */
  sent(request: Request): object;
  /** What `adoptTaskId` may be, and the identities that it stands for. */
  readonly adoptable: Check;
  adopted(adoptTaskId: string): TaskIds;
  /** Of kinds whose submission is answered without an id: their task has to be found, always. */
  likeness?(request: Request, baseline: Baseline): Likeness;
  /** The part of a request that its baseline is read for; small, since it is in the state. */
  scope?(request: Request): Partial<Request>;
  /** The part of a request that is needed beside the ids to stop its task. */
  reach?(request: Request, baseline: Baseline): Partial<Request>;
  /** What a scan of this request looks for; nothing where only the cloud knows. */
  finds(request: Request): readonly FindingName[] | undefined;
  /** Whether the request itself names content that cannot change: a later scan of it is of the same. */
  namesContent?(request: Request): boolean;
  /** Whether a look at the task compares with what was there before it. */
  readonly looksBack?: boolean;
  /** What a task takes that another one may take as well, such as images; "*" for what only the cloud knows. */
  takes?(request: Partial<Request>): readonly string[];
  /** Seconds after which the cloud itself ends the scan, where the request says so. */
  timeoutSeconds(request: Request): number | undefined;
  driver(client: Client): TaskDriver<Request, Baseline>;
}
