import { expect, it } from "vitest";
import { PromptText } from "./task.ts";

it("takes a prompt with half a character in it, and makes it whole", () => {
  expect(PromptText.parse("a\ud83d b \ude00")).toBe("a\ufffd b \ufffd");
  expect(PromptText.parse("a\ud83d\ude00")).toBe("a😀");
});
