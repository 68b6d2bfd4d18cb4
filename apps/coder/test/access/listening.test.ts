import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { TestHome } from "../start-test-daemon.ts";

it("S2 listens on loopback alone", async () => {
  const daemon = await (await TestHome.make()).start();
  expect(listenersOn(Number(new URL(daemon.address).port))).toEqual(["127.0.0.1"]);
});

it("S2 the control: a server that listens everywhere is seen", async () => {
  const home = await TestHome.make({ BOOCODE_HOST: "0.0.0.0", BOOCODE_ALLOW_REMOTE: "1", BOOCODE_TOKEN: "t".repeat(43) });
  const daemon = await home.start();
  expect(listenersOn(Number(new URL(daemon.address).port))).toEqual(["0.0.0.0"]);
});

it.each([
  ["without being told so", { BOOCODE_HOST: "0.0.0.0" }, "BOOCODE_ALLOW_REMOTE"],
  ["on every address of IPv6", { BOOCODE_HOST: "::" }, "BOOCODE_ALLOW_REMOTE"],
  ["by a name that is not loopback's", { BOOCODE_HOST: "localhost.evil.test" }, "BOOCODE_ALLOW_REMOTE"],
  ["with a token that could be guessed", { BOOCODE_HOST: "0.0.0.0", BOOCODE_ALLOW_REMOTE: "1", BOOCODE_TOKEN: "short" }, "32 characters"],
])("S2 does not start where other machines reach it %s", async (_, env, words) => {
  const program = (await TestHome.make()).spawn([], env);
  // What it says is looked at once it has ended.
  program.ready().catch(() => {});
  expect(await program.exited).toBeGreaterThan(0);
  expect(program.stderr).toContain(words);
  expect(program.stdout).not.toContain("ready at");
});

/** The addresses on which anything listens at a port, as the kernel says. */
function listenersOn(port: number): string[] {
  const wanted = port.toString(16).toUpperCase().padStart(4, "0");
  return ["tcp", "tcp6"].flatMap((family) =>
    readFileSync(`/proc/net/${family}`, "utf8")
      .split("\n")
      .map((line) => line.trim().split(/\s+/))
      .filter(([, local = "", , state]) => local.endsWith(`:${wanted}`) && state === "0A")
      .map(([, local = ""]) => toAddress(local.slice(0, local.indexOf(":")))),
  );
}

/** An address of the kernel's table: hexadecimal, in the machine's byte order. */
const toAddress = (hex: string) => (hex.length === 8 ? [...Buffer.from(hex, "hex")].toReversed().join(".") : hex);
