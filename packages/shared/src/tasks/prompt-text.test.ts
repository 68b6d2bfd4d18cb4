import { expect, it } from "vitest";
import { PromptText } from "./task.ts";

it("accepts a prompt with a lone surrogate and replaces it", () => {
  expect(PromptText.parse("a\ud83d b \ude00")).toBe("a\ufffd b \ufffd");
  expect(PromptText.parse("a\ud83d\ude00")).toBe("a😀");
});
