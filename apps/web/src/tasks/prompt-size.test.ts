import { MAX_PROMPT_BYTES } from "@boocode/shared/tasks/task";
import { describe, expect, it } from "vitest";
import { measurePrompt, PROMPT_LIMIT_BYTES } from "./prompt-size.ts";

describe("measurePrompt", () => {
  it("has the daemon's limit", () => {
    expect(PROMPT_LIMIT_BYTES).toBe(MAX_PROMPT_BYTES);
  });
  it.each([
    ["a", false, null],
    ["x".repeat(450 * 1024), false, "450 of 512 kB"],
    ["x".repeat(PROMPT_LIMIT_BYTES), false, "512 of 512 kB"],
    ["€".repeat(180 * 1024), true, "It has 540 of 512 kB. Put the text in a file and name the file instead."],
  ])("case %#", (text, isTooLarge, words) => {
    expect(measurePrompt(text)).toMatchObject({ isTooLarge, words });
  });
});
