import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ChangeId, EditId } from "@boocode/shared/ids";
import { createRepository } from "@boocode/testkit/repo-builder";
import { recordFault } from "@boocode/testkit/record-fault";
import { TRPCClientError } from "@trpc/client";
import { expect } from "vitest";
import { callOver, connectTo, Follower } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

/** What a browser was told: which edit it is, or why it is none. */
type Answer = { id: EditId; paths: string[] } | { refused: string };
type Kind = "apply" | "reject";
interface Judgement {
  kind: Kind;
  paths: readonly string[];
  /** Of the first path, instead of all of it. */
  hunk?: number;
}

const NAMES = ["a.txt", "b.txt"] as const;
const ALL = { kind: "apply", paths: NAMES } as const;
const REJECT = { kind: "reject", paths: NAMES } as const;
const HUNK = { kind: "apply", paths: ["a.txt"], hunk: 1 } as const;
/** What two browsers ask for at once. */
const PAIRS: readonly (readonly [Judgement, Judgement])[] = [
  [ALL, ALL],
  [HUNK, HUNK],
  [REJECT, REJECT],
  [ALL, REJECT],
  [ALL, { kind: "apply", paths: ["b.txt"] }],
];

const toLines = (words: readonly string[]) =>
  Array.from({ length: 40 }, (_, line) => (line % 19 === 1 ? words[(line - 1) / 19]! : `line ${line}`)).join("\n");
const toTexts = ({ words, b }: { words: readonly string[]; b: string }) => [toLines(words), b];

/**
 * Two browsers judge the same changes in the same moment, over and over: each change is judged once, whoever is first, and both are told
 * what has become of it.
 */
export async function judgeInTwoBrowsers(rounds: number): Promise<void> {
  await using repository = await createRepository({ "a.txt": toLines(["0", "0", "0"]), "b.txt": "b\n" });
  const daemon = await (await TestHome.make()).start();
  const browsers = [callOver(daemon), callOver(daemon)] as const;
  const [{ pendingChanges: changes, sessions, projects }] = browsers;
  const project = await projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await sessions.create.mutate({ projectId: project.id });
  // The first thing that is staged makes the worktree.
  const { changeId } = await changes.add.mutate({ sessionId, path: "first.txt", content: "first\n", baseOid: null });
  let newest: string = (await changes.reject.mutate({ sessionId, changeIds: [changeId!] })).rejectId;
  const worktree = (await sessions.list.query())[0]!.worktree!.path;
  const follower = new Follower(connectTo(daemon), sessionId);
  const countFacts = () => follower.events.filter(({ body: { type } }) => type === "changes.applied" || type === "changes.rejected").length;
  const read = (root: string) => NAMES.map((name) => readFileSync(join(root, name), "utf8"));
  const index = readFileSync(join(repository.path, ".git/index"));

  const judge = async (at: 0 | 1, { kind, paths, hunk }: Judgement, ids: ReadonlyMap<string, ChangeId>): Promise<Answer> => {
    const changeIds = paths.map((path) => ids.get(path)!);
    const input = { sessionId, changeIds, hunks: hunk === undefined ? [] : [{ changeId: changeIds[0]!, hunks: [hunk] }] };
    const { apply, reject } = browsers[at].pendingChanges;
    try {
      if (kind === "reject") return await reject.mutate(input).then(({ rejectId: id, paths: told }) => ({ id, paths: told }));
      return await apply.mutate(input).then(({ applyId: id, paths: told }) => ({ id, paths: told }));
    } catch (error) {
      if (!(error instanceof TRPCClientError)) throw error;
      return { refused: (error.data as { fault: { kind: string } | null }).fault?.kind ?? error.message };
    }
  };

  /** The marked lines of the first file, and the second file, in the checkout. */
  let held = { words: ["0", "0", "0"], b: "b\n" };
  for (let round = 0; round < rounds; round++) {
    const next = { words: [0, 1, 2].map((place) => `${place} of ${round}`), b: `b ${round}\n` };
    for (const [at, name] of NAMES.entries()) writeFileSync(join(worktree, name), toTexts(next)[at]!);
    await changes.refresh.mutate({ sessionId });
    const ids = new Map((await changes.list.query({ sessionId })).map(({ path, id }) => [path, id]));
    const pair = PAIRS[round % PAIRS.length]!;
    const asked = Math.floor(round / PAIRS.length) % 2 === 0 ? pair : ([pair[1], pair[0]] as const);
    const answers = await Promise.all([judge(0, asked[0], ids), judge(1, asked[1], ids)]);

    const [edit, earlier] = await changes.edits.query({ sessionId });
    expect([earlier!.id, edit!.state], `one edit in round ${round}`).toEqual([newest, "done"]);
    newest = edit!.id;
    const { kind, paths, hunk } = asked.find((each) => each.kind === edit!.kind && each.paths.length === edit!.paths.length)!;
    // Whoever is second is told the same, if all that they asked for has been done; otherwise that it is no longer as it was shown.
    const tell = (each: Judgement): Answer =>
      each.kind === kind && each.paths.every((path) => paths.includes(path))
        ? { id: edit!.id, paths: [...paths] }
        : { refused: "stale_change" };
    expect(answers, `what is told in round ${round}`).toEqual(asked.map(tell));
    if (kind === "apply") {
      const words = held.words.map((word, at) => (hunk === undefined || hunk === at ? next.words[at]! : word));
      held = { words: paths.includes("a.txt") ? words : held.words, b: paths.includes("b.txt") ? next.b : held.b };
    }
    expect(read(repository.path)).toEqual(toTexts(held));
    expect(read(worktree)).toEqual(toTexts(kind === "apply" ? next : held));
    const left = NAMES.filter((_, at) => kind === "apply" && toTexts(held)[at] !== toTexts(next)[at]);
    expect((await changes.list.query({ sessionId })).map(({ path }) => path)).toEqual(left);
    await follower.until(() => countFacts() > round + 1);
    expect(countFacts()).toBe(round + 2);
  }
  expect(readFileSync(join(repository.path, ".git/index"))).toEqual(index);
  recordFault({ fault: "F25", repetitions: rounds });
}
