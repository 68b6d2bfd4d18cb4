import type { TranscriptItem } from "@boocode/shared/chats/transcript";
import { expect, it } from "vitest";
import { toMarkdown } from "./to-markdown.ts";

type Given = { kind: TranscriptItem["kind"] } & Record<string, unknown>;
const toItems = (...given: Given[]) =>
  given.map((item, at) => ({ key: String(at), firstSeq: at, lastSeq: at, taskId: "task", at, ...item })) as unknown as TranscriptItem[];
const prompt = (text: string, more: object = {}): Given => ({ kind: "prompt", agent: "boocode", model: "coder/demo", text, ...more });
const text = (words: string): Given => ({ kind: "text", text: words });
const call = (title: string, more: object = {}): Given => ({
  kind: "tool",
  name: "edit",
  title,
  paths: [],
  parentCallId: null,
  status: "completed",
  ...more,
});
const end = (state: string, message?: string): Given => ({ kind: "turn_end", state, evidence: message === undefined ? null : { message } });

it("has prompts and answers whole, each call in a line, and how a turn ended if not well", () => {
  const items = toItems(
    prompt("Fix\nit", { attachments: [{ name: "a.png" }] }),
    { kind: "thought", text: "Hm" },
    call("Edit src/a.ts"),
    call("npm test", { status: "failed" }),
    call("Read b", { parentCallId: "outer" }),
    text("It is **fixed**.\n\n```\ncode\n```\n"),
    end("completed"),
    prompt("And now?", { agent: "goose", model: "" }),
    { kind: "steer", text: "Faster" },
    {
      kind: "plan",
      entries: [
        { text: "One", status: "done" },
        { text: "Two", status: "pending" },
      ],
    },
    end("failed", "No\nroom"),
  );
  expect(toMarkdown("A  title\nof two lines", items)).toBe(
    [
      "# A title of two lines",
      "## You, to boocode\n\nFix\nit\n\n*Attached: a.png*",
      "## boocode (coder/demo)",
      "- `Edit src/a.ts`\n- `npm test`: failed",
      "It is **fixed**.\n\n```\ncode\n```",
      "## You, to goose\n\nAnd now?",
      "## goose",
      "## You, during the turn\n\nFaster",
      "## goose",
      "- [x] One\n- [ ] Two",
      "*Failed: No room*\n",
    ].join("\n\n"),
  );
});

it.each([
  ["echo `date`", "- `` echo `date` ``"],
  ["``", "- ``` `` ```"],
  ["a `` b", "- ```a `` b```"],
])("a call named %j is one line of code", (title, expected) => {
  expect(toMarkdown("T", toItems(call(title)))).toBe(`# T\n\n${expected}\n`);
});

it("a turn that the agent began by itself, and a chat without a word", () => {
  expect(toMarkdown("T", toItems(prompt(""), text("Done.")))).toBe("# T\n\n## boocode, by itself\n\nDone.\n");
  expect(toMarkdown("T", [])).toBe("# T\n");
});
