import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it, onTestFinished } from "vitest";
import { TerminalReader } from "../terminals/terminal-rig.ts";
import { openGitSession } from "./git-rig.ts";

/** A remote that lets nobody in, and notes who wanted to. */
async function openClosedRemote() {
  const asked: (string | null)[] = [];
  const server = createServer((request, response) => {
    asked.push(request.headers.authorization ?? null);
    response.writeHead(401, { "www-authenticate": 'Basic realm="closed"' }).end();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

it("a remote that wants a password asks the person in the terminal: the daemon neither asks nor waits, and a close ends it", async () => {
  const { daemon, api, sessionId, write, commit, ended, status, repository, inWorktree } = await openGitSession();
  const { host, asked } = await openClosedRemote();
  await write({ "a.txt": "mine\n" });
  await commit("Mine");
  await repository.git("remote", "set-url", "origin", `http://${host}/engine.git`);

  const first = await api.git.push.mutate({ sessionId });
  const reader = new TerminalReader(daemon, first.terminalId);
  const type = (text: string) => api.terminals.write.mutate({ terminalId: first.terminalId, text });
  await reader.waitFor((text) => text.endsWith(`Username for 'http://${host}': `));
  // What the page shows meanwhile asks no remote.
  const before = asked.length;
  expect(await status()).toMatchObject({ run: { action: "push", end: null }, branch: expect.stringMatching(/^boocode\//) });
  await api.git.previewUpdate.query({ sessionId, from: "remote", how: "merge" });
  expect(asked.slice(before)).toEqual([]);
  await type("ada\n");
  await reader.waitFor((text) => text.endsWith(`Password for 'http://ada@${host}': `));
  await type("wrong\n");
  expect(await ended()).toMatchObject({ run: { end: { problem: "failed" } } });
  await reader.waitFor(/Authentication failed/);
  // It was typed to git, shown nowhere, and kept nowhere.
  expect(asked.at(-1)).toBe(`Basic ${Buffer.from("ada:wrong").toString("base64")}`);
  expect(reader.text).not.toContain("wrong");
  expect(await inWorktree("config", "--list")).not.toContain("ada");

  const second = await api.git.push.mutate({ sessionId });
  const prompts = () => reader.text.split(`Username for 'http://${host}': `).length - 1;
  await reader.waitFor(() => prompts() === 2);
  await api.terminals.close.mutate({ terminalId: second.terminalId, force: true });
  expect(await ended()).toMatchObject({ run: { action: "push", end: { problem: "failed" } } });
  // Nothing is left that waits, and the next one asks anew.
  const third = await api.git.push.mutate({ sessionId });
  const anew = new TerminalReader(daemon, third.terminalId);
  await anew.waitFor((text) => text.endsWith(`Username for 'http://${host}': `));
});
