import { setTimeout as delay } from "node:timers/promises";
import { DaemonHome } from "../../fixture/start-daemon.ts";
import { fillChats, fillProject, openHome, toDatabaseFile } from "../fill-home.ts";
import { type Measurement, toRow } from "../measurement.ts";
import { findChild, readRss } from "../read-rss.ts";
import { startProgram } from "../start-program.ts";

/** Wait until the garbage of the start has been collected. */
const SETTLE_MS = 5_000;

/** Measures the memory of the idle daemon and of the process that starts git for it. */
export const measureMemory: Measurement = {
  name: "memory",
  async run({ isQuick }) {
    await using home = await DaemonHome.make();
    const db = await openHome(home);
    await fillProject(db);
    await fillChats(db, [1_000]);
    await db.close();

    const samples = { daemon: [] as number[], starter: [] as number[], floor: [] as number[], nothing: [] as number[] };
    for (let round = 0; round < (isQuick ? 1 : 3); round += 1) {
      const daemon = await home.start();
      const floor = await startProgram("health-floor.ts", [toDatabaseFile(home)]);
      const nothing = await startProgram("nothing.ts", []);
      await delay(SETTLE_MS);
      samples.daemon.push(readRss(daemon.pid));
      samples.starter.push(readRss(findChild(daemon.pid, "program-starter-main")));
      samples.floor.push(readRss(floor.pid));
      samples.nothing.push(readRss(nothing.pid));
      await Promise.all([daemon.stop(), floor.stop(), nothing.stop()]);
    }
    return [
      toRow({
        name: "daemon, idle, resident",
        unit: "MB",
        limitName: "a Node process with SQLite and one tRPC query",
        goal: { of: "ours", is: "at_most", value: 100 },
        samples: { ours: samples.daemon, limit: samples.floor },
      }),
      toRow({
        name: "process that starts git, resident",
        unit: "MB",
        limitName: "a Node process that does nothing",
        goal: { of: "ours", is: "at_most", value: 50 },
        samples: { ours: samples.starter, limit: samples.nothing },
      }),
    ];
  },
};
