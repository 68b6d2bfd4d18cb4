import type { Project } from "@boocode/shared/projects/project";
import type { Session } from "@boocode/shared/sessions/session";
import { expect, test } from "vitest";
import { findSessions } from "./find-sessions.ts";

const project = (id: string, name: string, createdAt: number) => ({ id, name, createdAt }) as Project;
const session = (projectId: string, title: string, lastActivityAt: number) => ({ projectId, title, lastActivityAt }) as Session;

const projects = [project("a", "engine", 10), project("b", "site", 20), project("c", "empty", 30)];
const sessions = [session("a", "Cache the manifest", 90), session("b", "Dark theme", 80), session("a", "Fix the parser", 70)];

const titles = (query: string) =>
  findSessions(projects, sessions, query).map((group) => [group.project.name, group.sessions.map((each) => each.title)]);

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
