import { setImmediate as nextTurn } from "node:timers/promises";
import type { ChangeDiff } from "@boocode/shared/changes/pending-change";
import type { GitOverlay } from "../../platform/git/git-environment.ts";
import type { Git } from "../../platform/git/git.ts";
import { ChainIndex } from "../blame/chain-index.ts";
import type { ChainStep } from "../blame/read-chain.ts";
import { KnownContents } from "../blame/known-contents.ts";
import { traceBlame, type BlameQuestions, type FileBlame } from "../blame/plan-blame.ts";
import { traceApart } from "../blame/trace-apart.ts";
import { compareMany, readCounts, type ContentPair } from "../compare/compare-many.ts";
import { readHunks, withoutContext } from "../compare/read-hunks.ts";
import { readSizes } from "../compare/read-sizes.ts";
import { splitPatches, type PatchBody } from "../compare/split-patches.ts";
import { DIFF_LIMITS } from "./diff-limits.ts";
import { isTooLarge, planDiff, toObjects, type DiffPlan, type DiffRequest } from "./plan-diff.ts";
import { toChangeDiff } from "./to-change-diff.ts";

/** One diffed change. `blame`: null if its lines are not traced. */
export interface DiffedChange {
  request: DiffRequest;
  diff: ChangeDiff;
  blame: FileBlame | null;
}

export interface DiffManyOptions {
  ignoreWhitespace?: boolean;
}

/** Patches of the contents, by the pair's place; absent where nothing was compared. */
type Bodies = ReadonlyMap<ContentPair, PatchBody | "too_large">;

/** The work done between two looks at the daemon's other tasks, in bytes of patches. */
const SLICE_BYTES = 256 * 1024;
/** Of what git prints about several files; in bytes. */
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;
/** Changes compared at once at most. */
const TOGETHER = 100;

/**
 * Makes the diffs of changes and finds the author of each of their lines, with about five gits however many changes there are and however
 * many versions their files had.
 */
export class ChangeDiffer {
  readonly #git: Git;
  readonly #known = new KnownContents();
  #indexed: { chain: readonly ChainStep[]; index: ChainIndex } | null = null;
  #running = 0;

  constructor(git: Git) {
    this.#git = git;
  }

