/**
 * Runs as a separate process that only starts programs for the daemon; see `program-starter.ts`. It uses little memory, so it forks fast,
 * and it ends with the daemon however the daemon ends.
 */
import { launchPlainly } from "./launch.ts";
import { startBy } from "./program.ts";
import { SYSTEM_TABLE } from "./table/system-table.ts";
import type { StarterOrder, StarterReport } from "./starter-message.ts";

const startPlainly = startBy(launchPlainly);

process.on("disconnect", () => process.exit());
process.on("message", (order: StarterOrder) => void carryOut(order));
tell({ kind: "ready" });

async function carryOut({ id, program }: StarterOrder): Promise<void> {
  const { mostOutputBytes = Infinity } = program;
  const room = { stdout: mostOutputBytes, stderr: mostOutputBytes };
  try {
    const started = await startPlainly(program, (stream, chunk) => {
      const part = chunk.subarray(0, room[stream]);
      room[stream] -= part.length;
      if (part.length > 0) tell({ kind: "output", id, stream, chunk: part });
    });
    tell({ kind: "started", id, pid: started.pid, startTime: SYSTEM_TABLE.isFast ? await started.readStartTime() : "" });
    const exit = await started.ended;
    started.release();
    tell({ kind: "ended", id, exit });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    tell({ kind: "refused", id, code, message });
  }
}

function tell(report: StarterReport): void {
  // Ignore a failed send: if the daemon is gone, this process ends too.
  if (process.connected) process.send!(report, undefined, undefined, () => {});
}
