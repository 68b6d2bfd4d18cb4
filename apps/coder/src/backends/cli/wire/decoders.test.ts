import { describe, expect, it } from "vitest";
import type { CliSign } from "./cli-sign.ts";
import { decodeClaude } from "./decode-claude.ts";
import { decodeCodex } from "./decode-codex.ts";
import { decodePi } from "./decode-pi.ts";

const ROOT = "/worktree";
const said = (decode: typeof decodeClaude, message: object): readonly CliSign[] | null => decode(JSON.stringify(message), ROOT);
const assistant = (...content: object[]) => ({ type: "assistant", message: { content } });
const failed = (cause: string, message: string) => [{ kind: "end", end: { state: "failed", cause, message } }];

describe("Claude's command line", () => {
  it.each<[string, object, unknown]>([
    [
      "a login that is needed",
      { type: "result", subtype: "success", is_error: true, result: "Not logged in · Please run /login" },
      failed("login_required", "Not logged in · Please run /login"),
    ],
    [
      "tokens, with those from and into its cache as input",
      {
        type: "result",
        subtype: "success",
        is_error: false,
        usage: { input_tokens: 3, output_tokens: 20, cache_read_input_tokens: 1_000, cache_creation_input_tokens: 200 },
      },
      [
        {
          kind: "usage",
          of: "turn",
          usage: { inputTokens: 1_203, outputTokens: 20, cachedTokens: 1_000, cost: null, contextSize: null },
        },
        { kind: "end", end: { state: "completed" } },
      ],
    ],
    ["an error", { type: "result", subtype: "success", is_error: true, result: "API Error: 400" }, failed("agent_error", "API Error: 400")],
    [
      "a session that it does not have",
      { type: "result", subtype: "error_during_execution", is_error: true, errors: ["No conversation found with session ID: x"] },
      [{ kind: "end", end: { state: "lost", message: "No conversation found with session ID: x" } }],
    ],
    [
      "its step limit",
      { type: "result", subtype: "error_max_turns", is_error: false },
      failed("step_limit", "The agent reached its step limit."),
    ],
    [
      "an error of the model, which the result says again",
      { ...assistant({ type: "text", text: "API Error" }), is_api_error_message: true },
      [],
    ],
    [
      "a list of things to do",
      assistant({
        type: "tool_use",
        id: "1",
        name: "TodoWrite",
        input: {
          todos: [
            { content: "A", status: "in_progress" },
            { content: "B", status: "completed" },
          ],
        },
      }),
      [
        {
          kind: "plan",
          entries: [
            { text: "A", status: "running" },
            { text: "B", status: "done" },
          ],
        },
      ],
    ],
    ["what a sub-agent says", { ...assistant({ type: "text", text: "inner" }), parent_tool_use_id: "1" }, []],
    [
      "what a sub-agent does",
      { ...assistant({ type: "tool_use", id: "2", name: "Read", input: {} }), parent_tool_use_id: "1" },
      [{ kind: "call", callId: "2", name: "Read", toolKind: "read", input: {}, parentId: "1" }],
    ],
    [
      "a retry",
      { type: "system", subtype: "api_retry", attempt: 2, max_retries: 10, error: "rate_limit" },
      [{ kind: "notice", level: "info", text: "The model did not answer (rate_limit); the agent tries again, attempt 2 of 10." }],
    ],
    ["something new", { type: "telepathy" }, [{ kind: "unknown", name: "telepathy" }]],
    ["something that it says about itself", { type: "system", subtype: "permission_denied", message: "No" }, []],
  ])("says %s", (_, message, signs) => {
    expect(said(decodeClaude, message)).toEqual(signs);
  });

  it("names what was refused, because nobody can be asked", () => {
    const denied = [{ tool_name: "Bash" }, { tool_name: "Bash" }, { tool_name: "Write" }];
    const signs = said(decodeClaude, { type: "result", subtype: "success", is_error: false, result: "", permission_denials: denied });
    expect(signs).toContainEqual({ kind: "notice", level: "info", text: expect.stringMatching(/^3 actions were refused \(Bash, Write\)/) });
  });
});

