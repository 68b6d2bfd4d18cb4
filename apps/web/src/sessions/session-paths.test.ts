import { ChatId, SessionId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { fromSessionPath, toSessionPath } from "./session-paths.ts";

const sessionId = SessionId.parse("ses_01k9:x");
const chatId = ChatId.parse("cht_01k9.y-z");

test.each([[{ sessionId, chatId: null }], [{ sessionId, chatId }]])("a path leads back to what it names", (place) => {
  expect(fromSessionPath(toSessionPath(place.sessionId, place.chatId ?? undefined))).toEqual(place);
});

test.each(["/", "/session", "/session/", "/session/a/b/c", "/session/a b", "/sessions/a"])("%s names no session", (path) => {
  expect(fromSessionPath(path)).toBeNull();
});
