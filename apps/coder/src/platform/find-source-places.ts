/** A place in a text: line and column, both from 1, as stacks count them. */
export interface Place {
  line: number;
  column: number;
}

export interface SourcePlace extends Place {
  source: string;
}

/** What of a source map (version 3) says where things come from. */
export interface SourceMapText {
  sources: readonly string[];
  mappings: string;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUE_OF = new Map([...DIGITS].map((digit, value) => [digit.charCodeAt(0), value]));
const COMMA = ",".charCodeAt(0);
const SEMICOLON = ";".charCodeAt(0);

/**
 * Where each place of a generated text comes from, or null where the map does not say. The map is read once from its beginning and
 * nothing of it is kept: stacks are read seldom, and a map held in memory would cost more than the program it belongs to.
 */
export function findSourcePlaces({ sources, mappings }: SourceMapText, places: readonly Place[]): (SourcePlace | null)[] {
  const found: (SourcePlace | null)[] = places.map(() => null);
  const last = Math.max(0, ...places.map(({ line }) => line));
  // Of a segment: column here, source, line and column there, name. All but the first go on from line to line.
  const state = [0, 0, 0, 0, 0];
  let line = 1;
  let field = 0;
  let wanted = placesOf(places, line);
  let value = 0;
  let shift = 0;

  const endSegment = () => {
    if (field >= 4) {
      for (const place of wanted) {
        if (places[place]!.column - 1 >= state[0]!)
          found[place] = { source: sources[state[1]!] ?? "", line: state[2]! + 1, column: state[3]! + 1 };
      }
    }
    field = 0;
  };

  for (let at = 0; at <= mappings.length && line <= last; at++) {
    const code = at === mappings.length ? SEMICOLON : mappings.charCodeAt(at);
    if (code === COMMA) endSegment();
    else if (code === SEMICOLON) {
      endSegment();
      line += 1;
      state[0] = 0;
      wanted = placesOf(places, line);
    } else {
      const digit = VALUE_OF.get(code) ?? 0;
      value += (digit & 31) << shift;
      if (digit & 32) {
        shift += 5;
        continue;
      }
      state[field] = (state[field] ?? 0) + (value & 1 ? -(value >> 1) : value >> 1);
      field += 1;
      value = 0;
      shift = 0;
    }
  }
  return found;
}

/** Which of the places lie on a line. */
function placesOf(places: readonly Place[], line: number): number[] {
  return places.flatMap((place, index) => (place.line === line ? [index] : []));
}
