import type { ScriptedModel } from "../scripted-model.ts";

/** Sends a request to the scripted model as a client of one of its interfaces, and returns the events of its stream or its whole answer. */
export async function askModel(model: ScriptedModel, path: string, headers: Record<string, string>, body: object) {
  const response = await fetch(`${model.origin}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
  const text = await response.text();
  const isStream = response.headers.get("content-type") === "text/event-stream";
  const events = isStream ? text.split("\n\n").filter((event) => event !== "") : [];
  const names = events.flatMap((event) => /^event: (.*)$/m.exec(event)?.[1] ?? []);
  const data = events.map((event) => JSON.parse(/^data: (.*)$/m.exec(event)![1]!) as Record<string, unknown>);
  return { status: response.status, names, data, whole: isStream ? null : (JSON.parse(text) as unknown) };
}
