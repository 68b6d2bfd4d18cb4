import { expect, it } from "vitest";
import { toOwnData } from "./own-data.ts";

const OWN = { XDG_DATA_HOME: "/own/data", XDG_STATE_HOME: "/own/state", XDG_CACHE_HOME: "/own/cache" };
const DATABASE = { OPENCODE_DB: "/own/data/opencode.db" };

it.each([
  ["nothing", {}, { ...OWN, ...DATABASE }],
  ["another variable", { OPENCODE_MODELS_URL: "http://127.0.0.1" }, { ...OWN, ...DATABASE }],
  ["where its state is", { XDG_STATE_HOME: "/mine" }, { XDG_DATA_HOME: "/own/data", XDG_CACHE_HOME: "/own/cache", ...DATABASE }],
  ["where its data are", { XDG_DATA_HOME: "/mine" }, { XDG_STATE_HOME: "/own/state", XDG_CACHE_HOME: "/own/cache" }],
  ["where its database is", { OPENCODE_DB: "/mine/opencode.db" }, OWN],
])("P12: opencode 2 has data of its own where agents.json says %s, except what that says", (_, chosen, own) => {
  expect(toOwnData("/own", chosen)).toEqual(own);
});
