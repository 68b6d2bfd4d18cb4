import fc from "fast-check";
import { expect, it } from "vitest";
import { AgentSelf } from "./learned-agent.ts";

const MEGABYTE = "x".repeat(1024 * 1024);
const mode = (id: string, label = id, description = "") => ({ id, label, description });
const model = (id: string, label = id) => ({ id, label, isScripted: false });
const command = (name: string, description = "") => ({ name, description });

it("texts that are too long are cut, and what cannot be named in a prompt is left out: the rest of the agent works", () => {
  const self = AgentSelf.parse({
    version: `1.0 ${MEGABYTE}`,
    modes: [mode("plan", MEGABYTE, MEGABYTE), mode(MEGABYTE, "Long"), mode("", "None"), mode("ask", "")],
    models: [model("a", MEGABYTE), model(MEGABYTE), model("b")],
    takesImages: null,
    commands: [command("review", MEGABYTE), command(MEGABYTE), command("two words"), command("/init")],
  });
  expect([self.version!.length, self.version!.endsWith("…")]).toEqual([100, true]);
  expect(self.modes.map(({ id, label, description }) => [id, label.length, description.length])).toEqual([
    ["plan", 200, 2_000],
    ["ask", 3, 0],
  ]);
  expect(self.models.map(({ id, label }) => [id, label.length])).toEqual([
    ["a", 200],
    ["b", 1],
  ]);
  expect(self.commands?.map(({ name, description }) => [name, description.length])).toEqual([
    ["review", 400],
    ["init", 0],
  ]);
});

it("of thousands of models the first thousand stay, in their order, and nothing changes when it is read again", () => {
  const text = fc.string({ maxLength: 300, unit: "binary" });
  fc.assert(
    fc.property(fc.array(fc.tuple(text, text, text), { maxLength: 20 }), (said) => {
      const self = AgentSelf.parse({
        version: null,
        modes: said.map(([id, label, description]) => mode(id, label, description)),
        models: Array.from({ length: 60 }).flatMap(() => said.map(([id, label]) => model(id, label))),
        takesImages: true,
        commands: said.map(([id, , description]) => command(id, description)),
      });
      expect(self.models.length).toBeLessThanOrEqual(1_000);
      expect(AgentSelf.parse(self)).toEqual(self);
    }),
    { numRuns: 50 },
  );
  const many = Array.from({ length: 3_000 }, (_, index) => model(`m${index}`));
  expect(AgentSelf.parse({ version: null, modes: [], models: many, takesImages: null, commands: [] }).models).toEqual(many.slice(0, 1_000));
});
