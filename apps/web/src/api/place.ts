/** How far the daemon had told of changes before the first thing was read: what changes after it is told by `events.workspace`. */
let first: string | null = null;
let isKnown = false;
let resolve: () => void = () => {};
const known = new Promise<void>((done) => (resolve = done));

/** Call with the place of each answer as it comes, and with null where there was none. The earliest counts. */
export function notePlace(place: string | null): void {
  if (!isKnown || isEarlier(place, first)) first = place;
  isKnown = true;
  resolve();
}

/** The place from which all changes must be told, once there is an answer; empty where it is not known. */
export async function whenPlaced(): Promise<string> {
  await known;
  return first ?? "";
}

/** Places of one run of the daemon are counted; of two runs, nothing is known. */
function isEarlier(place: string | null, than: string | null): boolean {
  if (place === null || than === null) return place === null;
  const [run, count] = place.split(".");
  const [thanRun, thanCount] = than.split(".");
  return run === thanRun && Number(count) < Number(thanCount);
}
