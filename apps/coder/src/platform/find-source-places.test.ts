import { SourceMap, stripTypeScriptTypes } from "node:module";
import * as fc from "fast-check";
import { expect, it } from "vitest";
import { findSourcePlaces, type SourceMapText } from "./find-source-places.ts";

/** A compiled program with moved lines, and its source map. */
function compile(): { code: string; map: SourceMapText } {
  const source = Array.from(
    { length: 60 },
    (_, line) => `enum E${line} { A, B }\nexport const x${line} = (a: number): E${line} => a + ${line};`,
  );
  const output = stripTypeScriptTypes(source.join("\n\n"), { mode: "transform", sourceMap: true, sourceUrl: "a.ts" });
  const [, encoded = ""] = /sourceMappingURL=data:application\/json;base64,(\S+)/.exec(output) ?? [];
  return { code: output, map: JSON.parse(Buffer.from(encoded, "base64").toString()) as SourceMapText };
}

it("finds the same positions as Node everywhere in a program", () => {
  const { code, map } = compile();
  const theirs = new SourceMap({
    file: "a.js",
    version: 3,
    sourcesContent: [],
    names: [],
    sourceRoot: "",
    ...map,
    sources: [...map.sources],
  });
  const lines = code.split("\n");
  const places = fc.array(
    fc
      .integer({ min: 1, max: lines.length })
      .chain((line) => fc.record({ line: fc.constant(line), column: fc.integer({ min: 1, max: 80 }) })),
    { maxLength: 10 },
  );
  fc.assert(
    fc.property(places, (wanted) => {
      const expected = wanted.map(({ line, column }) => {
        const found = theirs.findEntry(line - 1, column - 1);
        // If this line has no segment, Node takes the last segment of an earlier line.
        return "originalLine" in found && found.generatedLine === line - 1
          ? { source: found.originalSource, line: found.originalLine + 1, column: found.originalColumn + 1 }
          : null;
      });
      expect(findSourcePlaces(map, wanted)).toEqual(expected);
    }),
  );
});

it("returns null for positions missing from the map", () => {
  expect(findSourcePlaces({ sources: [], mappings: "" }, [{ line: 1, column: 1 }])).toEqual([null]);
  expect(findSourcePlaces({ sources: ["a.ts"], mappings: "AAAA" }, [{ line: 7, column: 1 }])).toEqual([null]);
});
