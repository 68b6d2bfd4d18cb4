import type { Permission } from "@boocode/shared/agents/permissions/permission";
import { PermissionId } from "@boocode/shared/ids";
import { BUILT_IDS } from "@boocode/shared/testing/build";
import { expect, it } from "vitest";
import { mergeEntries, takeShown } from "./inbox-entries.ts";

const ask = (id: string, requestedAt: number): Permission => ({
  id: PermissionId.parse(id),
  sessionId: BUILT_IDS.session,
  chatId: BUILT_IDS.chat,
  taskId: BUILT_IDS.task,
  agent: BUILT_IDS.agent,
  callId: null,
  title: "Run it?",
  toolKind: "command",
  paths: [],
  argv: null,
  cwd: null,
  options: [],
  optionId: null,
  resolvedBy: null,
  requestedAt,
  resolvedAt: null,
});
const names = (entries: ReturnType<typeof mergeEntries>) =>
  entries.map(({ permission, isOpen }) => `${permission.id}${isOpen ? "" : " settled"}`);

it("begins with the one that waits longest", () => {
  expect(names(mergeEntries([], [ask("b", 2), ask("c", 3), ask("a", 1)]))).toEqual(["a", "b", "c"]);
});

it("keeps what is settled in its place, and puts new ones last", () => {
  const shown = mergeEntries([], [ask("a", 1), ask("b", 2)]);
  const later = mergeEntries(shown, [ask("0", 0), ask("b", 2)]);
  expect(names(later)).toEqual(["a settled", "b", "0"]);
  expect(names(mergeEntries(later, []))).toEqual(["a settled", "b settled", "0 settled"]);
});

it("opens one again that was taken off too early, because its answer did not arrive", () => {
  const shown = mergeEntries(mergeEntries([], [ask("a", 1)]), []);
  expect(names(mergeEntries(shown, [ask("a", 1)]))).toEqual(["a"]);
});

it("shows a question that waits, however many were settled before it, and does not keep all of those", () => {
  const asked = Array.from({ length: 120 }, (_, at) => ask(`p${String(at).padStart(3, "0")}`, at));
  expect(names(takeShown(mergeEntries([], asked), 2))).toEqual(["p000", "p001"]);
  const settled = mergeEntries(mergeEntries([], asked), []);
  const later = mergeEntries(settled, [ask("new", 999), ask("newer", 1_000)]);
  expect(names(later)).toEqual([...asked.slice(70).map(({ id }) => `${id} settled`), "new", "newer"]);
  expect(names(takeShown(later, 1)).at(-1)).toBe("new");
  expect(mergeEntries(later, [ask("new", 999), ask("newer", 1_000)])).toBe(later);
});

it("is the same list while nothing changes", () => {
  const shown = mergeEntries([], [ask("a", 1)]);
  expect(mergeEntries(shown, [ask("a", 1)])).toBe(shown);
});
