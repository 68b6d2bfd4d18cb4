import { ChatId, SessionId, TaskId, TerminalId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { fromSessionPath, toSessionPath, toTabPath, type ShownTab } from "./session-paths.ts";

const sessionId = SessionId.parse("ses_01k9:x");

test.each<ShownTab>([
  { kind: "chat", chatId: ChatId.parse("cht_01k9.y-z") },
  { kind: "changes", taskId: null },
  { kind: "changes", taskId: TaskId.parse("tsk_01k9") },
  { kind: "terminal", terminalId: TerminalId.parse("term_01k9") },
  { kind: "code", path: null },
  { kind: "code", path: "src/deep/a.ts" },
  { kind: "code", path: 'ü b/100%25 #?&"\n\\.ts' },
])("the path of a tab leads back to it: %j", (tab) => {
  expect(fromSessionPath(toTabPath(sessionId, tab))).toEqual({ sessionId, tab });
});

test("an address of a file that cannot be decoded shows the files", () => {
  expect(fromSessionPath("/session/a/code/%E4")).toEqual({ sessionId: "a", tab: { kind: "code", path: null } });
});

test("a session's path names no tab", () => {
  expect(fromSessionPath(toSessionPath(sessionId))).toEqual({ sessionId, tab: null });
});

test.each([
  "/",
  "/session",
  "/session/",
  "/session/a/b/c",
  "/session/a/changes/b/c",
  "/session/a/terminal/b/c",
  "/session/a b",
  "/sessions/a",
])("%s names no session", (path) => {
  expect(fromSessionPath(path)).toBeNull();
});
