import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { HOSTILE_OUTPUT } from "@boocode/shared/testing/hostile-output";
import { Terminal as Xterm } from "@xterm/headless";
import { expect, it } from "vitest";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import { WORK_MARKER } from "../../src/platform/processes/work-mark.ts";
import { callOver, faultOf } from "../test-client.ts";
import { makeTerminalHome, openTerminal, PATIENT, SIZE, TerminalReader } from "./terminal-rig.ts";

/** The command lines of everything that runs in terminals of a session. */
async function listMarked(sessionId: string): Promise<string[]> {
  const marked = (await SYSTEM_TABLE.listMarked(WORK_MARKER)).filter(({ value }) => value.startsWith(`terminal:${sessionId}/`));
  return (await Promise.all(marked.map(async ({ pid }) => (await SYSTEM_TABLE.readArgv(pid)).join(" ")))).toSorted();
}

it("a terminal works in the session's worktree, shows its output to every reader, and ends with its shell", async () => {
  const home = await makeTerminalHome();
  const daemon = await home.start();
  const { api, sessionId, terminal, reader, type, find } = await openTerminal(daemon);
  expect(terminal).toMatchObject({ title: "Terminal", ...SIZE, end: null, isRestricted: false });
  const session = (await api.sessions.list.query({})).find(({ id }) => id === sessionId);
  await type("pwd; tput cols; stty -a; echo $((6 * 7)) $TERM\n");
  await reader.waitFor(/42 xterm-256color/);
  expect(reader.text).toContain(session!.worktree!.path);
  expect(reader.text).toContain("\r\n80\r\n");
  // Else a backspace in the system's line editing takes one byte of a character.
  expect(reader.text).toMatch(/ iutf8/);

  await api.terminals.resize.mutate({ terminalId: terminal.id, size: { cols: 100, rows: 30 } });
  await type("stty size\n");
  await reader.waitFor(/30 100/);
  reader.close();

  const second = new TerminalReader(daemon, terminal.id);
  await second.waitFor(/30 100/);
  expect(second.text).toBe(reader.text);

  await type("exit 3\n");
  await expect.poll(find, PATIENT).toMatchObject({ end: { exitCode: 3, signal: null, because: "exit" }, cols: 100 });
  await expect(type("x")).rejects.toMatchObject({ message: "terminal_ended" });
  await api.terminals.restart.mutate({ terminalId: terminal.id, size: SIZE });
  await type("kill -9 $$\n");
  await expect.poll(find, PATIENT).toMatchObject({ end: { exitCode: null, signal: "SIGKILL", because: "exit" } });
  await api.terminals.close.mutate({ terminalId: terminal.id });
  expect(await find()).toBeUndefined();
});

it("a program in a terminal is named by the guard, asked about by a close, and ended with the session", async () => {
  const home = await makeTerminalHome();
  const daemon = await home.start();
  const { api, sessionId, terminal, type, find, reader } = await openTerminal(daemon);
  await type("echo rea''dy\n");
  await reader.waitFor(/ready/);
  // A shell that waits for a command is nothing to lose.
  expect((await api.worktreeRisk.report.query({ sessionId }))[0]).toMatchObject({ verdict: "safe", liveProcesses: [] });

  // The environment of the last but one is not readable, as that of `sudo` is not.
  await type("sleep 600 & setsid sleep 601 & env -i sleep 603 & sleep 602\n");
  const named = async () => (await api.terminals.programs.query({ sessionId })).map(({ name }) => name).toSorted();
  await expect.poll(named, PATIENT).toEqual(["sleep 600", "sleep 601", "sleep 602", "sleep 603"]);
  const [report] = await api.worktreeRisk.report.query({ sessionId });
  expect(report).toMatchObject({ verdict: "at_risk" });
  expect(report!.liveProcesses.map(({ name }) => name).toSorted()).toEqual(["sleep 600", "sleep 601", "sleep 602", "sleep 603"]);
  // They are the person's, not what an agent left running.
  expect(await api.agentSessions.processes.query({ sessionId })).toEqual([]);
  expect(await faultOf(api.terminals.close.mutate({ terminalId: terminal.id }))).toMatchObject({ kind: "terminal_busy" });

  const pids = (await api.terminals.programs.query({ sessionId })).map(({ pid }) => pid);
  const refused = await api.sessions.delete.mutate({ sessionId }).catch((error: { data: { fault: { consent: string } } }) => error);
  const { consent } = (refused as { data: { fault: { consent: string } } }).data.fault;
  const { trashId } = await api.sessions.delete.mutate({ sessionId, force: true, consent });
  expect(await listMarked(sessionId)).toEqual([]);
  expect((await Promise.all(pids.map((pid) => SYSTEM_TABLE.find(pid)))).filter((one) => one?.isZombie === false)).toEqual([]);
  await api.trash.restore.mutate({ trashId: trashId! });
  expect(await find()).toMatchObject({ end: { because: "exit" } });
});

