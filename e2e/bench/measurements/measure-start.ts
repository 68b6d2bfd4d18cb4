import { join } from "node:path";
import { DaemonHome } from "../../fixture/start-daemon.ts";
import { fillChats, fillProject, openHome, toDatabaseFile } from "../fill-home.ts";
import { type Measurement, toRow } from "../measurement.ts";
import { startProgram } from "../start-program.ts";

/** Measures from the start of the process to its first healthy answer, with a data directory in use before. */
export const measureStart: Measurement = {
  name: "start",
  async run({ rounds }) {
    const env: Record<string, string> = {};
    await using home = await DaemonHome.make(env);
    // Both use the same compile cache, which is the daemon's own when npm starts it.
    env.NODE_COMPILE_CACHE = process.env.NODE_COMPILE_CACHE ?? join(home.dataDir, "compile-cache");
    const db = await openHome(home);
    await fillProject(db);
    await fillChats(db, [1_000]);
    await db.close();

    const startDaemon = async () => {
      const startedAt = performance.now();
      const daemon = await home.start();
      const ready = performance.now() - startedAt;
      await expectOk(`${daemon.origin}/api/health`);
      const healthy = performance.now() - startedAt;
      await daemon.stop();
      return { ready, healthy };
    };
    const startFloor = async () => {
      const startedAt = performance.now();
      const floor = await startProgram("health-floor.ts", [toDatabaseFile(home)], env);
      await expectOk(`${floor.address}/health`);
      const healthy = performance.now() - startedAt;
      await floor.stop();
      return healthy;
    };
    // The first run of each fills the compiler's and the disk's caches.
    await startDaemon();
    await startFloor();
    const ours: number[] = [];
    const ready: number[] = [];
    const limit: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const started = await startDaemon();
      ours.push(started.healthy);
      ready.push(started.ready);
      limit.push(await startFloor());
    }
    return [
      toRow({
        name: "start to healthy, warm",
        unit: "ms",
        limitName: "a Node process with SQLite and one tRPC query",
        goal: { of: "difference", is: "at_most", value: 1_000 },
        samples: { ours, limit },
      }),
      toRow({
        name: "start to ready, warm",
        unit: "ms",
        limitName: "the same",
        goal: { of: "ours", is: "at_most", value: 450 },
        samples: { ours: ready, limit },
      }),
    ];
  },
};

async function expectOk(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (response.status !== 200) throw new Error(`${url} answered ${response.status}`);
}
