import { readdirSync, readFileSync } from "node:fs";
import { changes, expect, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";

test("kill -9 in the middle of a turn: the page comes back by itself, the turn says why it ended, and the next prompt works", async ({
  page,
  home,
  daemon,
}) => {
  await openDemo(page, daemon);
  await send(page, "create a file before.md that says kept");
  await settled(page);
  await send(page, "run sleep 1000");
  await expect.poll(() => ours(home.dataDir)).toContain("sleep 1000");

  await daemon.kill();
  await expect(page.getByRole("alert", { name: "Connection" })).toBeVisible();
  await home.start();
  await expect(page.getByRole("alert", { name: "Connection" })).toBeHidden();
  await settled(page);
  await expect(transcript(page)).toContainText(/interrupted/i);
  await expect(transcript(page)).toContainText(/restarted|daemon/i);
  await expect(changes(page)).toContainText("before.md");
  await expect.poll(() => ours(home.dataDir)).not.toContain("sleep 1000");

  await send(page, "append more to before.md");
  await settled(page);
});

test("kill -9 while text streams: what was shown is kept", async ({ page, home, daemon }) => {
  await openDemo(page, daemon);
  await send(page, "count to 10000");
  await expect(transcript(page)).toContainText("25");
  await daemon.kill();
  await home.start();
  await settled(page);
  await expect(transcript(page)).toContainText("25");
  await expect(transcript(page).getByText("count to 10000", { exact: true })).toHaveCount(1);
});

/** The command lines of the processes with the marker of a daemon in `folder`. */
function ours(folder: string): string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) => {
      try {
        const environment = readFileSync(`/proc/${pid}/environ`, "utf8");
        return environment.includes(folder) ? [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim()] : [];
      } catch {
        return [];
      }
    });
}
