import fc from "fast-check";
import { expect, it } from "vitest";
import { AnswerReader } from "./answer-reader.ts";

/** One event of a stream, as servers write it. */
export const event = (data: unknown) => `data: ${typeof data === "string" ? data : JSON.stringify(data)}\n\n`;
/** A chunk of an answer. */
export const chunk = (delta: unknown, finish: string | null = null, more: object = {}) =>
  event({ choices: [{ index: 0, delta, finish_reason: finish }], ...more });
export const say = (text: string) => chunk({ content: text });
export const call = (args: unknown, more: object = {}, name = "list") =>
  chunk({ tool_calls: [{ index: 0, id: "c1", type: "function", function: { name, arguments: args }, ...more }] });
export const end = (finish: string | null = "stop") => chunk({}, finish) + DONE;
export const DONE = "data: [DONE]\n\n";
export const SRC = { path: "src" };

/** Reads an answer in the given pieces. */
function read(bytes: Uint8Array, pieceSizes: readonly number[]) {
  const answer = new AnswerReader("http://model");
  let place = 0;
  for (const size of pieceSizes) {
    answer.push(bytes.subarray(place, place + size));
    place += size;
  }
  answer.push(bytes.subarray(place));
  answer.end();
  const said = answer.take();
  const textOf = (kind: string) => said.flatMap((run) => (run.kind === kind ? [run.text] : [])).join("");
  return {
    text: textOf("text"),
    thought: textOf("thought"),
    calls: answer.calls.map(({ id, name, input }) => ({ id, name, input })),
    finish: answer.finish,
    usage: answer.usage,
    failure: answer.failure && { cause: answer.failure.taskCause, message: answer.failure.message, status: answer.failure.httpStatus },
  };
}

type Reading = ReturnType<typeof read>;
export const oneCall = (input: unknown, name = "list") => ({ calls: [{ id: "c1", name, input }], failure: null });
export const fails = (cause: string, words: string) => ({
  failure: expect.objectContaining({ cause, message: expect.stringContaining(words) as string }) as object,
});

/** A form that some server sends, its bytes and the expected result. */
export type Form = readonly [what: string, form: string | Uint8Array, expected: object];

/** Tests that every form gives the same result whole, byte by byte and in any pieces. */
export function describeForms(FORMS: readonly Form[]): void {
  it.each([...FORMS])("reads %s, whole and byte by byte", (_what, form, expected) => {
    const bytes = typeof form === "string" ? new TextEncoder().encode(form) : form;
    const whole = read(bytes, []);
    expect(whole).toMatchObject(expected);
    expect(
      read(
        bytes,
        Array.from({ length: bytes.length }, () => 1),
      ),
    ).toEqual(whole);
  });

  it("reads every form the same, however the network cuts it", () => {
    const known = FORMS.map(([, form]) => {
      const bytes = typeof form === "string" ? new TextEncoder().encode(form) : form;
      return { bytes, whole: read(bytes, []) };
    });
    fc.assert(
      fc.property(fc.constantFrom(...known), fc.array(fc.nat(40), { maxLength: 30 }), ({ bytes, whole }, sizes) => {
        const cut: Reading = read(bytes, sizes);
        expect(cut).toEqual(whole);
      }),
      { numRuns: 400 },
    );
  });
}
