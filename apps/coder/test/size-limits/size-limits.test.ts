import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { AGENT_LIMITS } from "./agent-limits.ts";
import { API_LIMITS } from "./api-limits.ts";
import { EDIT_LIMITS } from "./edit-limits.ts";
import { CHANGE_LIMITS } from "./change-limits.ts";
import { INPUT_LIMITS } from "./input-limits.ts";
import { PAGE_LIMITS } from "./page-limits.ts";
import { parseFigure } from "./size-limit.ts";
import { STAGED_LIMITS_LISTED } from "./staged-limits.ts";
import { WORK_LIMITS } from "./work-limits.ts";

const LIMITS = [
  ...INPUT_LIMITS,
  ...API_LIMITS,
  ...AGENT_LIMITS,
  ...CHANGE_LIMITS,
  ...WORK_LIMITS,
  ...STAGED_LIMITS_LISTED,
  ...EDIT_LIMITS,
  ...PAGE_LIMITS,
];

it.each(LIMITS)("S5 $name: $figure; over it: $over", async ({ figure, check }) => {
  await check(parseFigure(figure));
});

it("docs/invariants.md lists exactly these limits, each with its figure and what happens over it", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../../docs/invariants.md"), "utf8");
  const listed = (text.split("\n## Limits\n")[1] ?? "").split("\n").filter((line) => line.startsWith("| "));
  expect(listed.slice(1)).toEqual(LIMITS.map(({ name, figure, over }) => `| ${name} | ${figure} | ${over} |`));
});
