import type { FileView } from "@boocode/shared/files/file-view";
import { expect, it } from "vitest";
import type { CodeDraft } from "../drafts/code-draft-store.ts";
import { decideBase, decideStanding, type FileStanding, type OnDisk } from "./decide-outside.ts";

const text = (oid: string, content: string): FileView => ({
  kind: "text",
  oid,
  bytes: 1,
  text: content,
  encoding: "utf-8",
  isExecutable: false,
});
const draft = (baseOid: string | null, content = "mine") => ({ baseOid, text: content });

it.each<[string, CodeDraft | null, OnDisk, FileStanding]>([
  ["nothing is written", null, text("a", "x"), "saved"],
  ["more is written", draft("a"), text("a", "x"), "unsaved"],
  ["the disk is not read yet", draft("a"), null, "unsaved"],
  ["somebody else has changed it", draft("a"), text("b", "x"), "changed"],
  ["somebody else has saved the same", draft("a"), text("b", "mine"), "saved"],
  ["it was made by somebody else", draft(null), text("b", "x"), "changed"],
  ["it is gone", draft("a"), "gone", "gone"],
  ["it was never there", draft(null), "gone", "unsaved"],
  ["it is no text any more", draft("a"), { kind: "binary", bytes: 1 }, "gone"],
])("%s", (_, written, disk, standing) => expect(decideStanding(written, disk)).toBe(standing));

it.each([
  { name: "what was written before goes on from where it began", draft: "d", over: "b", saved: ["a", "b"], now: "b", expected: "d" },
  { name: "the content that the editor shows", draft: null, over: "a", saved: null, now: "a", expected: "a" },
  { name: "a save that the editor has been told of", draft: null, over: "b", saved: ["a", "b"], now: "b", expected: "b" },
  { name: "a save that the editor has not been told of yet", draft: null, over: "a", saved: ["a", "b"], now: "b", expected: "b" },
  { name: "a file that others have returned to what it was", draft: null, over: "a", saved: ["a", "b"], now: "a", expected: "a" },
  { name: "a file that others have changed since", draft: null, over: "a", saved: ["a", "b"], now: "c", expected: "a" },
  { name: "the first save of a new file", draft: null, over: null, saved: [null, "b"], now: "b", expected: "b" },
] as const)("a text is written over $expected: $name", ({ draft, over, saved, now, expected }) => {
  const lastSave = saved && { from: saved[0], to: saved[1] };
  expect(decideBase({ draft: draft && { baseOid: draft, text: "" }, over, lastSave, now })).toBe(expected);
});
