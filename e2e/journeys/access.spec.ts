import { expect, message, openDemo, test } from "../fixture/journey.ts";

test("without a token the page asks for one, and a wrong one is refused with a message", async ({ page, daemon }) => {
  await page.goto(daemon.origin);
  await expect(page.getByText(/npm start/)).toBeVisible();
  await page.goto(`${daemon.origin}/#token=wrong`);
  await page.reload();
  await expect(page.getByText(/npm start/)).toBeVisible();
});

test("a token that reaches the daemon too late is sent again: this browser keeps its access", async ({ page, daemon }) => {
  const closes: (number | undefined)[] = [];
  let isFirst = true;
  await page.routeWebSocket(/\/trpc/, (socket) => {
    const isHeld = isFirst;
    isFirst = false;
    const server = socket.connectToServer();
    // The token of the first socket never arrives, as on a machine too busy to send it.
    socket.onMessage((data) => isHeld || server.send(data));
    server.onClose((code, reason) => {
      closes.push(code);
      void socket.close({ ...(code !== undefined && { code }), ...(reason !== undefined && { reason }) });
    });
  });
  await openDemo(page, daemon);
  await expect.poll(() => closes).toEqual([4401]);
  await expect(page.getByText("live", { exact: true })).toBeVisible();
  await expect(message(page)).toBeVisible();
});

test("S6 the page runs under its content security policy and contacts no other machine", async ({ page, daemon }) => {
  const complaints: string[] = [];
  const elsewhere: string[] = [];
  page.on("console", (entry) => {
    if (entry.type() === "error") complaints.push(entry.text());
  });
  page.on("request", (request) => {
    if (!request.url().startsWith(daemon.origin) && !/^(?:data|blob):/.test(request.url())) elsewhere.push(request.url());
  });
  await openDemo(page, daemon);
  expect(complaints).toEqual([]);
  expect(elsewhere).toEqual([]);
});
