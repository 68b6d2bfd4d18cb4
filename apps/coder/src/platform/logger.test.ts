import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openLog } from "./logger.ts";
import { redactSecrets } from "./redact.ts";

const KNOWN = "bcd_knownknownknownknownknownknown";

it.each([
  [`token ${KNOWN} used`, "token [redacted] used"],
  ["Authorization: Bearer abcdefghijkl", "Authorization: Bearer [redacted]"],
  ["key sk-proj-abcdefghijklmnop", "key [redacted]"],
  ["ghp_abcdefghijklmnopqrst", "[redacted]"],
  ["AKIAABCDEFGHIJKLMNOP", "[redacted]"],
  ["eyJhbGciOiJI.eyJzdWIiOiIx.c2ln", "[redacted]"],
  ["https://user:pass@host/x", "https://[redacted]@host/x"],
  ["http://127.0.0.1:9502/#token=abc", "http://127.0.0.1:9502/#token=[redacted]"],
  ["-----BEGIN RSA PRIVATE KEY-----\nabc\n-----END RSA PRIVATE KEY-----", "[redacted]"],
  ["a plain sentence about tokens", "a plain sentence about tokens"],
])("S12 redacts %j", (text, expected) => {
  expect(redactSecrets(text, [KNOWN])).toBe(expected);
});

it("S12 writes lines at once, without secrets or prompts, into a file only its owner can read", () => {
  const folder = temporaryFolder();
  const log = openLog({ level: "info", folder, stderr: null, secrets: [KNOWN] });
  log.logger.info({ token: "canary-1", request: { headers: "canary-2" }, prompt: "canary-3", text: "canary-4" }, `at ${KNOWN}`);
  log.logger.error({ err: new Error(`refused with Bearer canary-5-${KNOWN}`, { cause: new Error("sk-canary-6-canary-6") }) }, "failed");
  const text = readFileSync(join(folder, "boocode.log"), "utf8");
  expect(text.trim().split("\n")).toHaveLength(2);
  expect(text).not.toMatch(/canary|knownknown/);
  expect(text).toContain("refused with Bearer");
  expect(statSync(join(folder, "boocode.log")).mode & 0o777).toBe(0o600);
  log.close();
});

it("rotates a full file and keeps five older ones", () => {
  const folder = temporaryFolder();
  for (let round = 0; round < 7; round++) {
    writeFileSync(join(folder, "boocode.log"), "x".repeat(9 * 1024 * 1024));
    const log = openLog({ level: "info", folder, stderr: null, secrets: [] });
    log.logger.info(`round ${round}`);
    log.close();
  }
  expect(readdirSync(folder).sort()).toEqual(["boocode.log", ...[1, 2, 3, 4, 5].map((age) => `boocode.log.${age}`)]);
  expect(readFileSync(join(folder, "boocode.log"), "utf8")).toContain("round 6");
});

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "boocode-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
