import { expect, it } from "vitest";
import { toAgentEnv } from "./agent-env.ts";

it("S11 lets through the allow-list and nothing else", () => {
  const kept = { PATH: "/bin", HOME: "/home/a", LANG: "C", LC_ALL: "C", XDG_CONFIG_HOME: "/c", https_proxy: "http://p", TMPDIR: "/t" };
  const names = `BOOCODE_TOKEN BOOCODE_DATA_DIR GIT_DIR GIT_INDEX_FILE NODE_OPTIONS NODE_COMPILE_CACHE LD_PRELOAD DYLD_INSERT_LIBRARIES
    BASH_ENV ENV PROMPT_COMMAND PYTHONPATH npm_config_registry SENTRY_DSN OTEL_EXPORTER DATABASE_URL SSH_AUTH_SOCK
    OPENAI_API_KEY GITHUB_TOKEN AWS_SECRET_ACCESS_KEY XDG_SESSION_TOKEN LC_SECRET DB_PASSWORD UNHEARD_OF`.split(/\s+/);
  const dropped = Object.fromEntries(names.map((name) => [name, "canary"]));
  expect(toAgentEnv({ ...kept, ...dropped, LOGNAME: undefined })).toEqual(kept);
});