describe("codex's command line", () => {
  const item = (fields: object, type = "item.completed") => ({ type, item: { id: "1", ...fields } });
  it.each<[string, object, unknown]>([
    [
      "an error of its model's server",
      { type: "turn.failed", error: { message: '{"error":{"message":"Not like this"}}' } },
      failed("agent_error", "Not like this"),
    ],
    [
      "a login that is needed",
      { type: "turn.failed", error: { message: "unexpected status 401 Unauthorized" } },
      failed("login_required", "unexpected status 401 Unauthorized"),
    ],
    [
      "that it connects again",
      { type: "error", message: "Reconnecting... 2/5" },
      [{ kind: "notice", level: "info", text: "Reconnecting... 2/5" }],
    ],
    ["a warning", item({ type: "error", message: "Careful" }), [{ kind: "notice", level: "warning", text: "Careful" }]],
    [
      "a plan",
      item(
        {
          type: "todo_list",
          items: [
            { text: "A", completed: true },
            { text: "B", completed: false },
          ],
        },
        "item.updated",
      ),
      [
        {
          kind: "plan",
          entries: [
            { text: "A", status: "done" },
            { text: "B", status: "pending" },
          ],
        },
      ],
    ],
    [
      "changed files",
      item({ type: "file_change", status: "completed", changes: [{ path: "/worktree/a", kind: "add" }] }),
      [
        {
          kind: "call",
          callId: "1",
          name: "apply_patch",
          toolKind: "edit",
          input: { changes: [{ path: "/worktree/a", kind: "add" }] },
          paths: ["/worktree/a"],
        },
        { kind: "result", callId: "1", status: "completed", output: "" },
      ],
    ],
    [
      "a command in quotes",
      item({ type: "command_execution", command: `/bin/zsh -lc 'echo '\\''it'\\'''`, status: "in_progress" }, "item.started"),
      [expect.objectContaining({ input: { command: "echo 'it'" } }), expect.objectContaining({ status: "running" })],
    ],
    [
      "a tool of a server",
      item({ type: "mcp_tool_call", server: "s", tool: "t", arguments: { a: 1 }, status: "failed", error: { message: "No" } }),
      [expect.objectContaining({ name: "s.t", input: { a: 1 } }), expect.objectContaining({ status: "failed", output: "No" })],
    ],
    ["something new", item({ type: "telepathy" }), [{ kind: "unknown", name: "item telepathy" }]],
  ])("says %s", (_, message, signs) => {
    expect(said(decodeCodex, message)).toEqual(signs);
  });
});

describe("pi's command line", () => {
  const reply = (fields: object) => ({ type: "message_end", message: { role: "assistant", content: [], ...fields } });
  it.each<[string, object, unknown]>([
    ["an error", reply({ stopReason: "error", errorMessage: "400 Not like this" }), failed("agent_error", "400 Not like this")],
    ["a limit", reply({ stopReason: "length" }), failed("model_length", "The model's answer reached its token limit.")],
    ["that it goes on with its tools", reply({ stopReason: "toolUse" }), [{ kind: "goes_on" }]],
    [
      "that it tries again",
      { type: "auto_retry_start", attempt: 1, maxAttempts: 3, errorMessage: "overloaded" },
      [
        { kind: "goes_on" },
        { kind: "notice", level: "info", text: "The model did not answer (overloaded); the agent tries again, attempt 1 of 3." },
      ],
    ],
    [
      "an edit in two places",
      {
        type: "tool_execution_start",
        toolCallId: "1",
        toolName: "edit",
        args: {
          path: "/worktree/a",
          edits: [
            { oldText: "1\n", newText: "2\n" },
            { oldText: "3\n", newText: "4\n" },
          ],
        },
      },
      [expect.objectContaining({ patch: "--- a/a\n+++ b/a\n@@ -1,1 +1,1 @@\n-1\n+2\n@@ -1,1 +1,1 @@\n-3\n+4\n" })],
    ],
    ["the words of a person", { type: "message_end", message: { role: "user", content: "Hello" } }, []],
    ["something new", { type: "telepathy" }, [{ kind: "unknown", name: "telepathy" }]],
  ])("says %s", (_, message, signs) => {
    expect(said(decodePi, message)).toEqual(signs);
  });

  it("says a piece of text, which is read without the message that is repeated behind it", () => {
    const text = 'a "quoted" \\ word\n🦉';
    const start = `{"type":"message_update","assistantMessageEvent":{"type":"text_delta","contentIndex":0,"delta":${JSON.stringify(text)},"partial"`;
    const whole = said(decodePi, { assistantMessageEvent: { type: "text_delta", delta: text }, type: "message_update" });
    expect(decodePi(`${start}:{this is not even JSON`, ROOT)).toEqual([{ kind: "delta", part: "text", text }]);
    expect(whole).toEqual([{ kind: "delta", part: "text", text }]);
  });
});
