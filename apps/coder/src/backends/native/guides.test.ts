import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import type { ModelReply } from "@boocode/testkit/model/model-script";
import type { RepoFiles } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { setUpNative } from "./native-fixture.ts";

const says = (text: string): ModelReply => ({ steps: [{ kind: "text", text }] });
const read = (path: string): ModelReply => ({ steps: [{ kind: "tool", name: "read", arguments: { path } }] });
const notices = (events: readonly AgentEvent[]) => events.flatMap((event) => (event.type === "notice" ? [event.text] : []));

const beginningOf = (path: string) => `Read the beginning of ${path}. The rest is too long to be given to the model.`;

const FILES: RepoFiles = {
  "AGENTS.md": "Use tabs.\n",
  "CLAUDE.md": "Not this one.\n",
  "web/CLAUDE.md": "Use hooks.\n",
  "web/deep/AGENTS.md": "Be brief.\n",
  "web/deep/a.ts": "a\n",
  "other/AGENTS.md": "Nobody works here.\n",
};

it("reads AGENTS.md of a trusted project, and those of the folders that are worked in, each once", async () => {
  await using native = await setUpNative([read("web/deep/a.ts"), read("web/deep/a.ts"), says("Done."), says("Yes.")], {
    files: FILES,
    remembers: true,
  });
  const { events } = await native.run("Look");
  expect(notices(events)).toEqual(["Read AGENTS.md", "Read web/CLAUDE.md", "Read web/deep/AGENTS.md"]);
  const [first, second, third] = native.model.requests.map(({ body }) => body.messages.map((message) => JSON.stringify(message)));
  expect(first![0]).toContain("[AGENTS.md, how to work in the project:]\\nUse tabs.");
  expect(second!.at(-1)).toContain("a\\n\\n\\n[web/CLAUDE.md, how to work in web/:]\\nUse hooks.\\n\\n[web/deep/AGENTS.md");
  expect(third!.at(-1)).not.toContain("Use hooks.");
  expect(JSON.stringify(native.model.requests)).not.toMatch(/Not this one|Nobody works here/);
  // The next turn reads it again, and the transcript does not say so again.
  const again = await native.run("Again");
  expect(JSON.stringify(native.model.requests.at(-1)!.body.messages[0])).toContain("Use tabs.");
  expect(notices(again.events)).toEqual([]);
});

it("reads nothing of a project that is not trusted", async () => {
  await using native = await setUpNative([read("web/deep/a.ts"), says("Done.")], { files: FILES, projectTrusted: false });
  expect(notices((await native.run("Look")).events)).toEqual([]);
  expect(JSON.stringify(native.model.requests)).not.toMatch(/Use tabs|Use hooks|Be brief/);
});

it("bounds what it reads, and follows no link out of the worktree", async () => {
  const files: RepoFiles = {
    "AGENTS.md": `${"x".repeat(40_000)}END`,
    ...Object.fromEntries(Array.from({ length: 6 }, (_, index) => [`d${index}/AGENTS.md`, "y".repeat(20_000)])),
    "out/AGENTS.md": { linkTo: "/etc/passwd" },
    "raw/AGENTS.md": new Uint8Array([0, 1, 2]),
  };
  const folders = ["out", "raw", "d0", "d1", "d2", "d3", "d4", "d5"];
  await using native = await setUpNative([...folders.map((folder) => read(`${folder}/AGENTS.md`)), says("Done.")], { files });
  const { events } = await native.run("Look");
  expect(notices(events).filter((text) => text.startsWith("Read "))).toEqual([
    beginningOf("AGENTS.md"),
    ...["d0", "d1", "d2"].map((folder) => `Read ${folder}/AGENTS.md`),
    beginningOf("d3/AGENTS.md"),
  ]);
  const instructions = JSON.stringify(native.model.requests[0]!.body.messages[0]);
  expect(instructions).toContain("[The rest of AGENTS.md is left out.]");
  expect(instructions).not.toContain("END");
});

it("shows a sub-task the guides, too", async () => {
  const task: ModelReply = { steps: [{ kind: "tool", name: "task", arguments: { title: "t", prompt: "p" } }] };
  await using native = await setUpNative([task, says("Here."), says("Done.")], { files: FILES });
  expect(notices((await native.run("Look")).events)).toEqual(["Read AGENTS.md"]);
  expect(JSON.stringify(native.model.requests[1]!.body.messages[0])).toContain("Use tabs.");
});

it("leaves room in a small context: guides take a quarter of it together, whatever they are about", async () => {
  const files: RepoFiles = { "AGENTS.md": "x".repeat(5_000), "web/AGENTS.md": "y".repeat(5_000), "web/deep/AGENTS.md": "z" };
  await using native = await setUpNative([read("web/deep/AGENTS.md"), says("Done.")], { files, modelFields: { max_model_len: 8_192 } });
  const { end, events } = await native.run("Look");
  expect(end.state).toBe("completed");
  const given = native.model.requests.at(-1)!.body.messages.map((message) => JSON.stringify(message));
  const count = (letter: string) => Math.max(...given.map((message) => message.match(new RegExp(`${letter}{9,}`))?.[0].length ?? 0));
  expect([count("x"), count("y")]).toEqual([5_000, 1_144]);
  expect(notices(events)).toEqual(["Read AGENTS.md", beginningOf("web/AGENTS.md")]);
});

it("a guide that is longer than the context is cut, and the turn runs", async () => {
  const tooLong: ModelReply = { status: 400, body: "This model's maximum context length is 8192 tokens" };
  await using native = await setUpNative(({ body }) => (JSON.stringify(body.messages).length > 4 * 8_192 ? tooLong : says("Done.")), {
    files: { "AGENTS.md": `Use tabs.${"x".repeat(32_000)}` },
    modelFields: { max_model_len: 8_192 },
  });
  const { end, events } = await native.run("Look");
  expect(end).toMatchObject({ state: "completed" });
  expect(notices(events)).toEqual([beginningOf("AGENTS.md")]);
  const instructions = JSON.stringify(native.model.requests[0]!.body.messages[0]);
  expect(instructions).toContain("Use tabs.");
  expect(instructions).toContain("[The rest of AGENTS.md is left out.]");
  expect(/x+x/.exec(instructions.slice(instructions.indexOf("Use tabs.")))![0]).toHaveLength(6_144 - "Use tabs.".length);
});

it.each([
  [3_000, true],
  [0, false],
])("what a guide of %s bytes takes is not there for the history: it is summarised: %s", async (bytes, isSummarised) => {
  // A context of 4,000 tokens has room for 9,600 characters of history.
  await using native = await setUpNative(() => says("answer ".repeat(500)), {
    files: { "AGENTS.md": "x".repeat(bytes) },
    modelFields: { max_model_len: 4_000 },
    remembers: true,
  });
  await native.run("One");
  await native.run("Two");
  const { events } = await native.run("Three");
  expect(notices(events).includes("Earlier messages were summarised.")).toBe(isSummarised);
});
