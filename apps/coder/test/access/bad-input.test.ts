import { ChangeId, ChatId, ProjectId, SessionId, TaskId } from "@boocode/shared/ids";
import { createRepository, createTempFolder } from "@boocode/testkit/repo-builder";
import { expect, it } from "vitest";
import { BOOCODE, callOver, connectTo, faultOf, Follower, mintPromptId } from "../test-client.ts";
import { TestHome } from "../start-test-daemon.ts";

it("answers every unknown id with its own fault", async () => {
  const api = callOver(await (await TestHome.make()).start());
  const sessionId = SessionId.parse("ses_nobody");
  const chatId = ChatId.parse("chat_nobody");
  const taskId = TaskId.parse("task_nobody");
  const projectId = ProjectId.parse("prj_nobody");
  const faults = {
    "projects.remove": await faultOf(api.projects.remove.mutate({ projectId })),
    "sessions.create": await faultOf(api.sessions.create.mutate({ projectId })),
    "sessions.rename": await faultOf(api.sessions.rename.mutate({ sessionId, title: "x" })),
    "sessions.archive": await faultOf(api.sessions.archive.mutate({ sessionId })),
    "chats.list": await faultOf(api.chats.list.query({ sessionId })),
    "chats.create": await faultOf(api.chats.create.mutate({ sessionId })),
    "chats.close": await faultOf(api.chats.close.mutate({ chatId })),
    "chats.transcript": await faultOf(api.chats.transcript.query({ chatId })),
    "tasks.send": await faultOf(api.tasks.send.mutate({ promptId: mintPromptId(), chatId, agent: BOOCODE, text: "x" })),
    "tasks.cancel": await faultOf(api.tasks.cancel.mutate({ taskId })),
    "tasks.edit": await faultOf(api.tasks.edit.mutate({ taskId, text: "x" })),
    "pendingChanges.diff": await faultOf(api.pendingChanges.diff.query({ sessionId, changeId: ChangeId.parse("chg_nobody") })),
  };
  expect(Object.fromEntries(Object.entries(faults).map(([name, fault]) => [name, `${fault?.kind} ${fault?.httpStatus}`]))).toEqual({
    "projects.remove": "project_not_found 404",
    "sessions.create": "project_not_found 404",
    "sessions.rename": "session_not_found 404",
    "sessions.archive": "session_not_found 404",
    "chats.list": "session_not_found 404",
    "chats.create": "session_not_found 404",
    "chats.close": "chat_not_found 404",
    "chats.transcript": "chat_not_found 404",
    "tasks.send": "chat_not_found 404",
    "tasks.cancel": "task_not_found 404",
    "tasks.edit": "task_not_found 404",
    "pendingChanges.diff": "session_not_found 404",
  });
});

it("answers each kind of path that is no project with its own fault", async () => {
  await using plain = await createTempFolder();
  await using empty = await createRepository({});
  await using bare = await createTempFolder();
  await using repository = await createRepository({ "a/b.txt": "b" });
  await repository.git("clone", "--quiet", "--bare", repository.path, `${bare.path}/bare.git`);
  const home = await TestHome.make();
  const api = callOver(await home.start());
  const add = (path: string) => faultOf(api.projects.add.mutate({ path }));
  expect(await add(plain.path)).toEqual({ kind: "not_a_repository", httpStatus: 400 });
  expect(await add(empty.path)).toEqual({ kind: "no_commits", httpStatus: 400 });
  expect(await add(`${bare.path}/bare.git`)).toEqual({ kind: "bare_repository", httpStatus: 400 });
  expect(await add(`${plain.path}/nothing`)).toEqual({ kind: "path_not_found", httpStatus: 400 });
  expect(await add(`${repository.path}/a/b.txt`)).toEqual({ kind: "not_a_directory", httpStatus: 400 });
  expect(await add("relative/path")).toEqual({ kind: "path_not_absolute", httpStatus: 400 });
  expect(await add("")).toEqual({ kind: "invalid_input", httpStatus: 400 });
  const project = await api.projects.add.mutate({ path: `${repository.path}/a` });
  expect(project.path).toBe(repository.path);
});

