import fc from "fast-check";
import { expect, it } from "vitest";
import { decidePortBlocks, isPortBase, PORT_BLOCKS, PORTS_PER_BLOCK, toBlockPorts, toPortVariables } from "./decide-port-block.ts";

it("no two worktrees get the same port, and none gets one that systems give out by themselves", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 60 }), (ids) => {
      const bases = new Set<number>();
      for (const id of ids) bases.add(decidePortBlocks(id, bases)[0]!);
      const ports = [...bases].flatMap(toBlockPorts);
      expect(new Set(ports).size).toBe(ids.length * PORTS_PER_BLOCK);
      expect([...bases].every(isPortBase)).toBe(true);
      expect(ports.every((port) => port > 1_024 && port < 32_768)).toBe(true);
    }),
  );
});

it("begins at the same place for the same worktree, and goes on to the next blocks", () => {
  const blocks = decidePortBlocks("wt_1", new Set());
  expect(blocks).toHaveLength(PORT_BLOCKS);
  expect(decidePortBlocks("wt_1", new Set([blocks[0]!]))).toEqual(blocks.slice(1));
  expect(decidePortBlocks("wt_1", new Set(blocks))).toEqual([]);
  expect(toPortVariables(21_010)).toEqual({ BOOCODE_PORT_BASE: "21010", PORT: "21010" });
});
