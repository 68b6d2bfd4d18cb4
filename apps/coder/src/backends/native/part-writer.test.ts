import type { AgentEvent } from "@boocode/shared/agents/agent-event";
import fc from "fast-check";
import { expect, it } from "vitest";
import { PartWriter } from "./part-writer.ts";

const block = fc.record({
  kind: fc.constantFrom("text", "thought"),
  pieces: fc.array(fc.constantFrom("a", " ", "\n\n", "b c", "", "\t", "é🙂")),
});

it("writes every word of every block, with contiguous offsets, and no part of nothing but space", () => {
  fc.assert(
    fc.property(fc.array(block), (blocks) => {
      const events: Extract<AgentEvent, { offset: number }>[] = [];
      const writer = new PartWriter((event) => void events.push(event as Extract<AgentEvent, { offset: number }>));
      const ended = blocks.map(({ kind, pieces }) => {
        for (const piece of pieces) void writer.write(kind as "text" | "thought", piece);
        return writer.end();
      });
      const parts = new Map<string, string>();
      for (const { partId, offset, text } of events) {
        expect(text).not.toBe("");
        expect(offset).toBe((parts.get(partId) ?? "").length);
        parts.set(partId, (parts.get(partId) ?? "") + text);
      }
      const wanted = blocks.map(({ pieces }) => pieces.join("").trim());
      expect(ended).toEqual(wanted);
      expect([...parts.values()]).toEqual(wanted.filter((text) => text !== ""));
    }),
  );
});
