import { expect, it } from "vitest";
import { Tab, toTabKey } from "./tab.ts";

const tabs = [
  { kind: "chat", chatId: "chat-1" },
  { kind: "terminal", terminalId: "chat-1" },
  { kind: "code", path: "chat-1" },
  { kind: "code", path: "src/a.ts" },
  { kind: "code", path: null },
  { kind: "changes", taskId: null },
  { kind: "changes", taskId: "chat-1" },
].map((tab) => Tab.parse(tab));

it("a tab is a chat, a terminal, code or the changes, and each has its own key", () => {
  expect(tabs.map(toTabKey)).toEqual([
    "chat:chat-1",
    "terminal:chat-1",
    "code:chat-1",
    "code:src/a.ts",
    "code",
    "changes",
    "changes:chat-1",
  ]);
});

it.each([
  { kind: "browser", url: "x" },
  { kind: "chat" },
  { kind: "terminal", chatId: "chat-1" },
  { kind: "code", path: "" },
  { kind: "changes" },
  null,
])("nothing else is a tab: %j", (tab) => {
  expect(Tab.safeParse(tab).success).toBe(false);
});
