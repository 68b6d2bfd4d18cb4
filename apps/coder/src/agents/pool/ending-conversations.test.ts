import { expect, it } from "vitest";
import { ManualTime } from "../../../test/manual-time.ts";
import { EndingConversations } from "./ending-conversations.ts";

it("one that did not listen is waited for by the next turn for a while, and not by a shutdown", async () => {
  const time = new ManualTime();
  const ending = new EndingConversations(time);
  const heard = Promise.withResolvers<void>();
  const unheard = Promise.withResolvers<void>();
  void ending.add("chat-1 boocode", heard.promise);
  void ending.add("chat-2 boocode", unheard.promise, true);
  const seen: string[] = [];
  const settled = ending.settleAll().then(() => seen.push("settled"));
  const waited = ending.find("chat-2 boocode")!.then(() => seen.push("waited"));
  heard.resolve();
  await settled;
  expect(seen).toEqual(["settled"]);
  time.advance(10_000);
  await waited;
  expect([ending.has("chat-2 boocode"), ending.find("chat-2 boocode")]).toEqual([false, null]);
  unheard.resolve();
});
