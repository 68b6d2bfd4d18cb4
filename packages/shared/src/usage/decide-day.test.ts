import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decideDay, isTimeZone, listCountedDays, listDays, toUsageZone } from "./decide-day.ts";

const HOUR = 3_600_000;
const at = (iso: string) => Date.parse(iso);

it.each([
  ["the middle of a day", "2026-11-30T12:00:00Z", "UTC", "2026-11-30", "2026-11-30T00:00:00Z", 24],
  ["its first moment", "2026-11-30T00:00:00Z", "UTC", "2026-11-30", "2026-11-30T00:00:00Z", 24],
  ["its last moment", "2026-11-30T23:59:59.999Z", "UTC", "2026-11-30", "2026-11-30T00:00:00Z", 24],
  ["east of Greenwich the day has begun", "2026-11-29T23:30:00Z", "Europe/Berlin", "2026-11-30", "2026-11-29T23:00:00Z", 24],
  ["west of it, it has not", "2026-11-30T04:00:00Z", "America/New_York", "2026-11-29", "2026-11-29T05:00:00Z", 24],
  ["a day of 23 hours", "2026-03-29T12:00:00Z", "Europe/Berlin", "2026-03-29", "2026-03-28T23:00:00Z", 23],
  ["a day of 25 hours", "2026-10-25T12:00:00Z", "Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z", 25],
  ["a zone of half hours", "2026-06-01T00:00:00Z", "Asia/Kolkata", "2026-06-01", "2026-05-31T18:30:00Z", 24],
  ["clocks that skip midnight", "2026-04-24T12:00:00Z", "Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z", 23],
  ["midnight that is shown twice", "2026-11-01T12:00:00Z", "America/Havana", "2026-11-01", "2026-11-01T04:00:00Z", 25],
])("finds the day of %s", (_, now, zone, day, since, hours) => {
  const found = decideDay(at(now), zone);
  expect({ ...found, until: (found.until - found.since) / HOUR }).toEqual({ day, since: at(since), until: hours });
});

it("puts every moment into one day, and days next to each other", () => {
  const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/Havana", "Africa/Cairo", "Australia/Lord_Howe", "Pacific/Kiritimati");
  fc.assert(
    fc.property(fc.integer({ min: at("2020-01-01T00:00:00Z"), max: at("2035-01-01T00:00:00Z") }), zones, (now, zone) => {
      const [today, yesterday] = listDays(now, zone, 2);
      expect(today).toEqual(decideDay(now, zone));
      expect(today!.since <= now && now < today!.until).toBe(true);
      expect(yesterday!.until).toBe(today!.since);
    }),
    { numRuns: 25 },
  );
});

it("counts what is dated in the future as today's, because the clock was put back", () => {
  const now = at("2026-11-30T12:00:00Z");
  const [today, yesterday] = listCountedDays(now, "UTC", 2);
  const later = at("2027-01-05T00:00:00Z");
  expect(today!.since <= later && later < today!.until).toBe(true);
  expect(yesterday).toEqual(decideDay(now - 24 * HOUR, "UTC"));
});

it("uses the chosen zone, then the machine's, then UTC", () => {
  expect(toUsageZone("Asia/Tokyo", "Europe/Berlin")).toBe("Asia/Tokyo");
  expect(toUsageZone("", "Europe/Berlin")).toBe("Europe/Berlin");
  expect(toUsageZone("Mars/Olympus", "")).toBe("UTC");
  expect([isTimeZone("Europe/Berlin"), isTimeZone("Mars/Olympus")]).toEqual([true, false]);
});
