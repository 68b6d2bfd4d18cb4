import { expect, it } from "vitest";
import { decideBackground, decideLeftByTurn, type RunningProcess } from "./decide-left-running.ts";

const DAEMON = 10;
const [AGENT, HELPER, SHELL, COMMAND, DETACHED] = [20, 21, 30, 31, 40];
const run = (pid: number, parent: number, startedAt: number): RunningProcess => ({ pid, parent, startedAt });
const agent = run(AGENT, DAEMON, 100);

it.each<[string, RunningProcess[], number[]]>([
  ["nothing of an agent that is alone", [agent], []],
  ["not the helpers that it had when the turn began", [agent, run(HELPER, AGENT, 101), run(22, HELPER, 102)], []],
  ["the command that runs on, with what it started", [agent, run(SHELL, AGENT, 205), run(COMMAND, SHELL, 206)], [SHELL, COMMAND]],
  ["what a helper started for the turn", [agent, run(HELPER, AGENT, 101), run(COMMAND, HELPER, 205)], [COMMAND]],
  ["what left the agent's tree", [agent, run(DETACHED, 1, 205)], [DETACHED]],
  ["not what an earlier turn left in the background", [agent, run(DETACHED, 1, 150), run(41, DETACHED, 150)], []],
  ["what began in the same moment as the turn", [agent, run(COMMAND, AGENT, 200)], [COMMAND]],
  ["not an agent that was started anew within the turn, nor its helpers", [run(AGENT, DAEMON, 210), run(HELPER, AGENT, 212)], []],
  ["what an agent that was started anew ran later", [run(AGENT, DAEMON, 210), run(COMMAND, AGENT, 300)], [COMMAND]],
  ["what is left where the agent is gone", [run(COMMAND, SHELL, 205)], [COMMAND]],
  ["what stands in a circle, which a pid that was used again can make", [run(50, 51, 205), run(51, 50, 205)], [50, 51]],
])("with a stopped turn ends %s", (_, processes, ended) => {
  expect(decideLeftByTurn({ processes, daemon: DAEMON, turnStartedAt: 200, openingTime: 20 })).toEqual(ended);
});

it.each<[string, RunningProcess[], number | null, number[]]>([
  ["no agent and no helper", [agent, run(HELPER, AGENT, 101)], null, []],
  ["what a turn that is over left in the agent's tree", [agent, run(SHELL, AGENT, 205)], null, [SHELL]],
  ["it once, with all that it has started", [agent, run(DETACHED, 1, 205), run(41, DETACHED, 206), run(42, 41, 207)], null, [DETACHED]],
  ["what left it", [agent, run(DETACHED, 1, 205)], null, [DETACHED]],
  ["what is left where no agent runs", [run(DETACHED, 1, 205)], null, [DETACHED]],
  ["nothing that the running turn started", [agent, run(SHELL, AGENT, 405), run(DETACHED, 1, 406)], 400, []],
  ["what an earlier one left, while a turn runs", [agent, run(DETACHED, 1, 205)], 400, [DETACHED]],
  ["no helper of an agent that has had no turn yet", [run(AGENT, DAEMON, 500), run(HELPER, AGENT, 501)], null, []],
])("counts as background %s", (_, processes, runningSince, background) => {
  expect(decideBackground({ processes, daemon: DAEMON, turnsStartedAt: [200, 400], runningSince })).toEqual(background);
});
