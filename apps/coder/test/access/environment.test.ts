import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createRepository } from "@boocode/testkit/repo-builder";
import { expect, it, onTestFinished } from "vitest";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import { TestHome } from "../start-test-daemon.ts";
import { BOOCODE, callOver, connectTo, Follower, mintPromptId } from "../test-client.ts";

const CANARIES = {
  BOOCODE_TOKEN: "canary-of-the-daemon-itself",
  BOOCODE_MODEL_KEY: "canary-of-the-model",
  OPENAI_API_KEY: "canary-of-the-person",
  GITHUB_TOKEN: "canary-of-a-forge",
  DATABASE_PASSWORD: "canary-of-a-database",
  UNREMARKABLE: "canary-without-a-name",
};

/** What a command can read of itself, its parent, and everything its parent started. */
const LOOK = `
echo "parent $PPID"
env
for pid in $PPID $(ps -o pid= --ppid $PPID); do tr '\\0' '\\n' < /proc/$pid/environ; done
`;

it("a command of the native agent finds no secret in its own environment, its parents' and their children's", async () => {
  const home = await TestHome.make();
  const started = home.spawn([], CANARIES);
  const daemon = await started.ready();
  await using repository = await createRepository({ "look.sh": LOOK });
  onTestFinished(() => void started.child.kill("SIGKILL"));
  const api = callOver(daemon);
  const project = await api.projects.add.mutate({ path: repository.path });
  const session = await api.sessions.create.mutate({ projectId: project.id });
  const follower = new Follower(connectTo(daemon), session.id);
  const prompt = { promptId: mintPromptId(), chatId: null, sessionId: session.id, agent: BOOCODE };
  const { taskId } = await api.tasks.send.mutate({ ...prompt, text: "run sh look.sh", model: "coder/demo" });
  expect(await follower.end(taskId)).toMatchObject({ state: "completed" });

  const said = JSON.stringify(follower.events);
  // It did look at the daemon, whose PATH is there to be seen.
  expect(said).toContain(`parent ${started.child.pid}`);
  expect(said).toContain(`HOME=${home.path}`);
  expect(said).not.toContain("canary");

  const children = (await SYSTEM_TABLE.list()).filter(({ parent }) => parent === started.child.pid).map(({ pid }) => pid);
  // The process that starts git, at least.
  expect(children.length).toBeGreaterThan(0);
  for (const pid of [started.child.pid!, ...children]) {
    expect(await readFile(join("/proc", String(pid), "environ"), "latin1").catch(() => "")).not.toContain("canary");
  }
});
