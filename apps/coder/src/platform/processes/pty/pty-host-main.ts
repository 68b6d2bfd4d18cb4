/**
 * Runs as a separate process that only holds the daemon's pseudoterminals; see `pty-host.ts`. It ends with the daemon however the daemon
 * ends, and then the system hangs up on every program in them.
 */
import { HostedPty, type HostedPtyReports } from "./hosted-pty.ts";
import type { PtyOrder, PtyReport } from "./pty-message.ts";
import { withoutGaps } from "./without-gaps.ts";

const ptys = new Map<number, HostedPty>();

process.on("disconnect", () => process.exit());
process.on("message", carryOut);
tell({ kind: "ready" });

function carryOut(order: PtyOrder): void {
  if (order.kind === "open") return open(order);
  const pty = ptys.get(order.id);
  if (order.kind === "write") pty?.write(order.text);
  else if (order.kind === "resize") pty?.resize(order.cols, order.rows);
  else if (order.kind === "taken") pty?.take(order.units);
  else pty?.hangUp();
}

function open({ id, program }: Extract<PtyOrder, { kind: "open" }>): void {
  try {
    const highest = Math.max(-1, ...[...ptys.values()].map(({ fd }) => fd));
    const start = () => new HostedPty(program, reports);
    const reports: HostedPtyReports = {
      onOutput: (text) => tell({ kind: "output", id, text }),
      onTyped: (units) => tell({ kind: "typed", id, units }),
      onEnd: (exit) => {
        ptys.delete(id);
        tell({ kind: "ended", id, exit });
      },
    };
    const pty = withoutGaps(highest, start);
    ptys.set(id, pty);
    tell({ kind: "opened", id, pid: pty.pid, startTime: pty.startTime });
  } catch (error) {
    tell({ kind: "refused", id, message: (error as Error).message });
  }
}

function tell(report: PtyReport): void {
  // Ignore a failed send: if the daemon is gone, this process ends too.
  if (process.connected) process.send!(report, undefined, undefined, () => {});
}
