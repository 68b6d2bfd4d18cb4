import type { Chat } from "@boocode/shared/chats/chat";
import type { ChatId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { chooseChat } from "./chosen-chat.ts";

const id = (text: string) => text as ChatId;
const chats = ["a", "b", "c"].map((each) => ({ id: id(each) }) as Chat);

test.each([
  ["the address names it", id("a"), "b", "a"],
  ["the address names a closed one", id("x"), "b", "b"],
  ["nothing is named", null, "a", "a"],
  ["what was remembered is closed", null, "x", "c"],
  ["a session new to this browser", null, undefined, "c"],
])("%s", (_, named, remembered, chosen) => {
  expect(chooseChat(chats, named, remembered)?.id).toBe(chosen);
});

test("a session without open chats shows no chat", () => {
  expect(chooseChat([], id("a"), "a")).toBeUndefined();
});
