import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DaemonHome } from "../fixture/start-daemon.ts";
import { expect, expectNoAxeFindings, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";

test("a usage limit says until when it lasts, and the turn can go on then; the choice waits in the queue and can be taken back", async ({
  page,
}) => {
  const endpoint = createServer((_, response) => {
    response
      .writeHead(429, { "content-type": "application/json", "retry-after": "5400" })
      .end('{"error":{"message":"You have used all of today\'s requests."}}');
  });
  endpoint.listen(0, "127.0.0.1");
  await once(endpoint, "listening");
  const { port } = endpoint.address() as AddressInfo;
  await using home = await DaemonHome.make({ BOOCODE_MODEL_URL: `http://127.0.0.1:${port}/v1`, BOOCODE_DEFAULT_MODEL: "some-model" });
  try {
    await openDemo(page, await home.start());
    await send(page, "hello");
    await settled(page);
    const end = transcript(page).getByTestId("turn-end");
    await expect(end).toContainText(/Usage limit reached: waits until .*\d\d:\d\d/);
    await expect(end.locator("blockquote")).toContainText("all of today's requests");
    await end.getByRole("button", { name: /^Continue at/ }).click();
    const row = page.getByRole("list", { name: "Queue" }).getByRole("listitem");
    await expect(row).toContainText("hello");
    await expect(row).toContainText(/Waits until .*\d\d:\d\d/);
    await expect(end.getByRole("button", { name: /^Continue at/ })).toBeHidden();
    await expectNoAxeFindings(page);
    await page.reload();
    await expect(row).toContainText(/Waits until/);
    await row.getByRole("button", { name: "Remove from queue" }).click();
    await expect(row).toBeHidden();
  } finally {
    endpoint.close();
  }
});
