import { expect, it } from "vitest";
import { toPromptBlocks } from "./to-prompt-blocks.ts";

it("the person's words stand behind what the agent is told, and links to the files that they mention behind them", () => {
  const files = [{ path: "two words/ü#1.md", absolutePath: "/w/two words/ü#1.md", isFolder: false }];
  expect(toPromptBlocks({ handover: "Told", text: "Look at it", files })).toEqual([
    { type: "text", text: "Told" },
    { type: "text", text: "Look at it" },
    { type: "resource_link", uri: "file:///w/two%20words/%C3%BC%231.md", name: "two words/ü#1.md" },
  ]);
  expect(toPromptBlocks({ text: "/compact" })).toEqual([{ type: "text", text: "/compact" }]);
});
