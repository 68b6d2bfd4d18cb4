import type { FileView } from "@boocode/shared/files/file-view";
import { expect, it } from "vitest";
import type { CodeDraft } from "../drafts/code-draft-store.ts";
import { decideStanding, type FileStanding, type OnDisk } from "./decide-outside.ts";

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
