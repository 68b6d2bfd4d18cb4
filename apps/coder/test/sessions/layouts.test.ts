import type { SessionId } from "@boocode/shared/ids";
import { applyLayoutChange } from "@boocode/shared/panes/apply-layout-change";
import { emptyLayout, type Layout, listPanes } from "@boocode/shared/panes/layout";
import { Tab, toTabKey } from "@boocode/shared/panes/tab";
import { createRepository } from "@boocode/testkit/repo-builder";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId } from "../test-client.ts";

async function setUp() {
  const home = await TestHome.make();
  const repository = await createRepository({ "a.txt": "one\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const daemon = await home.start({ backend: new ScriptedBackend({ script: () => [] }) });
  const api = callOver(daemon);
  const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId });
  return { home, daemon, api, sessionId };
}

const show = (layout: Layout, path: string) => applyLayoutChange(layout, { kind: "show", tab: Tab.parse({ kind: "code", path }) });
const pathsOf = (layout: Layout | null) => layout && listPanes(layout.root).flatMap(({ tabs }) => tabs.map(toTabKey));
const NONE = { revision: 0, layout: null };

it("a layout that one page saves is announced, and another page and a restart have the same", async () => {
  const { home, daemon, api, sessionId } = await setUp();
  expect(await api.sessions.layout.query({ sessionId })).toEqual(NONE);
  const announced = Promise.withResolvers<SessionId | undefined>();
  const started = Promise.withResolvers<void>();
  const subscription = connectTo(daemon).events.workspace.subscribe(undefined, {
    onStarted: () => started.resolve(),
    onData: (event) => event.kind === "changed" && event.noun === "layouts" && announced.resolve(event.sessionId),
  });
  await started.promise;
  const saved = await api.sessions.saveLayout.mutate({ sessionId, base: NONE, layout: show(emptyLayout(), "a.txt") });
  expect(saved).toEqual({ revision: 1, layout: show(emptyLayout(), "a.txt") });
  expect(await announced.promise).toBe(sessionId);
  subscription.unsubscribe();
  await daemon.close();
  expect(await callOver(await home.start()).sessions.layout.query({ sessionId })).toEqual(saved);
});

it("of two pages that save at once, neither loses a tab", async () => {
  const { api, sessionId } = await setUp();
  const base = await api.sessions.saveLayout.mutate({ sessionId, base: NONE, layout: show(emptyLayout(), "a.txt") });
  const answers = await Promise.all(
    ["b.txt", "c.txt"].map((path) => api.sessions.saveLayout.mutate({ sessionId, base, layout: show(base.layout!, path) })),
  );
  const last = await api.sessions.layout.query({ sessionId });
  expect(pathsOf(last.layout)?.toSorted()).toEqual(["code:a.txt", "code:b.txt", "code:c.txt"]);
  expect(answers).toContainEqual(last);
});

it("a layout goes to the trash with its session, and comes back with it", async () => {
  const { daemon, api, sessionId } = await setUp();
  // A session that was never used has no entry in the trash.
  const prompt = { promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "hi" };
  const follower = new Follower(connectTo(daemon), sessionId);
  await follower.end((await api.tasks.send.mutate(prompt)).taskId);
  const saved = await api.sessions.saveLayout.mutate({ sessionId, base: NONE, layout: show(emptyLayout(), "a.txt") });
  const { trashId } = await api.sessions.delete.mutate({ sessionId });
  for (const call of [
    api.sessions.layout.query({ sessionId }),
    api.sessions.saveLayout.mutate({ sessionId, base: saved, layout: emptyLayout() }),
  ])
    expect(await faultOf(call)).toMatchObject({ kind: "session_not_found" });
  await api.trash.restore.mutate({ trashId: trashId! });
  expect(await api.sessions.layout.query({ sessionId })).toEqual(saved);
});
