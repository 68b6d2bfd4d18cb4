import { expect, it } from "vitest";
import { ApiForm, toFormAnswer, toOldForm } from "./api-form.ts";

const colour = { key: "colour", type: "string", title: "Which colour?", options: [{ value: "b", label: "Blue" }, { value: "r" }] };
const sure = { key: "sure", type: "boolean", description: "Are you sure?" };
const many = {
  key: "many",
  type: "multiselect",
  options: [
    { value: "1", label: "One" },
    { value: "2", label: "Two" },
  ],
};
const toForm = (more: object) => ({ id: "frm_1", sessionID: "ses_1", title: "Paint", ...more });

it.each([
  [
    "fields with options",
    { fields: [colour, sure] },
    [
      ["Which colour?", ["Blue", "r"]],
      ["Are you sure?", ["Yes", "No"]],
    ],
  ],
  ["a field to write in", { fields: [{ key: "name", type: "string" }] }, [["name", []]]],
  ["a page to visit", { mode: "url", url: "https://a.test" }, [["Paint: https://a.test", ["Done"]]]],
  ["a kind that is not known", { mode: "drawing", fields: "canvas" }, [["Paint", []]]],
  ["nothing at all", { title: "", mode: "drawing" }, [["opencode asks something that BooCode cannot show.", []]]],
])("a form with %s is asked, or can at least be declined", (_, more, questions) => {
  const { events } = toOldForm("created", { form: toForm(more) });
  const [{ type, properties } = { type: "", properties: {} }] = events;
  expect(type).toBe("question.v2.asked");
  const asked = properties["questions"] as { question: string; options: { label: string }[] }[];
  expect(asked.map(({ question, options }) => [question, options.map(({ label }) => label)])).toEqual(questions);
});

it("the labels that were chosen are sent as the values of the form's fields", () => {
  const form = ApiForm.parse(toForm({ fields: [colour, sure, many, { key: "name" }] }));
  expect(toFormAnswer(form, [["r"], ["No"], ["One", "Two"], []])).toEqual({ colour: "r", sure: false, many: ["1", "2"] });
});

it("a form that was settled elsewhere is no longer asked", () => {
  const settled = { sessionID: "ses_1", requestID: "frm_1" };
  expect(toOldForm("replied", { id: "frm_1", sessionID: "ses_1", answer: {} }).events).toEqual([
    { type: "question.v2.replied", properties: settled },
  ]);
  expect(toOldForm("cancelled", { id: "frm_1", sessionID: "ses_1" }).events).toEqual([
    { type: "question.v2.rejected", properties: settled },
  ]);
});
