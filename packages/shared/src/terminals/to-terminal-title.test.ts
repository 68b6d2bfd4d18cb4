import { expect, it } from "vitest";
import { toTerminalTitle } from "./to-terminal-title.ts";

it.each([
  [[], "Terminal"],
  [["Terminal"], "Terminal 2"],
  [["Terminal", "Terminal 3"], "Terminal 2"],
  [["Terminal 2", "server"], "Terminal"],
])("next to %j, a new terminal is called %s", (others, title) => {
  expect(toTerminalTitle(others)).toBe(title);
});
