import { expect, it } from "vitest";
import { describeCall, toToolResult } from "./describe-call.ts";
import { ToolFields } from "../wire/acp-wire.ts";

const toCall = (fields: object) => ToolFields.parse({ toolCallId: "call", kind: "execute", ...fields });

it.each<[string, object, object]>([
  [
    "a command line inside a shell",
    { rawInput: { command: ["/bin/bash", "-lc", "ls | wc"] } },
    { title: "Run ls | wc", argv: ["ls | wc"] },
  ],
  [
    "a command that is not a shell's",
    { rawInput: { command: ["git", "-c", "log"] } },
    { title: "Run git -c log", argv: ["git", "-c", "log"] },
  ],
  ["a shell with more arguments", { rawInput: { command: ["sh", "-c", "ls", "x"] } }, { argv: ["sh", "-c", "ls", "x"] }],
  [
    "a tool named in its id",
    { toolCallId: "write_file__write_file_17_0", kind: "edit", title: "Writing" },
    { name: "write_file", kind: "write" },
  ],
  ["a command without a name", { title: "echo out; exit 3" }, { name: "shell", kind: "command", title: "echo out; exit 3" }],
])("describes %s", (_, fields, expected) => {
  expect(describeCall(toCall(fields), "/worktree")).toMatchObject(expected);
});

const content = (text: string) => [{ type: "content", content: { type: "text", text } }];

it.each<[string, object, string | undefined]>([
  ["a fence around all of it", { content: content("```console\nout\n```") }, "out"],
  ["fences inside it", { content: content("```\na\n```\nand\n```\nb\n```") }, "```\na\n```\nand\n```\nb\n```"],
  ["a description in the place of the output", { content: content("Says out"), rawInput: { description: "Says out" } }, undefined],
  ["an output beside it", { rawOutput: { aggregated_output: "out\n", output: "out\n" } }, "out\n"],
])("shows the output with %s", (_, fields, output) => {
  expect(toToolResult(toCall({ status: "completed", ...fields }), "command", "/worktree").output).toBe(output);
});
