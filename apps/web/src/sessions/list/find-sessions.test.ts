import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";
import { expect, test } from "vitest";
import { findNeighbour, findSessions } from "./find-sessions.ts";

const project = (id: string, name: string, createdAt: number) => ({ id, name, createdAt }) as Project;
const session = (projectId: string, title: string, lastPromptAt: number, archived = false) =>
  ({ id: title, projectId, title, lastPromptAt, lastActivityAt: 1_000 - lastPromptAt, archived }) as Session;

const projects = [project("a", "engine", 10), project("b", "site", 20), project("c", "empty", 30)];
const sessions = [session("a", "Fix the parser", 70), session("b", "Dark theme", 80), session("a", "Cache the manifest", 90)];

const titles = (query: string) =>
  findSessions(projects, [], sessions, query).map((group) => [group.project.name, group.sessions.map((each) => each.title)]);

test.each([
  [
    "",
    [
      ["engine", ["Cache the manifest", "Fix the parser"]],
      ["site", ["Dark theme"]],
      ["empty", []],
    ],
  ],
  [
    "the",
    [
      ["engine", ["Cache the manifest", "Fix the parser"]],
      ["site", ["Dark theme"]],
    ],
  ],
  ["PARSER  fix", [["engine", ["Fix the parser"]]]],
  ["engine", [["engine", ["Cache the manifest", "Fix the parser"]]]],
  ["nowhere", []],
])("searching for '%s'", (query, found) => {
  expect(titles(query)).toEqual(found);
});

test("projects stay where the person has put them, and new ones follow by their creation", () => {
  const names = (order: string[]) => findSessions(projects.toReversed(), order, sessions, "").map(({ project: { name } }) => name);
  expect(names([])).toEqual(["engine", "site", "empty"]);
  expect(names(["c", "b"])).toEqual(["empty", "site", "engine"]);
});

test.each([
  ["Fix the parser", 1, "Dark theme"],
  ["Fix the parser", -1, "Cache the manifest"],
  ["Cache the manifest", -1, null],
  ["Dark theme", 1, null],
  [null, 1, "Cache the manifest"],
  [null, -1, "Dark theme"],
  ["Old", -1, "Fix the parser"],
] as const)("from %s, %i leads to %s", (from, step, to) => {
  const groups = findSessions(projects, [], [...sessions, session("a", "Old", 1, true)], "");
  expect(findNeighbour(groups, from, step)?.title ?? null).toBe(to);
});
