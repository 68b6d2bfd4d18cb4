import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { findProcessesByMarker } from "../../src/platform/processes/process.ts";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";

const CANARIES = {
  BOOCODE_TOKEN: "canary-of-the-daemons-own-token-4711-0815-aa",
  BOOCODE_MODEL_KEY: "canary-of-the-models-key-4711-0815-bb",
  AWS_SECRET_ACCESS_KEY: "canary-of-a-key-of-the-persons-4711-0815-cc",
};

it("S12 no secret is in a file of ours, in the log, in an argument or in the environment of what the daemon starts", async () => {
  // Nothing listens there: what is told of the failure must not tell the key.
  const home = await TestHome.make({ ...CANARIES, BOOCODE_LOG_LEVEL: "trace", BOOCODE_MODEL_URL: "http://127.0.0.1:9/v1" });
  const repository = await createRepository();
  onTestFinished(() => repository[Symbol.asyncDispose]());
  const program = home.spawn();
  const daemon = await program.ready();
  const api = callOver(daemon);
  const { token: browser } = await api.access.exchange.mutate({ name: "Firefox" });
  const secrets = [...Object.values(CANARIES), browser];
  const project = await api.projects.add.mutate({ path: repository.path });
  const { id: sessionId } = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), sessionId);
  const send = (text: string, model: string) =>
    api.tasks.send.mutate({ promptId: mintPromptId(), chatId: null, sessionId, agent: BOOCODE, model, text });
  const failed = await send("hello", "default/some-model");
  expect(await follower.end(failed.taskId)).toMatchObject({ state: "failed" });
  const wrong = await fetch(`${daemon.address}/trpc/projects.list`, { headers: { authorization: `Bearer ${browser}x` } });
  expect(wrong.status).toBe(401);
  await send("run sleep 600", "coder/demo");
  await follower.event(({ body }) => body.type === "tool.started" && body.kind === "command");

  const installId = readFileSync(join(home.dataDir, "install-id"), "utf8").trim();
  await expect.poll(async () => (await findProcessesByMarker("BOOCODE_INSTALL_ID", installId)).length).toBeGreaterThan(0);
  const pids = [program.child.pid!, ...(await findProcessesByMarker("BOOCODE_INSTALL_ID", installId)).map(({ pid }) => pid)];
  const told = new Map<string, string>();
  for (const pid of pids)
    for (const name of ["cmdline", "environ"]) told.set(`/proc/${pid}/${name}`, readWhileAlive(`/proc/${pid}/${name}`));
  for (const name of readdirSync(home.dataDir, { recursive: true, encoding: "utf8" })) {
    const path = join(home.dataDir, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) told.set(path, readFileSync(path, "latin1"));
  }
  told.set("stderr", program.stderr);
  told.set("events", JSON.stringify(follower.events));
  expect(told.size).toBeGreaterThan(10);
  const leaks = [...told].flatMap(([where, text]) =>
    secrets.filter((secret) => text.includes(secret)).map((secret) => `${where}: ${secret}`),
  );
  expect(leaks).toEqual([]);
  // The address that is printed carries the token; nothing else that is said does.
  expect(program.stdout.split(daemon.token)).toHaveLength(2);
});

/** A file of a process; empty if the process has ended meanwhile, as a git may. */
function readWhileAlive(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}
