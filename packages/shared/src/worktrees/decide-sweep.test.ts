import fc from "fast-check";
import { expect, it } from "vitest";
import {
  decideClaim,
  pickForSweep,
  SWEEP_AT_ONCE,
  SWEEP_GRACE_MS,
  type MarkedFacts,
  type Orphan,
  type SweepClaim,
} from "./decide-sweep.ts";

const ORPHAN: MarkedFacts = {
  isInOurFolder: true,
  isInPlace: true,
  isProjectKnown: true,
  isOnItsWay: false,
  row: "of_nobody",
  lockSession: "gone",
};

it.each<[string, Partial<MarkedFacts>, SweepClaim]>([
  ["one that nobody owns is judged", {}, "orphan"],
  ["one of a session is left alone", { row: "of_a_session" }, "leave"],
  ["one that no row knows is recorded first", { row: "none" }, "record_as_orphan"],
  ["one of a session that lost it goes back to it", { row: "none", lockSession: "without_worktree" }, "record_for_session"],
  ["one of a session that has another is nobody's", { row: "none", lockSession: "with_worktree" }, "record_as_orphan"],
  ["one in another folder is left alone", { isInOurFolder: false }, "leave"],
  ["one that was moved here is left alone", { isInPlace: false }, "leave"],
  ["one of a repository that is no project is left alone", { isProjectKnown: false }, "leave"],
  ["one on its way into the trash is left alone", { isOnItsWay: true }, "leave"],
])("W5 %s", (_, given, expected) => {
  expect(decideClaim({ ...ORPHAN, ...given })).toBe(expected);
});

const facts = fc.record<MarkedFacts>({
  isInOurFolder: fc.boolean(),
  isInPlace: fc.boolean(),
  isProjectKnown: fc.boolean(),
  isOnItsWay: fc.boolean(),
  row: fc.constantFrom("of_a_session", "of_nobody", "none"),
  lockSession: fc.constantFrom("without_worktree", "with_worktree", "gone"),
});

it("W5 claims nothing that is foreign, elsewhere or owned, and judges nothing that is not recorded", () => {
  fc.assert(
    fc.property(facts, (given) => {
      const claim = decideClaim(given);
      const isForeign =
        !given.isInOurFolder || !given.isInPlace || !given.isProjectKnown || given.isOnItsWay || given.row === "of_a_session";
      expect(claim === "leave").toBe(isForeign);
      expect(claim === "orphan").toBe(!isForeign && given.row === "of_nobody");
    }),
  );
});

it("judges five at most, none within its hour of grace, and each has its turn", () => {
  const now = 10 * SWEEP_GRACE_MS;
  const orphans = fc.array(fc.record({ seenAt: fc.nat(now), judgedAt: fc.option(fc.nat(now)) }), { maxLength: 30 });
  fc.assert(
    fc.property(orphans, (given) => {
      let all: Orphan[] = given.map((each, index) => ({ ...each, id: String(index) }));
      const due = all.filter(({ seenAt }) => now - seenAt >= SWEEP_GRACE_MS);
      const judged = new Set<string>();
      for (let pass = 0; pass < Math.ceil(due.length / SWEEP_AT_ONCE); pass += 1) {
        const picked = pickForSweep(all, now);
        expect(picked.length).toBeLessThanOrEqual(SWEEP_AT_ONCE);
        for (const { id } of picked) judged.add(id);
        all = all.map((each) => (picked.some(({ id }) => id === each.id) ? { ...each, judgedAt: now + pass + 1 } : each));
      }
      expect(judged).toEqual(new Set(due.map(({ id }) => id)));
    }),
  );
});