it("a terminal is ended when its session is archived and when the daemon stops, and can be started again", async () => {
  const home = await makeTerminalHome();
  const first = await home.start();
  const { api, sessionId, terminal, type, find, reader } = await openTerminal(first);
  await type("sleep 600\n");
  await reader.waitFor(/sleep 600/);
  await api.sessions.archive.mutate({ sessionId, archived: true });
  await expect.poll(() => listMarked(sessionId), PATIENT).toEqual([]);
  await expect.poll(find, PATIENT).toMatchObject({ end: { because: "exit" } });
  const again = { terminalId: terminal.id, size: SIZE };
  expect(await faultOf(api.terminals.restart.mutate(again))).toMatchObject({ kind: "session_archived" });
  await api.sessions.archive.mutate({ sessionId, archived: false });
  await api.terminals.restart.mutate(again);
  await type("sleep 601\n");
  await expect.poll(() => listMarked(sessionId), PATIENT).toContain("sleep 601");
  const stream = (reader.place as { stream: string }).stream;
  await first.close();
  expect(await listMarked(sessionId)).toEqual([]);

  const second = await home.start();
  const later = callOver(second);
  expect(await later.terminals.list.query({ sessionId })).toMatchObject([
    { id: terminal.id, end: { because: "daemon", exitCode: null, signal: null } },
  ]);
  await later.terminals.restart.mutate(again);
  const anew = new TerminalReader(second, terminal.id);
  await later.terminals.write.mutate({ terminalId: terminal.id, text: "echo $((40 + 2))\n" });
  await anew.waitFor(/42/);
  // A place of the earlier stream means nothing in this one.
  expect((anew.place as { stream: string }).stream).not.toBe(stream);
});

it("a terminal that is being started when its session is archived does not outlive that", async () => {
  const home = await makeTerminalHome();
  const daemon = await home.start();
  const { api, sessionId, terminal } = await openTerminal(daemon);
  // What the shell's profile runs may still be running.
  await api.terminals.close.mutate({ terminalId: terminal.id, force: true });
  const opening = api.terminals.open.mutate({ sessionId, size: SIZE }).catch(() => null);
  await api.sessions.archive.mutate({ sessionId, archived: true });
  await opening;
  await expect.poll(() => listMarked(sessionId), PATIENT).toEqual([]);
  const running = async () => (await api.terminals.list.query({ sessionId })).filter(({ end }) => end === null);
  await expect.poll(running, PATIENT).toEqual([]);
});

