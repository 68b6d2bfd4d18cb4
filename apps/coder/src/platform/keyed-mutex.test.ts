import { expect, it } from "vitest";
import { KeyedMutex } from "./keyed-mutex.ts";

it("runs one at a time for a key, in the order asked, and goes on after a failure", async () => {
  const mutex = new KeyedMutex();
  const gate = Promise.withResolvers<void>();
  const seen: string[] = [];
  const first = mutex.run("a", async () => {
    seen.push("first begins");
    await gate.promise;
    seen.push("first ends");
    throw new Error("on purpose");
  });
  const second = mutex.run("a", () => seen.push("second"));
  const third = mutex.run("a", () => seen.push("third"));
  await mutex.run("b", () => seen.push("another key"));
  expect(seen).toEqual(["first begins", "another key"]);
  gate.resolve();
  await expect(first).rejects.toThrow("on purpose");
  await Promise.all([second, third]);
  expect(seen.slice(2)).toEqual(["first ends", "second", "third"]);
});
