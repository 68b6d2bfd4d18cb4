import { expect, it } from "vitest";
import { recordFault } from "../../testkit/src/record-fault.ts";
import { cutting, fillSchema, readAsKilled, readSums, writeAsKilled } from "../test/every-schema.ts";
import { ALL_MIGRATIONS } from "./migrations/all-migrations.ts";
import { openDatabase } from "./open-database.ts";

const NEWEST = ALL_MIGRATIONS.at(-1)!.version;

it.each(ALL_MIGRATIONS.map((_, released) => released))(
  "F5: a store of schema %i, cut at every statement on its way to the newest, is whole each time, and loses no row",
  async (released) => {
    const older = ALL_MIGRATIONS.slice(0, released);
    const file = await fillSchema(older);
    const before = readSums(file);
    const cuts: { at: string; parts: Buffer[]; version: number }[] = [];
    let statements = 0;
    const note = (at: string) => {
      statements += 1;
      const parts = readAsKilled(file);
      // Most statements change nothing on the disk: what differs is looked at.
      if (cuts.at(-1)?.parts.every((bytes, place) => bytes.equals(parts[place]!))) return;
      cuts.push({ at, parts, version: Number(at.split(".")[0]) - 1 });
    };
    const failpoint = (name: string) =>
      name.endsWith(".begin") || name.endsWith(".verify") || name.endsWith(".commit") ? note(name.slice(10)) : undefined;
    await (await openDatabase({ file, migrations: cutting(ALL_MIGRATIONS, note), failpoint })).close();
    const whole = { version: NEWEST, damage: [{ integrity_check: "ok" }], sums: before.sums };
    expect(readSums(file, before.columns)).toMatchObject(whole);
    expect(statements).toBeGreaterThan(3 * (NEWEST - released));
    expect(cuts.length).toBeGreaterThanOrEqual(NEWEST - released);

    for (const { at, parts, version } of cuts) {
      // Looking at it is what a start does first: the transaction that was cut is not there.
      expect([at, readSums(writeAsKilled(parts), before.columns)]).toMatchObject([at, { ...whole, version }]);
      const copy = writeAsKilled(parts);
      await (await openDatabase({ file: copy })).close();
      expect([at, readSums(copy, before.columns)]).toMatchObject([at, whole]);
    }
    // The sums are of every table, so of every event.
    recordFault({ fault: "F5", repetitions: cuts.length, eventsLost: 0 });
  },
);
