import type { ChatEventBody } from "@boocode/shared/chats/chat-event";
import type { PromptId, TaskId } from "@boocode/shared/ids";
import { BENCH_IDS } from "./bench-ids.ts";

/** The number of transcript items one of these turns produces. */
export const ITEMS_PER_TURN = 10;

const CODE = [
  "```ts",
  "export function toSlug(title: string): string {",
  "  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];",
  '  return words.join("-").slice(0, 40);',
  "}",
  "```",
].join("\n");

const PATCH = [
  "--- a/src/slug.ts",
  "+++ b/src/slug.ts",
  "@@ -1,4 +1,4 @@",
  " export function toSlug(title: string): string {",
  '-  return title.toLowerCase().replaceAll(" ", "-");',
  "+  const words = title.toLowerCase().match(/[a-z0-9]+/g) ?? [];",
  '+  return words.join("-").slice(0, 40);',
  " }",
  "",
].join("\n");

const PARAGRAPH =
  "The slug was made by replacing spaces, so that punctuation came through and a **long** title made a long path. " +
  "It now takes the words of the title, in lower case, and joins them with `-`; see `src/slug.ts` for the rule and its limit.";

/** The events of an ended turn as compaction leaves them: a prompt, thoughts, four tools, an answer in markdown. */
export function endedTurn(turn: { taskId: TaskId; promptId: PromptId; number: number; lastWords: string }): ChatEventBody[] {
  const { taskId, promptId, number, lastWords } = turn;
  const { agent } = BENCH_IDS;
  const usage = { inputTokens: 4_200, outputTokens: 610, cachedTokens: 3_900, cost: null, contextUsed: 5_000, contextSize: 128_000 };
  const part = (id: number, kind: "text" | "thought", text: string): ChatEventBody => {
    return { type: "part.set", partId: `${taskId}:part-${id}`, kind, firstSeq: null, text };
  };
  const tool = (id: number, kind: "read" | "search" | "edit" | "command", title: string, result: object): ChatEventBody[] => {
    const callId = `${taskId}:call-${id}`;
    const argv = kind === "command" ? { argv: ["npm", "test", "--", "slug"] } : {};
    return [
      { type: "tool.started", callId, name: kind, kind, title, paths: ["src/slug.ts"], input: { path: "src/slug.ts" }, ...argv },
      { type: "tool.updated", callId, status: "completed", result },
    ];
  };
  const answer = [`## What changed in step ${number + 1}`, PARAGRAPH, `1. ${PARAGRAPH}\n2. ${PARAGRAPH}`, CODE, PARAGRAPH, lastWords];
  return [
    { type: "prompt.accepted", promptId, agent, model: "", mode: "", kind: "message", text: `Step ${number + 1}: make slugs short.` },
    { type: "task.started", agent, model: "scripted" },
    part(1, "thought", `${PARAGRAPH}\n\n${PARAGRAPH}`),
    ...tool(1, "search", "Search toSlug", { output: "src/slug.ts:1:export function toSlug\nsrc/main.ts:14:toSlug(title)\n" }),
    ...tool(2, "read", "Read src/slug.ts", { output: `${CODE}\n`.repeat(8) }),
    part(2, "text", "The rule lets punctuation through. I change it and add a test."),
    ...tool(3, "edit", "Edit src/slug.ts", { patch: PATCH }),
    ...tool(4, "command", "npm test -- slug", { output: "✓ takes words (2 ms)\n".repeat(30), exitCode: 0 }),
    part(3, "text", "The test passes. A summary follows."),
    part(4, "text", answer.filter((block) => block !== "").join("\n\n")),
    { type: "changes.captured", paths: ["src/slug.ts"], additions: 2, deletions: 1 },
    {
      type: "task.ended",
      state: "completed",
      agent,
      model: "scripted",
      cause: null,
      evidence: null,
      durationMs: 8_400,
      usage,
      filesChanged: 1,
    },
  ];
}
