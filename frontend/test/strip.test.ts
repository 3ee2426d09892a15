import { describe, expect, it } from "vitest";
import { bars, totals } from "../src/strip";
import { duration, fill, strings, TABLE } from "../src/strings";

describe("the strip", () => {
  it("has bars without gaps", () => {
    expect(bars([[0, "music"], [50, "speech"], [100, ""]], 0, 100)).toEqual([
      { from: 0, to: 120, heard: "music" },
      { from: 120, to: 240, heard: "speech" },
    ]);
  });

  it("shows a short human in hours of music", () => {
    const heard = bars([[0, "music"], [5000, "human"], [5001, "music"], [14400, ""]], 0, 14400).map((bar) => bar.heard);
    expect(heard).toEqual(["music", "human", "music"]);
  });

  it("can be cut", () => {
    expect(bars([[0, "music"], [100, "speech"], [200, ""]], 100, 200).map((bar) => bar.heard)).toEqual(["speech"]);
    expect(bars([], 0, 10)).toEqual([]);
    expect(bars([[0, "music"]], 0, 0)).toEqual([]);
  });

  it("never has more bars than columns", () => {
    const rows = Array.from({ length: 5000 }, (_, index): [number, string] => [index, index % 2 ? "music" : "speech"]);
    expect(bars(rows, 0, 5000).length).toBeLessThanOrEqual(240);
  });

  it("is told in words", () => {
    expect([...totals([[0, "music"], [50, "speech"], [60, "music"], [100, ""]], 100)]).toEqual([
      ["music", 90],
      ["speech", 10],
    ]);
  });
});

describe("texts", () => {
  it("are complete in every language", () => {
    const keys = (value: object): string[] =>
      Object.entries(value).flatMap(([key, text]) => (typeof text === "string" ? [key] : keys(text as object).map((k) => `${key}.${k}`)));
    const wanted = keys(TABLE.en ?? {}).sort();
    for (const [language, table] of Object.entries(TABLE)) expect(keys(table).sort(), language).toEqual(wanted);
  });

  it("keep their placeholders", () => {
    const holes = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    const { en } = TABLE;
    for (const table of Object.values(TABLE)) {
      for (const [key, text] of Object.entries(table)) {
        const original = en?.[key as keyof typeof en];
        if (typeof text === "string" && typeof original === "string") expect(holes(text), key).toEqual(holes(original));
      }
    }
  });

  it("are found by tag", () => {
    expect(strings("de-AT")).toBe(TABLE.de);
    expect(strings("pt")).toBe(TABLE.en);
    expect(strings(undefined)).toBe(TABLE.en);
    expect(fill("{a} and {b}", { a: 1, b: {} })).toBe("1 and ");
    expect([duration(0), duration(61.9), duration(3661), duration(-5)]).toEqual(["0:00", "1:01", "1:01:01", "0:00"]);
  });
});
