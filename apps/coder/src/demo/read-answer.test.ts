import { expect, it } from "vitest";
import { readAnswer } from "./read-answer.ts";

const shown = (lines: string, note: string) => `<path>/w/a.md</path>\n<type>file</type>\n<content>\n${lines}\n\n(${note})\n</content>`;

it.each([
  { name: "the text itself", answer: "one\ntwo\n", read: { text: "one\ntwo\n", isWhole: true, isEndUnsure: false } },
  { name: "nothing", answer: "(The file is empty.)", read: { text: "", isWhole: true, isEndUnsure: false } },
  { name: "its beginning", answer: "one\n\n[Lines 1-1 of 9.]", read: { text: "one", isWhole: false, isEndUnsure: false } },
  {
    name: "numbered lines, as opencode shows them",
    answer: shown("1: one\n2: \n3: 3: x", "End of file - total 3 lines"),
    read: { text: "one\n\n3: x", isWhole: true, isEndUnsure: true },
  },
  {
    name: "the first of them",
    answer: shown("1: one", "Showing lines 1-1 of 9. Use offset=2 to continue."),
    read: { text: "one", isWhole: false, isEndUnsure: true },
  },
])("reads $name", ({ answer, read }) => {
  expect(readAnswer(answer)).toEqual(read);
});
