import { Fault } from "@boocode/shared/faults/fault";
import { expect, test } from "vitest";
import { explainError, explainFault, faultOf } from "./explain-fault.ts";

/** One value for every field a fault may have. A text that needs a field missing here contains "undefined". */
const FIELDS = {
  tokenId: "tok_1",
  issues: [{ path: "title", message: "Too short" }],
  maxBytes: 524_288,
  bytes: 600_000,
  promptId: "p_1",
  blobId: "0".repeat(64),
  permissionId: "prm_1",
  optionId: null,
  by: "person",
  ruleId: "rul_1",
  path: "/home/ada/engine",
  reason: "connect ECONNREFUSED",
  projectId: "prj_1",
  sessions: 2,
  archived: 1,
  orphans: 0,
  trashed: 1,
  sessionId: "ses_1",
  openTasks: 1,
  baseRef: "main",
  chatId: "cht_1",
  taskId: "tsk_1",
  state: "running",
  scope: "session",
  unit: "tokens",
  spent: 120,
  resetsAt: null,
  limit: 100,
  what: "chats",
  agent: "qwen",
  hint: "Install it with npm.",
  ways: ["Log in with an account"],
  model: "llama",
  url: "http://127.0.0.1:8080/v1",
  endpointId: "local",
  status: 401,
  changeId: "chg_1",
  editId: "edit_1",
  paths: ["src/engine.ts", "notes.md"],
  conflicts: [{ changeId: "chg_1", path: "src/engine.ts", because: "edited" }],
  consent: "0123456",
  command: "git status",
  exitCode: 128,
  stderrTail: "fatal: bad object",
  limitMs: 10_000,
  ageMs: 90_000,
  because: "held",
  holder: "git (process 7)",
  ref: "refs/heads/main",
  found: "0123456",
  wanted: "refs/heads/main/new",
  commentId: "cmt_1",
  reports: [],
  trashId: "trash_1",
  stashId: "stash_1",
  oid: "0123456",
  terminalId: "trm_1",
  programs: [{ pid: 41, name: "vim" }],
  action: "commit",
  missing: ["name", "email"],
  operation: "rebase",
  remotes: ["origin", "fork"],
  upstream: "origin/topic",
  ahead: 1,
  behind: 2,
  how: "merge",
  count: 2,
  branch: "boocode/topic",
};
/** Fields with another value for one kind. */
const OWN_FIELDS: Readonly<Record<string, object>> = {
  skill_unusable: { name: "review" },
  git_nothing: { to: "commit" },
  staging_refused: { because: "ignored", limit: null },
  agent_in_use: { because: "busy" },
  file_refused: { because: "missing" },
  not_adoptable: { because: "checkout", at: null },
};
const kinds = Fault.options.map((option) => option.shape.kind.value);

test.each(kinds)("%s has words", (kind) => {
  const { title, hint } = explainFault(Fault.parse({ kind, ...FIELDS, ...OWN_FIELDS[kind] }));
  expect(title).toMatch(/^\S.{8,}[^.]$/);
  expect(hint).toMatch(/\S.{8,}/);
  expect(title + hint).not.toMatch(/undefined|null|NaN|\[object/);
});

test("no two kinds share a text", () => {
  const titles = kinds.map((kind) => explainFault(Fault.parse({ kind, ...FIELDS, ...OWN_FIELDS[kind] })).title);
  expect(new Set(titles).size).toBe(kinds.length);
});

test("an error from the daemon has its fault", () => {
  const error = Object.assign(new Error("no_commits"), { data: { fault: { kind: "no_commits", path: "/x" } } });
  expect(faultOf(error)).toEqual({ kind: "no_commits", path: "/x" });
  expect(explainError(error).title).toBe("The repository has no commits yet");
});

test("an unreachable daemon is not an unexpected failure", () => {
  expect(explainError(new Error("Failed to fetch", { cause: new TypeError("Failed to fetch") })).title).toBe("BooCode does not answer");
});

test("an unexpected failure keeps its details, also a fault of a newer daemon", () => {
  expect(explainError(new RangeError("Invalid array length")).details).toContain("Invalid array length");
  expect(explainError(Object.assign(new Error("x"), { data: { fault: { kind: "made_in_the_future" } } })).details).toContain(
    "made_in_the_future",
  );
});
