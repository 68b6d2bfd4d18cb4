import { ChatId } from "@boocode/shared/ids";
import { expect, it } from "vitest";
import { SendOrder } from "./send-order.ts";

const chat = ChatId.parse("chat-1");

it("a prompt waits for the one before it, also if that fails, and not for those of other chats", async () => {
  const order = new SendOrder();
  const sent: string[] = [];
  const slow = Promise.withResolvers<string>();
  const first = order.next(chat, () => slow.promise.finally(() => sent.push("first")));
  const second = order.next(chat, async () => sent.push("second"));
  const third = order.next(chat, async () => sent.push("third"));
  await order.next(ChatId.parse("chat-2"), async () => sent.push("other"));
  expect(sent).toEqual(["other"]);
  slow.reject(new Error("no answer"));
  await expect(first).rejects.toThrow("no answer");
  expect(await Promise.all([second, third])).toEqual([3, 4]);
  expect(sent).toEqual(["other", "first", "second", "third"]);
});

it("a failure is that of its own prompt alone", async () => {
  const order = new SendOrder();
  await expect(order.next(chat, () => Promise.reject(new Error("refused")))).rejects.toThrow("refused");
  expect(await order.next(chat, async () => "accepted")).toBe("accepted");
});
