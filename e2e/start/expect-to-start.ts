import { expect } from "vitest";
import type { StartedProgram } from "./started-program.ts";

/** Expects that a program answers at its printed address, stops cleanly, and leaves no process. */
export async function expectToStart(program: StartedProgram): Promise<void> {
  const { origin } = await program.ready();
  const health = await fetch(`${origin}/api/health`);
  expect(await health.json()).toMatchObject({ status: "ok" });
  expect((await fetch(origin)).status).toBe(200);
  program.child.kill("SIGTERM");
  await program.ended;
  await expect(fetch(origin)).rejects.toThrow("fetch failed");
}
