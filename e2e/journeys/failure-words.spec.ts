import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DaemonHome } from "../fixture/start-daemon.ts";
import { expect, expectNoAxeFindings, openDemo, send, settingsOf, settled, test, transcript } from "../fixture/journey.ts";

test("a model that refuses the key is quoted in the failure, with a way to the settings", async ({ page }) => {
  const endpoint = createServer((_, response) => {
    response.writeHead(401, { "content-type": "application/json" }).end('{"error":{"message":"Incorrect API key provided."}}');
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
    await expect(end.locator("blockquote")).toContainText("Incorrect API key provided.");
    await expect(end.getByText("Incorrect API key provided.")).toHaveCount(1);
    await expectNoAxeFindings(page);
    await end.getByRole("button", { name: "Open settings" }).click();
    await expect(settingsOf(page).getByRole("region", { name: "Models settings" })).toBeVisible();
  } finally {
    endpoint.close();
  }
});

test("a part of the page that does not come is asked for again, and takes nothing of the page with it", async ({ page, daemon }) => {
  await openDemo(page, daemon);
  let refused = 0;
  await page.route(/\/assets\/settings-page-/, async (route) => {
    refused += 1;
    if (refused <= 2) await route.abort("connectionrefused");
    else await route.continue();
  });
  await page.getByRole("button", { name: "Settings" }).click();
  await expect(settingsOf(page)).toBeVisible();
  expect(refused).toBe(3);
});
