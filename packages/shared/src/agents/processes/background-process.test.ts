import { expect, it } from "vitest";
import { BackgroundProcess, toShownCommand } from "./background-process.ts";

it.each([
  [["npm", "run", "dev"], "npm run dev"],
  [["sh", "-c", "while :; do\n  date\ndone"], "sh -c while :; do date done"],
  [["a".repeat(298), "😀tail"], `${"a".repeat(298)} …`],
  [["x".repeat(400)], `${"x".repeat(299)}…`],
])("shows a command on one line, cut where it is long", (argv, shown) => {
  expect(toShownCommand(argv)).toBe(shown);
  expect(BackgroundProcess.shape.command.safeParse(shown).success).toBe(true);
});
