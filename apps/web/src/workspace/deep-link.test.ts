import type { TaskId } from "@boocode/shared/ids";
import { expect, test } from "vitest";
import { fromFileFragment, toFileFragment } from "../changes/file-fragment.ts";
import { fromTurnFragment, toTurnFragment } from "../chats/items/turn-fragment.ts";
import { fromLineFragment, toLineFragment } from "../files/open/line-fragment.ts";

test("the end of an address leads back to what it shows", () => {
  expect(fromTurnFragment(toTurnFragment("task_1:x" as TaskId))).toBe("task_1:x");
  for (const place of [
    { line: 12, column: 1 },
    { line: 3, column: 4 },
  ])
    expect(fromLineFragment(toLineFragment(place))).toEqual(place);
  for (const path of ["a.ts", "src/ü #1%/b c.ts"]) expect(fromFileFragment(toFileFragment(path))).toBe(path);
});

test.each(["", "#", "#turn-", "#turn-a b", "#L", "#L1x", "#Lx", "#file=", "#file=%E4", "#token=abc"])("%j shows nothing", (fragment) => {
  expect([fromTurnFragment(fragment), fromLineFragment(fragment), fromFileFragment(fragment)]).toEqual([null, null, null]);
});
