import * as fc from "fast-check";
import { expect, it } from "vitest";
import { ProjectId } from "../ids.ts";
import { moveInOrder, orderProjects } from "./order-projects.ts";

const project = (id: string, createdAt: number) => ({ id: ProjectId.parse(id), createdAt });
const projects = [project("c", 30), project("a", 10), project("b", 20)];
const ids = (order: string[]) =>
  orderProjects(projects, order)
    .map(({ id }) => id)
    .join("");

it.each([
  ["nothing", [], "abc"],
  ["all", ["c", "a", "b"], "cab"],
  ["one, with the new ones after it", ["c"], "cab"],
  ["one that is gone", ["gone", "b"], "bac"],
  ["one twice", ["b", "a", "b"], "abc"],
])("after the person has ordered %s", (_, order, ordered) => {
  expect(ids(order)).toBe(ordered);
});

it.each([
  ["a", "c", "bac"],
  ["c", "a", "cab"],
  ["a", null, "bca"],
  ["b", "b", "acb"],
  ["b", "gone", "acb"],
])("%s before %s", (id, before, order) => {
  expect(moveInOrder(["a", "b", "c"], id, before).join("")).toBe(order);
});

it("keeps every project exactly once, and the order does not depend on how they are listed", () => {
  const many = fc.uniqueArray(fc.record({ id: fc.stringMatching(/^[a-z]{1,4}$/), createdAt: fc.nat(5) }), { selector: ({ id }) => id });
  fc.assert(
    fc.property(many, fc.array(fc.stringMatching(/^[a-z]{1,4}$/)), (given, order) => {
      const placed = given.map(({ id, createdAt }) => project(id, createdAt));
      const ordered = orderProjects(placed, order);
      expect(orderProjects(placed.toReversed(), order)).toEqual(ordered);
      expect(ordered.map(({ id }) => id).toSorted()).toEqual(placed.map(({ id }) => id).toSorted());
    }),
  );
});