  /**
   * Yields the diff of each change in order. A change whose contents the store has lost is left out. The caller may stop at any time; what
   * follows is then not compared. Faults: those of git.
   */
  async *diff(overlay: GitOverlay, requests: readonly DiffRequest[], options: DiffManyOptions = {}): AsyncGenerator<DiffedChange> {
    const plans = requests.map((request) => planDiff(request, request.chain && this.#indexOf(request.chain)));
    this.#running += 1;
    try {
      const sizes = await readSizes(this.#git, overlay, plans.flatMap(toObjects));
      const whole = plans.filter((plan) => toObjects(plan).every((oid) => sizes.has(oid)));
      for (let first = 0; first < whole.length;) {
        const some = takeTogether(whole.slice(first, first + TOGETHER), sizes);
        yield* this.#diffTogether(overlay, some, sizes, options);
        first += some.length;
      }
    } finally {
      this.#running -= 1;
      // Nothing is forgotten that another call has found out and is about to use: it would take a changed line for a replaced file.
      if (this.#running === 0) this.#known.trim();
    }
  }

  /** Indexes a chain; the last one is kept, because a list of changes is asked for in parts. */
  #indexOf(chain: readonly ChainStep[]): ChainIndex {
    if (this.#indexed?.chain !== chain) this.#indexed = { chain, index: new ChainIndex(chain) };
    return this.#indexed.index;
  }

  async *#diffTogether(
    overlay: GitOverlay,
    plans: readonly DiffPlan[],
    sizes: ReadonlyMap<string, number>,
    options: DiffManyOptions,
  ): AsyncGenerator<DiffedChange> {
    const traceable = plans.filter(({ blame }) => blame && isTraceable(blame.questions, sizes));
    const bodies = await this.#compare(overlay, plans, traceable, sizes, options);
    if (bodies === null && plans.length > 1) {
      const middle = Math.ceil(plans.length / 2);
      yield* this.#diffTogether(overlay, plans.slice(0, middle), sizes, options);
      yield* this.#diffTogether(overlay, plans.slice(middle), sizes, options);
      return;
    }
    // The versions of one file may be too much for one answer where its diff is not.
    if (bodies === null) await this.#learnApart(overlay, joinQuestions(traceable));
    const shown = bodies ?? (await this.#compare(overlay, plans, traceable, sizes, options)) ?? toAllTooLarge(plans);
    const traced = new Set(traceable);
    let bytes = 0;
    for (const plan of plans) {
      const blame = plan.blame && traced.has(plan) ? await traceBlame(plan.blame.plan, this.#known, traceApart) : null;
      const diff = toChangeDiff({ plan, blame, sizes, bodyOf: (pair) => shown.get(pair) ?? { text: "" }, ...options });
      yield { request: plan.request, diff, blame };
      bytes += diff.patch.length;
      if (bytes > SLICE_BYTES) bytes = await nextTurn(0);
    }
  }

  /** Compares what is shown of the changes and what the authors depend on; null if git's answer is too large. */
  async #compare(
    overlay: GitOverlay,
    plans: readonly DiffPlan[],
    traceable: readonly DiffPlan[],
    sizes: ReadonlyMap<string, number>,
    { ignoreWhitespace = false }: DiffManyOptions,
  ): Promise<Bodies | null> {
    const pairs = plans.flatMap(({ parts }) => parts.flatMap(({ pair }) => pair ?? []));
    const shown = pairs.filter((pair) => !isTooLarge(pair, sizes));
    const unknown = this.#known.findUnknown(joinQuestions(traceable));
    // What is shown tells as much as what would be traced.
    const isShown = new Set(ignoreWhitespace ? [] : shown.map(toKey));
    const traced = unknown.pairs.filter((pair) => !isShown.has(toKey(pair)));
    const compared = await compareMany(this.#git, overlay, {
      shown,
      traced,
      counted: unknown.counted,
      ignoreWhitespace,
      maxOutputBytes: MAX_OUTPUT_BYTES,
    });
    if (compared === null) return null;
    await this.#learn(traced, compared.traced, unknown.counted, compared.counts);
    const bodies = new Map<ContentPair, PatchBody | "too_large">(pairs.map((pair) => [pair, "too_large"]));
    const found = splitPatches(await toText(compared.shown));
    let bytes = 0;
    for (const [place, pair] of shown.entries()) {
      const body = found.get(String(place)) ?? { text: "" };
      bodies.set(pair, body);
      if (ignoreWhitespace || pair.from === null || pair.to === null) continue;
      this.#known.learnHunks(pair.from, pair.to, body === "binary" ? "whole" : withoutContext(readHunks(body.text)));
      bytes += body === "binary" ? 0 : body.text.length;
      if (bytes > SLICE_BYTES) bytes = await nextTurn(0);
    }
    await this.#countReplaced(overlay, traceable);
    return bodies;
  }

  /** Finds out what the authors depend on in as many steps as it takes. What is too large by itself counts as replaced as a whole. */
  async #learnApart(overlay: GitOverlay, questions: BlameQuestions): Promise<void> {
    const { pairs, counted } = this.#known.findUnknown(questions);
    if (pairs.length + counted.length === 0) return;
    const only = { shown: [], traced: pairs, counted, ignoreWhitespace: false, maxOutputBytes: MAX_OUTPUT_BYTES };
    const compared = await compareMany(this.#git, overlay, only);
    if (compared) await this.#learn(pairs, compared.traced, counted, compared.counts);
    else if (pairs.length === 1) this.#known.learnHunks(pairs[0]!.from, pairs[0]!.to, "whole");
    else {
      const middle = Math.ceil(pairs.length / 2);
      await this.#learnApart(overlay, { pairs: pairs.slice(0, middle), counted });
      await this.#learnApart(overlay, { pairs: pairs.slice(middle), counted: [] });
    }
  }

  async #learn(pairs: readonly ContentPair[], patches: Buffer, counted: readonly string[], counts: Buffer): Promise<void> {
    const found = splitPatches(await toText(patches));
    let bytes = 0;
    for (const [place, { from, to }] of pairs.entries()) {
      const body = found.get(String(place)) ?? { text: "" };
      this.#known.learnHunks(from!, to!, body === "binary" ? "whole" : withoutContext(readHunks(body.text)));
      bytes += body === "binary" ? 0 : body.text.length;
      if (bytes > SLICE_BYTES) bytes = await nextTurn(0);
    }
    const lines = readCounts(counts);
    for (const [place, oid] of counted.entries()) this.#known.learnLines(oid, lines.get(String(place)) ?? 0);
  }

  /** Counts the lines of contents that turned out to replace all of what was before. */
  async #countReplaced(overlay: GitOverlay, traceable: readonly DiffPlan[]): Promise<void> {
    const { counted } = this.#known.findUnknown(joinQuestions(traceable));
    if (counted.length === 0) return;
    const only = { shown: [], traced: [], counted, ignoreWhitespace: false, maxOutputBytes: DIFF_LIMITS.answerBytes };
    const compared = await compareMany(this.#git, overlay, only);
    if (compared) await this.#learn([], compared.traced, counted, compared.counts);
  }
}

/** Takes the first plans whose patches together probably fit into an answer: at least one. */
function takeTogether(plans: readonly DiffPlan[], sizes: ReadonlyMap<string, number>): DiffPlan[] {
  let room: number = DIFF_LIMITS.answerBytes;
  const taken: DiffPlan[] = [];
  for (const plan of plans) {
    const pairs = plan.parts.flatMap(({ pair }) => (pair && !isTooLarge(pair, sizes) ? [pair] : []));
    for (const { from, to } of pairs) room -= (sizes.get(from ?? "") ?? 0) + (sizes.get(to ?? "") ?? 0);
    if (room < 0 && taken.length > 0) break;
    taken.push(plan);
  }
  return taken;
}

function isTraceable({ pairs, counted }: BlameQuestions, sizes: ReadonlyMap<string, number>): boolean {
  const oids = [...counted, ...pairs.flatMap(({ from, to }) => [from, to])];
  return oids.every((oid) => (sizes.get(oid) ?? 0) <= DIFF_LIMITS.tracedBytes);
}

function joinQuestions(plans: readonly DiffPlan[]): BlameQuestions {
  const all = plans.flatMap(({ blame }) => blame?.questions ?? []);
  return { pairs: all.flatMap(({ pairs }) => pairs), counted: all.flatMap(({ counted }) => counted) };
}

function toAllTooLarge(plans: readonly DiffPlan[]): Bodies {
  return new Map(plans.flatMap(({ parts }) => parts.flatMap(({ pair }) => (pair ? [[pair, "too_large" as const]] : []))));
}

const toKey = ({ from, to }: ContentPair) => `${from ?? ""} ${to ?? ""}`;

/** Decodes a patch. Decoding many megabytes takes a while, so others have their turn before. */
async function toText(patches: Buffer): Promise<string> {
  if (patches.length > SLICE_BYTES) await nextTurn();
  return patches.toString("utf8");
}
