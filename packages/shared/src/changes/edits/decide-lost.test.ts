import { expect, it } from "vitest";
import { isLost, type FileIdentity, type UnsureFile, type UnsureLook } from "./decide-lost.ts";

const OLD: FileIdentity = { ino: "7", size: "3", mtimeNs: "100", ctimeNs: "100" };
const NEW: FileIdentity = { ino: "8", size: "0", mtimeNs: "5000", ctimeNs: "6000" };
const added: UnsureFile = { path: "a", ino: "8", mtimeNs: "5000", before: null };
const replaced: UnsureFile = { ...added, before: OLD };
const done = { endedAt: 1, wasLost: false };
const open = { endedAt: null, wasLost: false };
const look = (holds: UnsureLook["holds"], identity: FileIdentity | null = null, folderChangedNs = 1_000_000n): UnsureLook => ({
  holds,
  identity,
  folderChangedNs,
});

it.each([
  { name: "a beginning of it, in the file that was put there", file: added, look: look("torn", NEW), edit: done, expected: true },
  { name: "the same while the edit is not done", file: replaced, look: look("torn", NEW), edit: open, expected: true },
  {
    name: "an older time, as the disk may have it",
    file: added,
    look: look("torn", { ...NEW, mtimeNs: "4000" }),
    edit: done,
    expected: true,
  },
  { name: "emptied later", file: added, look: look("torn", { ...NEW, mtimeNs: "5001" }), edit: done, expected: false },
  { name: "another empty file", file: added, look: look("torn", { ...NEW, ino: "9", mtimeNs: "10" }), edit: done, expected: false },
  { name: "all of it", file: added, look: look("after", NEW), edit: done, expected: false },
  { name: "another content", file: added, look: look("third", NEW), edit: done, expected: false },
  { name: "the very file that was replaced", file: replaced, look: look("before", OLD), edit: done, expected: true },
  { name: "that file, while the edit is not done", file: replaced, look: look("before", OLD), edit: open, expected: false },
  { name: "its content written again", file: replaced, look: look("before", { ...OLD, mtimeNs: "9" }), edit: done, expected: false },
  { name: "its file moved back", file: replaced, look: look("before", { ...OLD, ctimeNs: "9000" }), edit: done, expected: false },
  { name: "another file with its content", file: replaced, look: look("before", { ...OLD, ino: "9" }), edit: done, expected: false },
  { name: "nothing, in a folder left alone since", file: added, look: look("nothing"), edit: done, expected: true },
  { name: "nothing, in a folder changed in that moment", file: added, look: look("nothing", null, 1_999_999n), edit: done, expected: true },
  { name: "nothing, in a folder changed since", file: added, look: look("nothing", null, 2_000_000n), edit: done, expected: false },
  {
    name: "nothing, in a folder that bringing back another file has changed",
    file: added,
    look: look("nothing", null, 2_000_000n),
    edit: { ...done, wasLost: true },
    expected: true,
  },
  { name: "nothing while the edit is not done", file: added, look: look("nothing"), edit: open, expected: false },
  { name: "nothing where a file was replaced", file: replaced, look: look("nothing"), edit: done, expected: false },
])("after a power cut: $name", ({ file, look: found, edit, expected }) => {
  expect(isLost(file, found, edit)).toBe(expected);
});
