import { ChangeId, ChatId, SessionId, TaskId } from "@boocode/shared/ids";
import { buildProject } from "@boocode/shared/testing/build";
import type { Session } from "@boocode/shared/sessions/session";
import { expect, it } from "vitest";
import type { Command } from "../ui/browser/commands.ts";
import { toPaletteGroups, toPaletteQuery, type PaletteGroup, type PaletteInput } from "./palette-entries.ts";

const project = buildProject({ name: "garden" });
const session = (id: string, given: Partial<Session> = {}): Session =>
  ({ id, title: id, projectId: project.id, attention: "none", archived: false, lastActivityAt: 0, worktree: null, ...given }) as Session;
const command = (title: string, keys: string[] = []): Command => ({ id: title, title, keys, run: () => {} });

const input = (typed: string, given: Partial<PaletteInput> = {}): PaletteInput => ({
  query: toPaletteQuery(typed),
  sessions: [
    session("weeds", { lastActivityAt: 3 }),
    session("roses", { lastActivityAt: 1, attention: "needs_you" }),
    session("old weeds", { lastActivityAt: 2, archived: true }),
  ],
  projects: [project],
  commands: [command("New chat", ["Mod+T"]), command("Stop weeding")],
  answer: null,
  files: [],
  ...given,
});

const shown = (groups: PaletteGroup[]) =>
  groups.map(({ label, items }) => [label, ...items.map(({ key }) => key.slice(key.indexOf(" ") + 1))]);

it.each([
  ["", "all", ""],
  ["  fix ", "all", "fix"],
  [">  new", "commands", "new"],
  ["@src/a", "files", "src/a"],
  ["?", "shortcuts", ""],
])("reads %j", (typed, mode, text) => {
  expect(toPaletteQuery(typed)).toEqual({ mode, text });
});

it.each<[string, Partial<PaletteInput>, string[][]]>([
  [
    "",
    {},
    [
      ["Recent sessions", "roses", "weeds"],
      ["Commands", "New chat", "Stop weeding"],
    ],
  ],
  [
    "weed",
    {},
    [
      ["Sessions", "weeds", "old weeds"],
      ["Commands", "Stop weeding"],
    ],
  ],
  ["garden rose", {}, [["Sessions", "roses"]]],
  [">new", {}, [["Commands", "New chat"]]],
  ["?", {}, [["Shortcuts", "New chat"]]],
  ["@a", { files: ["src/a.ts"] }, [["Files of this session", "src/a.ts"]]],
  ["nothing", {}, []],
])("lists for %j", (typed, given, groups) => {
  expect(shown(toPaletteGroups(input(typed, given)))).toEqual(groups);
});

it("lists what the daemon found with the names of its places, and no chat of a listed session that does not fit itself", () => {
  const ids = { sessionId: SessionId.parse("weeds"), taskId: TaskId.parse("t"), at: 1 };
  const [first, second] = [ChatId.parse("c1"), ChatId.parse("c2")];
  const groups = toPaletteGroups(
    input("weed", {
      answer: {
        chats: [
          { sessionId: ids.sessionId, chatId: first },
          { sessionId: ids.sessionId, chatId: second },
        ],
        changes: [{ sessionId: ids.sessionId, changeId: ChangeId.parse("x"), path: "weed.txt" }],
        hits: [{ ...ids, chatId: second, itemKey: "part:p", kind: "answer", snippet: { before: "", match: "weed", after: "" } }],
        named: { c1: { title: "Chat 1", isClosed: false }, c2: { title: "Weeding", isClosed: true } },
        isCut: false,
        isReading: false,
      },
    }),
  );
  expect(shown(groups).slice(1)).toEqual([
    ["Chats", "c2"],
    ["Commands", "Stop weeding"],
    ["Changed files", "weeds x"],
    ["In chats", "c2 part:p"],
  ]);
  expect(groups.at(-1)!.items[0]).toMatchObject({ title: "Weeding", session: "weeds", isClosed: true });
});
