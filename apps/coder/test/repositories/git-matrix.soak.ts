import { SINKS } from "@boocode/testkit/malicious-repository";
import { expect, it } from "vitest";
import { ALL_CELLS, runCells } from "./git-matrix.ts";

it.each(Object.keys(SINKS))(
  `S9 no command of the daemon's runs what a repository names in %s (${ALL_CELLS.length} cells in all)`,
  async (sink) => {
    const cells = ALL_CELLS.filter((cell) => cell.sink === sink);
    expect(await runCells(cells)).toEqual([]);
    expect(cells.length).toBeGreaterThan(20);
  },
);
