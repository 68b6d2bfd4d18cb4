import { expect, it } from "vitest";
import { say, setUpScripted } from "./opencode-fixture.ts";

const SCRIPT = () => ({ steps: [{ do: "say" as const, text: "Hello." }] });
const OWN = { lab: { name: "Lab", models: { one: { name: "One" } } } };
const NEVER = new AbortController().signal;

it("tells its models, commands and version before the first chat, and the server that was asked ends", async () => {
  await using subject = await setUpScripted({
    script: SCRIPT,
    faults: { ownProviders: OWN, commands: [{ name: "init", description: "Begin" }] },
  });
  const { backend, opening, folder } = subject;
  expect(await backend.listModels()).toEqual([]);
  const told = await backend.learn({ folder: folder.path, env: opening.env, signal: NEVER });
  const models = [{ id: "lab/one", label: "Lab: One", isScripted: false }];
  expect(told).toMatchObject({ version: expect.stringMatching(/^\d/), models, commands: [{ name: "init" }] });
  expect(await backend.listModels()).toMatchObject(models);
  await expect.poll(() => backend.shared.list()).toEqual([]);
  expect(subject.deaths).toEqual([]);

  // The next daemon knows them at once, and the first chat starts a server of its own.
  await using next = await setUpScripted({ script: SCRIPT });
  next.backend.recallSelf(told);
  expect(await next.backend.listModels()).toMatchObject(models);
  expect(next.opencode.starts).toHaveLength(0);
  expect(await say(await next.backend.open(next.opening), "Go")).toMatchObject({ text: "Hello." });
});

it("asks the server that runs, and leaves it running", async () => {
  await using subject = await setUpScripted({ script: SCRIPT, faults: { ownProviders: OWN } });
  const { backend, opening, folder } = subject;
  const conversation = await backend.open(opening);
  expect(await backend.learn({ folder: folder.path, env: opening.env, signal: NEVER })).toMatchObject({
    models: [{ id: "lab/one" }],
  });
  expect(await say(conversation, "Go")).toMatchObject({ text: "Hello." });
  expect(subject.opencode.starts).toHaveLength(1);
});

it("stays for the chat that came meanwhile, and says why where it cannot start", async () => {
  await using subject = await setUpScripted({ script: SCRIPT });
  const { backend, opening, folder } = subject;
  const interrupted = new AbortController();
  const learning = backend.learn({ folder: folder.path, env: opening.env, signal: interrupted.signal });
  const opened = backend.open(opening);
  interrupted.abort();
  await learning;
  expect(await say(await opened, "Go")).toMatchObject({ text: "Hello." });
  expect(subject.opencode.starts).toHaveLength(1);
  await using broken = await setUpScripted({ script: SCRIPT }, { findCommand: async () => null });
  await expect(broken.backend.learn({ folder: folder.path, env: opening.env, signal: NEVER })).rejects.toMatchObject({
    fault: { kind: "agent_unavailable" },
  });
});
