import { ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { fromSessionPath, toSessionPath, toTabPath, type ShownTab } from "./session-paths.ts";

const sessionId = SessionId.parse("ses_01k9:x");

test.each<ShownTab>([
  { kind: "chat", chatId: ChatId.parse("cht_01k9.y-z") },
  { kind: "changes", taskId: null },
  { kind: "changes", taskId: TaskId.parse("tsk_01k9") },
])("the path of a tab leads back to it: %j", (tab) => {
  expect(fromSessionPath(toTabPath(sessionId, tab))).toEqual({ sessionId, tab });
});

test("a session's path names no tab", () => {
  expect(fromSessionPath(toSessionPath(sessionId))).toEqual({ sessionId, tab: null });
});

test.each(["/", "/session", "/session/", "/session/a/b/c", "/session/a/changes/b/c", "/session/a b", "/sessions/a"])(
  "%s names no session",
  (path) => {
    expect(fromSessionPath(path)).toBeNull();
  },
);
