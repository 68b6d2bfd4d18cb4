import { expect, it } from "vitest";
import { decideBackground, decideLeftByTurn, type RunningProcess } from "./decide-left-running.ts";

const DAEMON = 10;
const [AGENT, HELPER, SHELL, COMMAND, DETACHED] = [20, 21, 30, 31, 40];
const run = (pid: number, parent: number, startedAt: number): RunningProcess => ({ pid, parent, startedAt });
const agent = run(AGENT, DAEMON, 100);

it.each<[string, RunningProcess[], number[]]>([
  ["nothing for an agent without other processes", [agent], []],
  ["no helpers that were running when the turn began", [agent, run(HELPER, AGENT, 101), run(22, HELPER, 102)], []],
  ["a command that is still running, with its children", [agent, run(SHELL, AGENT, 205), run(COMMAND, SHELL, 206)], [SHELL, COMMAND]],
  ["a process a helper started for the turn", [agent, run(HELPER, AGENT, 101), run(COMMAND, HELPER, 205)], [COMMAND]],
  ["a process that left the agent's tree", [agent, run(DETACHED, 1, 205)], [DETACHED]],
  ["no background processes of an earlier turn", [agent, run(DETACHED, 1, 150), run(41, DETACHED, 150)], []],
  ["a process started at the same moment as the turn", [agent, run(COMMAND, AGENT, 200)], [COMMAND]],
  ["neither an agent restarted during the turn nor its helpers", [run(AGENT, DAEMON, 210), run(HELPER, AGENT, 212)], []],
  ["a process an agent started later, after its restart", [run(AGENT, DAEMON, 210), run(COMMAND, AGENT, 300)], [COMMAND]],
  ["a process whose agent is gone", [run(COMMAND, SHELL, 205)], [COMMAND]],
  ["processes in a cycle, which a reused pid can create", [run(50, 51, 205), run(51, 50, 205)], [50, 51]],
])("with a stopped turn ends %s", (_, processes, ended) => {
  expect(decideLeftByTurn({ processes, daemon: DAEMON, turnStartedAt: 200, openingTime: 20 })).toEqual(ended);
});

it.each<[string, RunningProcess[], number | null, number[]]>([
  ["no agent and no helper", [agent, run(HELPER, AGENT, 101)], null, []],
  ["a process of a finished turn in the agent's tree", [agent, run(SHELL, AGENT, 205)], null, [SHELL]],
  [
    "a process once, without listing its descendants",
    [agent, run(DETACHED, 1, 205), run(41, DETACHED, 206), run(42, 41, 207)],
    null,
    [DETACHED],
  ],
  ["a process that left the tree", [agent, run(DETACHED, 1, 205)], null, [DETACHED]],
  ["a process whose agent has exited", [run(DETACHED, 1, 205)], null, [DETACHED]],
  ["nothing that the running turn started", [agent, run(SHELL, AGENT, 405), run(DETACHED, 1, 406)], 400, []],
  ["a process of an earlier turn, while a turn runs", [agent, run(DETACHED, 1, 205)], 400, [DETACHED]],
  ["no helper of an agent without turns so far", [run(AGENT, DAEMON, 500), run(HELPER, AGENT, 501)], null, []],
])("counts as background %s", (_, processes, runningSince, background) => {
  expect(decideBackground({ processes, daemon: DAEMON, turnsStartedAt: [200, 400], runningSince })).toEqual(background);
});
