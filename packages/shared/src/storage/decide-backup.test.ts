import { expect, it } from "vitest";
import { BACKUPS_MAX_BYTES, decideBackup, type BackupDecision, type BackupSituation } from "./decide-backup.ts";

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;
const MB = 1024 ** 2;
const usual: BackupSituation = { sizeBytes: MB, freeBytes: 1_000 * MB, changedAt: NOW, backups: [] };
const at = (number: number, hoursAgo: number) => ({ number, at: NOW - hoursAgo * HOUR });

it.each<[string, Partial<BackupSituation>, BackupDecision]>([
  ["the first one at once", {}, { kind: "make", number: 1, drop: [] }],
  ["none within a day", { backups: [at(1, 23)] }, { kind: "not_due" }],
  ["one after a day", { backups: [at(1, 24)] }, { kind: "make", number: 2, drop: [] }],
  ["none if nothing was written since", { backups: [at(1, 48)], changedAt: NOW - 48 * HOUR }, { kind: "not_due" }],
  ["three are kept", { backups: [at(4, 72), at(5, 48), at(6, 24)] }, { kind: "make", number: 7, drop: [4] }],
  ["more than three become three", { backups: [at(1, 99), at(2, 98), at(3, 97), at(4, 96)] }, { kind: "make", number: 5, drop: [2, 1] }],
  ["a clock that went back ten years", { backups: [at(9, -87_600)] }, { kind: "make", number: 10, drop: [] }],
  [
    "a clock that went back, and none is dropped for its time",
    { backups: [at(9, -87_600), at(8, 24)] },
    { kind: "make", number: 10, drop: [] },
  ],
  [
    "fewer of a large one",
    { sizeBytes: BACKUPS_MAX_BYTES / 2, freeBytes: BACKUPS_MAX_BYTES, backups: [at(1, 48), at(2, 24)] },
    { kind: "make", number: 3, drop: [1] },
  ],
  [
    "only one of a larger one",
    { sizeBytes: BACKUPS_MAX_BYTES, freeBytes: 9 * BACKUPS_MAX_BYTES, backups: [at(2, 24)] },
    { kind: "make", number: 3, drop: [2] },
  ],
  ["none of one that is too large", { sizeBytes: BACKUPS_MAX_BYTES + 1, freeBytes: 9 * BACKUPS_MAX_BYTES }, { kind: "too_large" }],
  ["none without room", { freeBytes: 2 * MB - 1 }, { kind: "no_room" }],
])("decides on a backup: %s", (_, given, expected) => {
  expect(decideBackup({ ...usual, ...given }, NOW)).toEqual(expected);
});
