/** A position in a text: line and column, both starting at 1, as in stack traces. */
export interface Place {
  line: number;
  column: number;
}

export interface SourcePlace extends Place {
  source: string;
}

/** The fields of a version 3 source map that are needed to find source positions. */
export interface SourceMapText {
  sources: readonly string[];
  mappings: string;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const VALUE_OF = new Map([...DIGITS].map((digit, value) => [digit.charCodeAt(0), value]));
const COMMA = ",".charCodeAt(0);
const SEMICOLON = ";".charCodeAt(0);

/**
 * Maps each position in a generated text to its source position, or to null if the map has no entry. The map is decoded once per call and
 * not cached: stack traces are rarely needed, and a decoded map would take more memory than the program itself.
 */
export function findSourcePlaces({ sources, mappings }: SourceMapText, places: readonly Place[]): (SourcePlace | null)[] {
  const found: (SourcePlace | null)[] = places.map(() => null);
  const last = Math.max(0, ...places.map(({ line }) => line));
  // Segment fields: generated column, source, source line, source column, name. Only the generated column resets on each line.
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

/** The indexes of the positions on a line. */
function placesOf(places: readonly Place[], line: number): number[] {
  return places.flatMap((place, index) => (place.line === line ? [index] : []));
}
