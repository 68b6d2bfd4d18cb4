import { Barrier } from "@boocode/testkit/barrier";
import { ScriptedBackend } from "@boocode/testkit/scripted-backend";
import { createTRPCClient, httpBatchStreamLink } from "@trpc/client";
import { expect, it } from "vitest";
import type { AppRouter } from "../../src/api/app-router.ts";
import { TestHome } from "../start-test-daemon.ts";

/** A backend whose models nobody knows before the barrier is open. */
class SlowBackend extends ScriptedBackend {
  readonly asked = new Barrier();

  override async listModels() {
    await this.asked.pass();
    return super.listModels();
  }
}

it("answers what is asked in one moment one by one: nothing waits for an agent that is being looked for", async () => {
  const backend = new SlowBackend({ script: () => [] });
  const { address, token } = await (await TestHome.make()).start({ backend });
  let requests = 0;
  const api = createTRPCClient<AppRouter>({
    links: [
      httpBatchStreamLink({
        url: `${address}/trpc`,
        headers: { authorization: `Bearer ${token}` },
        fetch: (url, options) => {
          requests += 1;
          return fetch(url, options as RequestInit);
        },
      }),
    ],
  });
  let isSlowAnswered = false;
  const slow = api.agents.list.query().then((agents) => {
    isSlowAnswered = true;
    return agents;
  });
  const quick = api.settings.get.query();
  await backend.asked.reached;
  expect(await quick).toMatchObject({ theme: "system" });
  expect({ requests, isSlowAnswered }).toEqual({ requests: 1, isSlowAnswered: false });
  backend.asked.open();
  expect((await slow).map(({ id }) => id)).toContain("boocode");
});
