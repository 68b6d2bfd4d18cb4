import { readConfig } from "../../src/config.ts";
import { startDaemon } from "../../src/daemon.ts";
import { createAskingAgent } from "./asking-agent.ts";

// Run as a process of its own: the daemon with an agent that asks, so that a test can kill it.
const command = readConfig([], process.env);
if (command.kind !== "run") throw new Error(`expected to run, not ${command.kind}`);
const daemon = await startDaemon(command.config, { backend: createAskingAgent() });
process.stdout.write(`BooCode is ready at ${daemon.address}/#token=${daemon.token}\n`);
