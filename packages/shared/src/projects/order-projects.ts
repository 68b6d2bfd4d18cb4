import type { Project } from "./project.ts";

type Placed = Pick<Project, "id" | "createdAt">;

/** Orders projects as the person has, and those without a place by their creation, at the end. */
export function orderProjects<T extends Placed>(projects: readonly T[], order: readonly string[]): T[] {
  const places = new Map(order.map((id, place) => [id, place]));
  const placeOf = (project: T) => places.get(project.id) ?? Infinity;
  return projects.toSorted((a, b) => {
    const [one, two] = [placeOf(a), placeOf(b)];
    return one === two ? a.createdAt - b.createdAt || (a.id < b.id ? -1 : 1) : one - two;
  });
}

/** The order with `id` before another, or at the end. */
export function moveInOrder<Id extends string>(order: readonly Id[], id: Id, before: Id | null): Id[] {
  const others = order.filter((each) => each !== id);
  const at = before === null ? -1 : others.indexOf(before);
  return others.toSpliced(at === -1 ? others.length : at, 0, id);
}
