import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decideKept, decideSuspend, type KeptFacts } from "./decide-kept.ts";

const IDLE: KeptFacts = { phase: "idle", isActing: false, isAsking: false, isKeptWarm: false, programs: 0 };
const refused = (because: string) => ({ kind: "refuse", because });
const SUSPEND = { kind: "suspend" };

it.each<[string, Partial<KeptFacts>, string, object, object]>([
  ["an idle one", {}, "recent", SUSPEND, SUSPEND],
  ["one that starts", { phase: "starting" }, "busy", refused("busy"), refused("busy")],
  ["one that works", { phase: "busy" }, "busy", refused("busy"), refused("busy")],
  ["one that began something by itself", { isActing: true }, "busy", refused("busy"), refused("busy")],
  ["one that asks in its turn", { phase: "busy", isAsking: true }, "permission", refused("permission"), refused("permission")],
  ["one that asks without a turn", { isAsking: true }, "permission", refused("permission"), refused("permission")],
  ["one the person keeps", { isKeptWarm: true }, "kept_warm", SUSPEND, SUSPEND],
  ["one the person keeps, at work", { isKeptWarm: true, phase: "busy" }, "busy", refused("busy"), refused("busy")],
  ["one that left programs running", { programs: 2 }, "programs", refused("programs"), SUSPEND],
  ["one the person keeps, with programs", { isKeptWarm: true, programs: 1 }, "kept_warm", refused("programs"), SUSPEND],
])("%s", (_, given, because, plain, withPrograms) => {
  const facts = { ...IDLE, ...given };
  expect(decideKept(facts)).toBe(because);
  expect(decideSuspend(facts, { endsPrograms: false })).toEqual(plain);
  expect(decideSuspend(facts, { endsPrograms: true })).toEqual(withPrograms);
});

it("F33: nothing that works or asks is evicted or suspended, and programs end only where the person said so", () => {
  const facts = fc.record<KeptFacts>({
    phase: fc.constantFrom("starting", "busy", "idle"),
    isActing: fc.boolean(),
    isAsking: fc.boolean(),
    isKeptWarm: fc.boolean(),
    programs: fc.nat(3),
  });
  fc.assert(
    fc.property(facts, fc.boolean(), (given, endsPrograms) => {
      const evicted = decideKept(given) === "recent";
      const suspended = decideSuspend(given, { endsPrograms }).kind === "suspend";
      const isInUse = given.phase !== "idle" || given.isActing || given.isAsking;
      const isHeld = isInUse || given.programs > 0;
      expect(evicted).toBe(!isHeld && !given.isKeptWarm);
      expect(suspended).toBe(endsPrograms ? !isInUse : !isHeld);
    }),
  );
});
