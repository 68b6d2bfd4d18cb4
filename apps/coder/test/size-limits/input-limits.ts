import { decideAttachment } from "@boocode/shared/attachments/decide-attachment";
import { ChatTitle } from "@boocode/shared/chats/chat";
import { decideSendPrompt, refuseAttachments } from "@boocode/shared/chats/decide-send-prompt";
import { BlobId } from "@boocode/shared/ids";
import { SaveLayoutInput } from "@boocode/shared/panes/decide-save-layout";
import { decodeLayout, emptyLayout, FIRST_PANE } from "@boocode/shared/panes/layout";
import { AddProjectInput } from "@boocode/shared/projects/project";
import { CreateSessionInput, SessionTitle } from "@boocode/shared/sessions/session";
import { decideEditPrompt } from "@boocode/shared/tasks/decide-edit-prompt";
import { BUILT_IDS, buildAgent, buildChat, buildPrompt, buildSession } from "@boocode/shared/testing/build";
import { toBranchNames } from "@boocode/shared/worktrees/branch-name";
import { expect } from "vitest";
import type { SizeLimit } from "./size-limit.ts";

const { session, task } = BUILT_IDS;

const buildFile = (bytes: number) => ({ blobId: BlobId.parse("0".repeat(64)), name: "a", bytes, type: "text/plain" as const });

/** What a person writes, attaches and names. */
export const INPUT_LIMITS: readonly SizeLimit[] = [
  {
    name: "prompt",
    figure: "512 KB",
    over: "refused with `prompt_too_large` (413)",
    check(limit) {
      const state = {
        existing: null,
        chat: buildChat(),
        session: buildSession(),
        agent: buildAgent(),
        isDeleting: false,
        attachments: [],
        openTasks: 0,
      };
      const send = (text: string) => decideSendPrompt(state, buildPrompt({ text }));
      const edit = (text: string) =>
        decideEditPrompt(
          { task: { state: "queued", text: "", attachments: [] }, attachments: [] },
          { taskId: task, text, attachments: [] },
        );
      for (const decide of [send, edit]) {
        expect(decide("é".repeat(limit / 2))).toEqual({ kind: "accept" });
        const fault = { kind: "prompt_too_large", bytes: limit + 1, maxBytes: limit };
        expect(decide(`${"é".repeat(limit / 2)}x`)).toMatchObject({ fault });
      }
    },
  },
  {
    name: "files of a prompt",
    figure: "10",
    over: "refused with `too_many` (429)",
    check(limit) {
      const files = (count: number) =>
        refuseAttachments(
          Array.from({ length: count }, () => buildFile(1)),
          [],
        );
      expect(files(limit)).toBeNull();
      expect(files(limit + 1)).toMatchObject({ fault: { kind: "too_many", what: "attachments", limit } });
    },
  },
  {
    name: "files of a prompt, together",
    figure: "25 MB",
    over: "refused with `attachments_too_large` (413)",
    check(limit) {
      const refuse = (bytes: number) => refuseAttachments([buildFile(bytes - 1), buildFile(1)], []);
      expect(refuse(limit)).toBeNull();
      expect(refuse(limit + 1)).toMatchObject({ fault: { kind: "attachments_too_large", bytes: limit + 1, maxBytes: limit } });
    },
  },
  {
    name: "an attached image given to a model",
    figure: "5 MB",
    over: "given as a path, or not at all",
    check(limit) {
      const decide = (bytes: number, paths: boolean) => decideAttachment({ images: true, paths }, { type: "image/png", bytes }).how;
      expect([decide(limit, true), decide(limit + 1, true), decide(limit + 1, false)]).toEqual(["image", "path", "none"]);
    },
  },
  {
    name: "an attached text in a prompt",
    figure: "64 KB",
    over: "given as a path, or only its beginning",
    check(limit) {
      const decide = (bytes: number, paths: boolean) => decideAttachment({ images: true, paths }, { type: "text/plain", bytes });
      expect([decide(limit, true).how, decide(limit + 1, true).how]).toEqual(["text", "path"]);
      expect(decide(limit + 1, false)).toMatchObject({ how: "text", maxBytes: limit });
    },
  },
  {
    name: "name of a session, chat or project",
    figure: "120 characters",
    over: "refused with `invalid_input` (400)",
    check(limit) {
      const schemas = [SessionTitle, ChatTitle, { safeParse: (name: string) => AddProjectInput.safeParse({ path: "/a", name }) }];
      for (const schema of schemas) {
        expect([schema.safeParse("x".repeat(limit)).success, schema.safeParse("x".repeat(limit + 1)).success]).toEqual([true, false]);
      }
    },
  },
  {
    name: "name of the ref a session begins at",
    figure: "255 characters",
    over: "refused with `invalid_input` (400)",
    check(limit) {
      const take = (length: number) => CreateSessionInput.safeParse({ projectId: BUILT_IDS.project, baseRef: "x".repeat(length) }).success;
      expect([take(limit), take(limit + 1)]).toEqual([true, false]);
    },
  },
  {
    name: "layout of a session's panes",
    figure: "256 KB",
    over: "refused with `invalid_input` (400)",
    check(limit) {
      const build = (bytes: number) => {
        const paths = Array.from({ length: 84 }, (_, at) => `${at}`.padEnd(3_000, "x"));
        const toLayout = (last: string) => {
          const tabs = [...paths, last].map((path) => ({ kind: "code", path }));
          return { ...emptyLayout(), root: { kind: "pane", id: FIRST_PANE, tabs, active: `code:${last}` } };
        };
        const free = bytes - JSON.stringify(toLayout("")).length;
        return toLayout("y".repeat(free / 2));
      };
      const take = (bytes: number) => {
        const layout = build(bytes);
        expect(JSON.stringify(layout)).toHaveLength(bytes);
        return SaveLayoutInput.safeParse({ sessionId: session, base: { revision: 0, layout: null }, layout }).success;
      };
      expect([take(limit), take(limit + 2)]).toEqual([true, false]);
    },
  },
  {
    name: "panes of a layout",
    figure: "12",
    over: "refused with `invalid_input` (400); the page splits no further",
    check(limit) {
      const build = (count: number) => {
        const children = Array.from({ length: count }, (_, at) => {
          const path = `${at}.ts`;
          return { kind: "pane", id: `p${at}`, tabs: [{ kind: "code", path }], active: `code:${path}` };
        });
        const root = { kind: "split", direction: "row", children, sizes: children.map(() => 1) };
        return decodeLayout({ version: 1, root, activePaneId: "p0", closed: [] });
      };
      expect(build(limit)).not.toBeNull();
      expect(build(limit + 1)).toBeNull();
    },
  },
  {
    name: "title within the name of a branch",
    figure: "32 characters",
    over: "cut",
    check(limit) {
      const whole = toBranchNames("x".repeat(limit), session, false).at(-1);
      expect(whole).toBe(`boocode/${"x".repeat(limit)}-${session}`);
      expect(toBranchNames("x".repeat(limit + 1), session, false).at(-1)).toBe(whole);
    },
  },
];
