import { mkdir, truncate } from "node:fs/promises";
import { SearchInput } from "@boocode/shared/files/file-search";
import { expect } from "vitest";
import { setUp } from "../../src/changes/saves/saves-fixture.ts";
import { FileSearch } from "../../src/files/file-search.ts";
import { FileViews } from "../../src/files/file-views.ts";
import { makeTerminalHome, openTerminal, SIZE } from "../terminals/terminal-rig.ts";
import type { SizeLimit } from "./size-limit.ts";

const REFUSED = "refused with `file_refused` (422); nothing is written";

/** What the page opens, saves and types. */
export const PAGE_LIMITS: readonly SizeLimit[] = [
  {
    name: "text that you open and save",
    figure: "2 MB",
    over: "its beginning is shown, and it cannot be saved",
    async check(limit) {
      await using place = await open();
      await place.put("fits.txt", "x".repeat(limit));
      await place.put("large.txt", `${"x".repeat(limit)}\n`);
      expect([await place.kindOf("fits.txt"), await place.kindOf("large.txt")]).toEqual(["text", "head"]);
      expect(await place.faultOf(place.save("fits.txt", "y".repeat(limit)))).toBeNull();
      expect(await place.faultOf(place.save("fits.txt", "y".repeat(limit + 1)))).toMatchObject({ because: "too_large", limit });
      expect(await place.faultOf(place.save("large.txt", "y"))).toMatchObject({ because: "too_large", limit });
    },
  },
  {
    name: "beginning of a larger text that is shown",
    figure: "256 KB",
    over: "not shown; the beginning ends with a whole line",
    async check(limit) {
      await using place = await open();
      const lines = "x"
        .repeat(1023)
        .concat("\n")
        .repeat(3 * 1024);
      await place.put("fits.txt", lines);
      await place.put("cut.txt", `x${lines}`);
      expect([(await place.textOf("fits.txt")).length, (await place.textOf("cut.txt")).length]).toEqual([limit, limit - 1023]);
    },
  },
  {
    name: "image that you open",
    figure: "4 MB",
    over: "named as binary, with its size",
    async check(limit) {
      await using place = await open();
      const start = Buffer.from("\u0089PNG\r\n\u001a\n", "latin1");
      await place.putSized("fits.png", limit, start);
      await place.putSized("large.png", limit + 1, start);
      expect([await place.kindOf("fits.png"), await place.kindOf("large.png")]).toEqual(["image", "binary"]);
    },
  },
  {
    name: "file that you rename or delete",
    figure: "50 MB",
    over: REFUSED,
    async check(limit) {
      await using place = await open();
      await place.putSized("fits.bin", limit);
      await place.putSized("large.bin", limit + 1);
      expect(await place.remove("large.bin")).toMatchObject({ because: "too_large", limit });
      expect(await place.remove("fits.bin")).toBeNull();
      expect([await place.isThere("large.bin"), await place.isThere("fits.bin")]).toEqual([true, false]);
    },
  },
  {
    name: "files of a folder that you rename or delete",
    figure: "1,000",
    over: REFUSED,
    async check(limit) {
      await using place = await open();
      await mkdir(place.at("many"));
      for (let at = 0; at <= limit; at++) await place.put(`many/${at}`, "");
      expect(await place.remove("many")).toMatchObject({ because: "too_many", limit });
      expect(await place.remove("many/0")).toBeNull();
      expect(await place.remove("many")).toBeNull();
      expect(await place.isThere("many")).toBe(false);
    },
  },
  {
    name: "files of a folder that you rename or delete, together",
    figure: "200 MB",
    over: REFUSED,
    async check(limit) {
      await using place = await open();
      await mkdir(place.at("large"));
      for (let at = 0; at < 4; at++) await place.putSized(`large/${at}`, limit / 4);
      await place.put("large/more", "x");
      expect(await place.remove("large")).toMatchObject({ because: "too_large", limit });
      expect(await place.isThere("large/0")).toBe(true);
    },
  },
  {
    name: "matches of a search in files",
    figure: "1,000",
    over: "not listed, and the list says that there are more",
    async check(limit) {
      await using place = await open();
      await place.put("a.txt", "needle\n".repeat(limit));
      expect(await place.search("needle")).toEqual({ count: limit, isCut: false });
      await place.put("a.txt", "needle\n".repeat(limit + 1));
      expect(await place.search("needle")).toEqual({ count: limit, isCut: true });
    },
  },
  {
    name: "terminals that run at once",
    figure: "20",
    over: "refused with `too_many` (429)",
    async check(limit) {
      const home = await makeTerminalHome();
      const { api, sessionId } = await openTerminal(await home.start());
      for (let count = 1; count < limit; count++) await api.terminals.open.mutate({ sessionId, size: SIZE });
      const fault = { kind: "too_many", what: "terminals", limit };
      await expect(api.terminals.open.mutate({ sessionId, size: SIZE })).rejects.toMatchObject({ data: { fault } });
    },
  },
  {
    name: "text typed or pasted into a terminal in one write",
    figure: "65,536 characters",
    over: "refused with `invalid_input` (400); the page sends a paste in parts",
    async check(limit) {
      const home = await makeTerminalHome();
      const { reader, type } = await openTerminal(await home.start());
      await type("stty -echo -icanon; printf 're%s\\n' ady; head -c 65536 | wc -c\n");
      await reader.waitFor(/ready/);
      await expect(type("x".repeat(limit + 1))).rejects.toMatchObject({ data: { httpStatus: 400 } });
      await type("x".repeat(limit));
      await reader.waitFor(/\b65536\b\s*\r?\n/);
    },
  },
];

async function open() {
  const setup = await setUp({ "README.md": "# Test\n" });
  const { sessionId, fileSaves, faultOf } = setup;
  const views = new FileViews(setup);
  const search = new FileSearch(setup);
  const read = (path: string) => views.read({ sessionId, path, known: null });
  return Object.assign(setup, {
    kindOf: async (path: string) => (await read(path)).kind,
    textOf: async (path: string) => {
      const view = await read(path);
      return view.kind === "head" || view.kind === "text" ? view.text : "";
    },
    /** Writes a file of so many bytes, which take no room on the disk. */
    async putSized(path: string, bytes: number, start: Uint8Array | string = "") {
      await setup.put(path, start);
      await truncate(setup.at(path), bytes);
    },
    remove: (path: string) => faultOf(fileSaves.delete({ sessionId, path })),
    async search(query: string) {
      const { files, isCut } = await search.search(SearchInput.parse({ sessionId, query }));
      return { count: files.reduce((sum, { lines }) => sum + lines.length, 0), isCut };
    },
  });
}
