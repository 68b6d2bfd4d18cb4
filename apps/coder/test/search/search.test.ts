import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { TestHome } from "../start-test-daemon.ts";
import { callOver, connectTo } from "../test-client.ts";

it("what was asked, answered and changed is found in all sessions, also after a restart, and not once it is deleted", async () => {
  const repository = await createRepository({ "notes.md": "# Notes\n" });
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const home = await TestHome.make();
  const daemon = await home.start();
  const { projects, sessions, chats, tasks, search } = callOver(daemon);
  const { id: projectId } = await projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await sessions.create.mutate({ projectId, title: "Haystack" });
  const chat = await chats.create.mutate({ sessionId });
  const send = (promptId: string, text: string) => tasks.send.mutate({ promptId, chatId: chat.id, agent: "boocode", text });
  const client = connectTo(daemon);
  const ended = new Promise<void>((resolve) => {
    client.events.session.subscribe(
      { sessionId },
      {
        onData: ({ data }) => {
          if (data.kind === "events" && data.events.some(({ body }) => body.type === "task.ended")) resolve();
        },
      },
    );
  });
  const { taskId } = await send("p1", "append a needle to notes.md");
  await ended;
  const find = (query: string) => search.query.query({ query });
  await expect.poll(async () => (await find("needle")).hits.map(({ kind }) => kind)).toContain("tool");
  const found = await find("needle");
  expect(found.hits.at(-1)).toMatchObject({
    sessionId,
    chatId: chat.id,
    taskId,
    kind: "prompt",
    snippet: { before: "append a ", match: "needle" },
  });
  expect(found.named[chat.id]).toEqual({ title: (await chats.list.query({ sessionId }))[0]!.title, isClosed: false });
  expect(await search.inChat.query({ chatId: chat.id, text: "a NEEDLE" })).toMatchObject({
    places: [{ taskId, itemKey: `prompt:${taskId}` }],
    isCut: false,
  });
  expect(await find("hay stack")).toMatchObject({ chats: [{ sessionId, chatId: chat.id }], hits: [] });
  expect((await find("NOTES.md")).changes).toMatchObject([{ sessionId, path: "notes.md" }]);

  await daemon.close();
  const again = callOver(await home.start());
  expect((await again.search.query.query({ query: "needle" })).hits).toEqual(found.hits);
  const refused = await again.sessions.delete
    .mutate({ sessionId })
    .catch((error: { data: { fault: { consent: string } } }) => error.data.fault);
  await again.sessions.delete.mutate({ sessionId, force: true, consent: (refused as { consent: string }).consent });
  expect(await again.search.query.query({ query: "needle" })).toMatchObject({ chats: [], changes: [], hits: [] });
});
