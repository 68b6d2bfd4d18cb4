import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { DaemonHome } from "../fixture/start-daemon.ts";
import { expect, expectNoAxeFindings, openDemo, send, settled, test, transcript } from "../fixture/journey.ts";

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
    await expect(page.getByRole("dialog", { name: "Settings" })).toBeVisible();
  } finally {
    endpoint.close();
  }
});
