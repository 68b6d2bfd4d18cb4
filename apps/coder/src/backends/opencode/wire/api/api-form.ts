import { z } from "zod";
import { NOTHING, only, type Translated } from "./api-event.ts";

const Option = z.object({ value: z.string(), label: z.string().default("") });
const Field = z.object({
  key: z.string(),
  type: z.string().default("string"),
  title: z.string().default(""),
  description: z.string().default(""),
  options: z.array(Option).default([]),
});
const Call = z.object({ messageID: z.string(), callID: z.string() });

/** What opencode 2 asks with: fields with keys, or a page to visit. */
export const ApiForm = z.object({
  id: z.string(),
  sessionID: z.string(),
  title: z.string().default(""),
  metadata: z.unknown().optional(),
  fields: z.array(Field).catch([]),
  url: z.string().optional().catch(undefined),
});
export type ApiForm = z.infer<typeof ApiForm>;

const Settled = z.object({ id: z.string(), sessionID: z.string(), answer: z.unknown().optional() });
const YES_OR_NO = [
  { value: "true", label: "Yes" },
  { value: "false", label: "No" },
];
const DONE = "Done";
const UNKNOWN = "opencode asks something that BooCode cannot show.";

/** Converts a form to the questions of opencode 1. A field without options can only be declined. */
export function toQuestions(form: ApiForm): Record<string, unknown> {
  const { id, sessionID, title, metadata, fields, url } = form;
  const tool = Call.safeParse(metadata).data;
  const questions = fields.map((field) => ({
    question: field.title || field.description || field.key,
    header: title,
    options: optionsOf(field).map(({ label, value }) => ({ label: label || value })),
  }));
  // A form of a kind that is not known can at least be declined.
  if (questions.length === 0 && url === undefined) questions.push({ question: title || UNKNOWN, header: title, options: [] });
  if (url !== undefined)
    questions.push({ question: [title, url].filter((text) => text !== "").join(": "), header: title, options: [{ label: DONE }] });
  return { id, sessionID, questions, ...(tool ? { tool } : {}) };
}

/** Converts an event about a form: `created`, `replied` or `cancelled`. */
export function toOldForm(what: string, data: Record<string, unknown>): Translated {
  if (what === "created") {
    const form = ApiForm.safeParse(data["form"]).data;
    return form ? only("question.v2.asked", toQuestions(form)) : only("form.created", data);
  }
  const settled = Settled.safeParse(data).data;
  if (!settled) return only(`form.${what}`, data);
  const { sessionID, id: requestID } = settled;
  if (what === "replied") return only("question.v2.replied", { sessionID, requestID });
  return what === "cancelled" ? only("question.v2.rejected", { sessionID, requestID }) : NOTHING;
}

/** Converts the labels chosen for each question to the values of a form's fields. */
export function toFormAnswer({ fields }: ApiForm, answers: readonly (readonly string[])[]): Record<string, unknown> {
  const answer: Record<string, unknown> = {};
  for (const [place, field] of fields.entries()) {
    const chosen = answers[place] ?? [];
    const values = optionsOf(field).flatMap(({ label, value }) => (chosen.includes(label || value) ? [value] : []));
    if (values.length === 0) continue;
    if (field.type === "multiselect") answer[field.key] = values;
    else answer[field.key] = field.type === "boolean" ? values[0] === "true" : values[0];
  }
  return answer;
}

const optionsOf = ({ type, options }: z.infer<typeof Field>) => (type === "boolean" ? YES_OR_NO : options);
