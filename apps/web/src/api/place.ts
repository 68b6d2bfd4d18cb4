/** The daemon's change position before the first read. `events.workspace` reports all changes after it. */
let first: string | null = null;
let isKnown = false;
let resolve: () => void = () => {};
const known = new Promise<void>((done) => (resolve = done));

/** Records the position of an answer, or null if it had none. The earliest position counts. */
export function notePlace(place: string | null): void {
  if (!isKnown || isEarlier(place, first)) first = place;
  isKnown = true;
  resolve();
}

/** The position after which changes must be reported, once there is an answer; empty if it is unknown. */
export async function whenPlaced(): Promise<string> {
  await known;
  return first ?? "";
}

/** Compares two positions. Only positions of the same run of the daemon can be compared. */
function isEarlier(place: string | null, than: string | null): boolean {
  if (place === null || than === null) return place === null;
  const [run, count] = place.split(".");
  const [thanRun, thanCount] = than.split(".");
  return run === thanRun && Number(count) < Number(thanCount);
}