it("a terminal has the worktree's ports and none of the daemon's secrets, and git of an untrusted project runs nothing of it", async () => {
  const secret = "sk-terminal-canary-1";
  const home = await makeTerminalHome({ BOOCODE_MODEL_URL: "http://127.0.0.1:9/v1", BOOCODE_MODEL_KEY: secret });
  await writeFile(join(home.path, ".profile"), "export PATH=$PATH:/from/profile GOPATH=/go MY_SECRET_KEY=sk-own\n");
  const daemon = await home.start();
  const files = { "README.md": "# Test\n", ".githooks/pre-commit": "#!/bin/sh\ntouch $HOME/fired\n" };
  const { api, sessionId, terminal, type, reader } = await openTerminal(daemon, files, async ({ repository }) => {
    await chmod(join(repository.path, ".githooks/pre-commit"), 0o755);
    await repository.git("config", "core.hooksPath", join(repository.path, ".githooks"));
  });
  expect(terminal).toMatchObject({ isRestricted: true });
  await type("env > env.txt; git add . && git -c user.name=a -c user.email=a@b commit -m x; echo writ''ten\n");
  await reader.waitFor(/written/);
  // What git needs to know, it asks the person.
  await type("printf 'protocol=http\\nhost=asks.invalid\\n\\n' | git credential fill\n");
  await reader.waitFor(/Username for 'http:\/\/asks.invalid': $/);
  await type("ada\n");
  await reader.waitFor(/Password for 'http:\/\/ada@asks.invalid': $/);
  await type("pass''word\n");
  await reader.waitFor(/password=pass''word/);
  expect(reader.text).toContain("1 file changed");
  await expect(stat(join(home.path, "fired"))).rejects.toMatchObject({ code: "ENOENT" });
  const session = (await api.sessions.list.query({})).find(({ id }) => id === sessionId)!;
  const env = await readFile(join(session.worktree!.path, "env.txt"), "utf8");
  const { base } = await api.terminals.ports.query({ sessionId });
  expect(env).toContain(`BOOCODE_PORT_BASE=${base}\n`);
  expect(env).toContain(`\nPORT=${base}\n`);
  expect(env).toContain("\nGIT_TERMINAL_PROMPT=1\n");
  expect(env).toContain("/from/profile");
  expect(env).not.toContain(secret);
  expect(env).not.toContain(daemon.token);
});

it("a program that listens on one of the worktree's ports is named as the session's own", async () => {
  const home = await makeTerminalHome();
  const daemon = await home.start();
  const { api, sessionId, type } = await openTerminal(daemon);
  const { base, count, listeners } = await api.terminals.ports.query({ sessionId });
  expect([count, listeners]).toEqual([10, []]);
  await type(`'${process.execPath}' -e 'require("net").createServer().listen(+process["env"].PORT, "127.0.0.1")'\n`);
  const found = async () => (await api.terminals.ports.query({ sessionId })).listeners;
  await expect
    .poll(found, PATIENT)
    .toEqual([
      { port: base, address: "127.0.0.1", pid: expect.any(Number), command: expect.stringContaining("createServer"), isOwn: true },
    ]);
});

it("F21 hostile output changes no title, sets no clipboard and types nothing into the shell", async () => {
  const home = await makeTerminalHome();
  const daemon = await home.start();
  const corpus = HOSTILE_OUTPUT.map((text) => `\u001b\\\u0018${text}\u0018`).join("");
  const { type, reader } = await openTerminal(daemon, { "hostile.txt": corpus });
  await type("cat hostile.txt; echo; echo do''ne\n");
  await reader.waitFor(/done/);

  const acts = async (text: string) => {
    const terminal = new Xterm({ allowProposedApi: true, ...SIZE });
    const seen: string[] = [];
    terminal.onData((data) => seen.push(`types ${JSON.stringify(data)}`));
    terminal.onTitleChange((title) => seen.push(`title ${title}`));
    for (const command of [52, 9, 777, 1337, 4, 10, 11])
      terminal.parser.registerOscHandler(command, () => !!seen.push(`command ${command}`));
    await new Promise<void>((resolve) => terminal.write(text, resolve));
    terminal.dispose();
    return seen;
  };
  // A terminal takes hours for the large numbers.
  const bearable = HOSTILE_OUTPUT.filter((text) => !/\d{6}/.test(text));
  expect((await acts(bearable.join("\u0018"))).length).toBeGreaterThan(50);
  expect(await acts(reader.text)).toEqual([]);
});
