import { readdirSync, readlinkSync } from "node:fs";
import type { Terminal } from "@boocode/shared/terminals/terminal";
import { MAX_TERMINALS } from "@boocode/shared/terminals/terminal";
import { createRepository } from "@boocode/testkit/repo-builder";
import fc from "fast-check";
import { expect, it } from "vitest";
import { SYSTEM_TABLE } from "../../src/platform/processes/table/system-table.ts";
import { WORK_MARKER } from "../../src/platform/processes/work-mark.ts";
import type { DaemonProcess } from "../start-test-daemon.ts";
import { callOver } from "../test-client.ts";
import { makeTerminalHome, PATIENT, SIZE, TerminalReader } from "./terminal-rig.ts";

type Act =
  | { kind: "write"; at: number; lines: number }
  | { kind: "resize"; at: number; cols: number; rows: number }
  | { kind: "reattach"; at: number }
  | { kind: "deafen"; at: number }
  | { kind: "reopen"; at: number }
  | { kind: "kill_host" }
  | { kind: "kill_daemon" };

const at = fc.nat({ max: MAX_TERMINALS - 1 });
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant("write" as const), at, lines: fc.integer({ min: 1, max: 60_000 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("resize" as const),
      at,
      cols: fc.integer({ min: 2, max: 300 }),
      rows: fc.integer({ min: 1, max: 100 }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("reattach" as const), at }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("deafen" as const), at }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("reopen" as const), at }) },
  { weight: 1, arbitrary: fc.constant({ kind: "kill_host" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "kill_daemon" as const }) },
);

const listFds = (pid: number) => readdirSync(`/proc/${pid}/fd`).map((fd) => readlinkSync(`/proc/${pid}/fd/${fd}`));
/** What each connection of the test's own and each database page may add. */
const isSteady = (path: string) => !/^(?:socket|pipe|anon_inode):/.test(path);

async function findHost(daemonPid: number): Promise<number | null> {
  for (const { pid, parent } of await SYSTEM_TABLE.list())
    if (parent === daemonPid && (await SYSTEM_TABLE.readArgv(pid)).join(" ").includes("pty-host-main")) return pid;
  return null;
}

const listMarked = async (sessionId: string) =>
  (await SYSTEM_TABLE.listMarked(WORK_MARKER)).filter(({ value, isZombie }) => !isZombie && value.startsWith(`terminal:${sessionId}/`));

it(
  "twenty terminals with output, sizes, readers, and a host and daemons that are killed: no descriptor and no process is left",
  { timeout: 3_600_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(act, { minLength: 10, maxLength: 30 }), async (acts) => {
        const home = await makeTerminalHome();
        await using repository = await createRepository({ "README.md": "# Test\n" });
        let running: DaemonProcess = home.spawn();
        let daemon = await running.ready();
        let api = callOver(daemon);
        const { id: projectId } = await api.projects.add.mutate({ path: repository.path });
        const { id: sessionId } = await api.sessions.create.mutate({ projectId });
        const open = () => api.terminals.open.mutate({ sessionId, size: SIZE });
        // The worktree, the host and the login shell are there from now on.
        await api.terminals.close.mutate({ terminalId: (await open()).id, force: true });
        const before = listFds(running.child.pid!).filter(isSteady).toSorted();
        const terminals: Terminal[] = [];
        const readers = new Map<number, TerminalReader>();
        for (let place = 0; place < MAX_TERMINALS; place++) terminals.push(await open());
        const attach = async (place: number) => {
          await readers.get(place)?.forget();
          readers.set(place, new TerminalReader(daemon, terminals[place]!.id));
        };
        const restartAll = async () => {
          await expect
            .poll(async () => (await api.terminals.list.query({ sessionId })).every(({ end }) => end !== null), PATIENT)
            .toBe(true);
          for (const { id } of terminals) await api.terminals.restart.mutate({ terminalId: id, size: SIZE });
        };
        const reopen = async (place: number) => {
          await readers.get(place)?.forget();
          readers.delete(place);
          await api.terminals.close.mutate({ terminalId: terminals[place]!.id, force: true });
          terminals[place] = await open();
        };
        let written = 0;
        const carryOut = async (one: Act) => {
          if (one.kind === "kill_host") {
            process.kill((await findHost(running.child.pid!))!, "SIGKILL");
            return restartAll();
          }
          if (one.kind === "kill_daemon") {
            for (const reader of readers.values()) await reader.forget();
            readers.clear();
            await running.end("SIGKILL");
            running = home.spawn();
            daemon = await running.ready();
            api = callOver(daemon);
            return restartAll();
          }
          const { id: terminalId } = terminals[one.at]!;
          if (one.kind === "resize") {
            const { cols, rows } = one;
            return api.terminals.resize.mutate({ terminalId, size: { cols, rows } });
          }
          if (one.kind === "reattach") return attach(one.at);
          if (one.kind === "reopen") return reopen(one.at);
          if (one.kind === "deafen") {
            await api.terminals.write.mutate({ terminalId, text: "stty raw -echo; exec sleep 1000\n" });
            await api.terminals.write.mutate({ terminalId, text: "x".repeat(60_000) });
            return reopen(one.at);
          }
          const mark = `written ${++written}`;
          await attach(one.at);
          const text = `seq ${one.lines}; echo ${mark.replace(" ", "'' ")}\n`;
          await api.terminals.write.mutate({ terminalId, text });
          await readers.get(one.at)!.waitFor((all) => all.includes(mark));
        };
        for (const one of acts) await carryOut(one);

        for (const reader of readers.values()) await reader.forget();
        for (const { id } of terminals) await api.terminals.close.mutate({ terminalId: id, force: true });
        await expect.poll(() => listMarked(sessionId), PATIENT).toEqual([]);
        const host = (await findHost(running.child.pid!))!;
        await expect.poll(() => listFds(host).filter((path) => path.includes("ptmx")), PATIENT).toEqual([]);
        await expect.poll(() => listFds(running.child.pid!).filter(isSteady).toSorted(), PATIENT).toEqual(before);
        expect(await running.end("SIGTERM")).toBe(0);
      }),
      { numRuns: 1 },
    );
  },
);