it("refuses an empty prompt and one of 2 MB, and takes the next", async () => {
  const { api, sessionId, daemon } = await openSession();
  const send = (text: string) => api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text });
  expect(await faultOf(send(""))).toEqual({ kind: "prompt_empty", httpStatus: 400 });
  expect(await faultOf(send(" \n\t"))).toEqual({ kind: "prompt_empty", httpStatus: 400 });
  expect(await faultOf(send("x".repeat(2 * 1024 * 1024)))).toEqual({ kind: "prompt_too_large", httpStatus: 413 });
  const follower = new Follower(connectTo(daemon), sessionId);
  const { taskId } = await send("list files");
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });
});

it("takes the same prompt once, however often it comes, and refuses another under its id", async () => {
  const { api, sessionId, daemon } = await openSession();
  const prompt = { promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, text: "list files" };
  const sent = await Promise.all([1, 2, 3].map(() => api.tasks.send.mutate(prompt)));
  expect(new Set(sent.map((answer) => JSON.stringify(answer))).size).toBe(1);
  const follower = new Follower(connectTo(daemon), sessionId);
  await follower.end(sent[0]!.taskId);
  expect(await api.tasks.send.mutate(prompt)).toEqual(sent[0]);
  expect(follower.events.filter(({ body }) => body.type === "prompt.accepted")).toHaveLength(1);
  expect(await faultOf(api.tasks.send.mutate({ ...prompt, text: "another" }))).toEqual({ kind: "prompt_conflict", httpStatus: 409 });
});

it("tells a cursor from the future where to go on, and a cursor that is none that it is none", async () => {
  const { daemon, sessionId } = await openSession();
  const client = connectTo(daemon);
  const follower = new Follower(client, sessionId, 1_000_000);
  await follower.until(() => follower.frames.length > 0);
  expect(follower.frames).toEqual([{ kind: "resync", seq: 0 }]);
  const broken = new Follower(client, sessionId, -1);
  await expect(broken.until(() => false)).rejects.toMatchObject({ data: { fault: { kind: "invalid_input" } } });
  const unknown = new Follower(client, SessionId.parse("ses_nobody"));
  await expect(unknown.until(() => false)).rejects.toMatchObject({ data: { fault: { kind: "session_not_found" }, httpStatus: 404 } });
});

it("S5 refuses a body over 4 MB, one that is no JSON, another type, and a batch of 21, and stays healthy", async () => {
  const daemon = await (await TestHome.make()).start();
  const post = (path: string, body: string, type = "application/json") =>
    fetch(`${daemon.address}/trpc/${path}`, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${daemon.token}`, "content-type": type },
    });
  const large = await post("projects.add", JSON.stringify({ path: "x".repeat(4 * 1024 * 1024) }));
  expect([large.status, await large.json()]).toMatchObject([
    413,
    { error: { data: { fault: { kind: "body_too_large", maxBytes: 4 * 1024 * 1024 } } } },
  ]);
  const garbled = await post("projects.add", "{");
  expect([garbled.status, await garbled.json()]).toMatchObject([400, { error: { data: { code: "BAD_REQUEST" } } }]);
  for (const type of ["text/plain", "multipart/form-data; boundary=x", "application/octet-stream", "application/x-www-form-urlencoded"]) {
    expect([type, (await post("projects.add", "{}", type)).status]).toEqual([type, 415]);
  }
  const names = Array.from({ length: 21 }, () => "projects.list").join(",");
  const batch = await fetch(`${daemon.address}/trpc/${names}?batch=1&input=%7B%7D`, {
    headers: { authorization: `Bearer ${daemon.token}` },
  });
  expect(batch.status).toBe(400);
  const missing = await fetch(`${daemon.address}/trpc/no.such`, { headers: { authorization: `Bearer ${daemon.token}` } });
  expect([missing.status, await missing.json()]).toMatchObject([404, { error: { data: { code: "NOT_FOUND", fault: null } } }]);
  expect(await callOver(daemon).projects.list.query()).toEqual([]);
});

async function openSession() {
  const daemon = await (await TestHome.make()).start({ demoWordsPerSecond: Infinity });
  const api = callOver(daemon);
  const project = await api.projects.addDemo.mutate();
  const session = await api.sessions.create.mutate({ projectId: project.id });
  return { daemon, api, sessionId: session.id };
}
