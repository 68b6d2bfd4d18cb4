import { expect, it } from "vitest";
import { z } from "zod";
import { AGENT_EVENT_TYPES, AgentEvent } from "../agents/agent-event.ts";
import { CHAT_EVENT_TYPES, ChatEventBody, ChatFact } from "./chat-event.ts";

type Schema = { [key: string]: unknown };

/** Finds where a schema accepts a string or list of unlimited length. */
function findUnbounded(schema: unknown, place: string): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const { type, maxLength, maxItems } = schema as Schema;
  const isFixed = "enum" in schema || "const" in schema;
  const own = (type === "string" && maxLength === undefined && !isFixed) || (type === "array" && maxItems === undefined) ? [place] : [];
  return [...own, ...Object.entries(schema).flatMap(([key, inner]) => findUnbounded(inner, `${place}.${key}`))];
}

it("every string and every list of an event is bounded in its schema", () => {
  expect(findUnbounded(z.toJSONSchema(ChatEventBody), "event")).toEqual([]);
});

it("finds unbounded strings and lists", () => {
  expect(findUnbounded(z.toJSONSchema(z.object({ a: z.string(), b: z.array(z.enum(["c"])) })), "event")).toHaveLength(2);
});

it("lists the types of the schema: twelve of agents, and the facts", () => {
  expect(AGENT_EVENT_TYPES).toHaveLength(12);
  expect(AGENT_EVENT_TYPES).toEqual(AgentEvent.options.map(({ shape }) => shape.type.value));
  expect(CHAT_EVENT_TYPES).toHaveLength(AgentEvent.options.length + ChatFact.options.length);
  expect(new Set(CHAT_EVENT_TYPES).size).toBe(CHAT_EVENT_TYPES.length);
});
