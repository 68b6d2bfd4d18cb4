import { HOSTILE_OUTPUT } from "@boocode/shared/testing/hostile-output";
import { Terminal } from "@xterm/headless";
import { expect, it } from "vitest";
import { swallowSequences } from "./swallow-sequences.ts";

/** What a screen does with some output besides drawing it. */
async function actsOn(text: string, swallows: boolean): Promise<string[]> {
  const terminal = new Terminal({ allowProposedApi: true, cols: 80, rows: 24 });
  const acts: string[] = [];
  terminal.onData((data) => acts.push(`types ${JSON.stringify(data)}`));
  terminal.onTitleChange((title) => acts.push(`title ${title}`));
  // Without a page there is no focus to report: what counts is whether it would be.
  terminal.parser.registerCsiHandler({ prefix: "?", final: "h" }, (modes) => {
    if (modes.includes(1004)) acts.push("reports the focus");
    return false;
  });
  if (swallows) swallowSequences(terminal.parser);
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  terminal.dispose();
  return acts;
}

it("F21 a screen answers nothing and takes no title, even from output that nothing has filtered", async () => {
  // A terminal takes hours for the large numbers, which only the daemon's filter bounds.
  const corpus = HOSTILE_OUTPUT.filter((text) => !/\d{6}/.test(text)).join("\u0018");
  expect((await actsOn(corpus, false)).length).toBeGreaterThan(20);
  expect(await actsOn(corpus, false)).toContain("reports the focus");
  expect(await actsOn(corpus, true)).toEqual([]);
});
