import { describe, expect, it } from "vitest";
import { heardAt, spans, totals } from "../src/strip";
import { duration, fetchStrings, fill, hasStrings, strings } from "../src/strings";
import { TABLE } from "./fixtures";

describe("the strip", () => {
  it("has spans without gaps", () => {
    expect(spans([[0, "music"], [50, "speech"], [100, ""]], 0, 100, 240)).toEqual([
      { from: 0, to: 120, heard: "music" },
      { from: 120, to: 240, heard: "speech" },
    ]);
  });

  it("shows a short human in hours of music, and over it", () => {
    const found = spans([[0, "music"], [5000, "human"], [5001, "music"], [14400, ""]], 0, 14400, 300);
    expect(found.map((span) => span.heard)).toEqual(["music", "music", "human"]);
    const human = found.at(-1);
    expect((human?.to ?? 0) - (human?.from ?? 0)).toBe(2);
  });

  it("stays inside at the end", () => {
    const found = spans([[0, "music"], [99.99, "human"], [100, ""]], 0, 100, 50);
    expect(Math.max(...found.map((span) => span.to))).toBe(50);
  });

  it("can be cut", () => {
    const rows: [number, string][] = [[0, "music"], [100, "speech"], [200, ""]];
    expect(spans(rows, 100, 200, 240).map((span) => span.heard)).toEqual(["speech"]);
    expect(spans([], 0, 10, 240)).toEqual([]);
    expect(spans([[0, "music"]], 0, 0, 240)).toEqual([]);
    expect([...totals(rows, 150, 90)]).toEqual([["music", 10], ["speech", 50]]);
  });

  it("is told in words", () => {
    expect([...totals([[0, "music"], [50, "speech"], [60, "music"], [100, ""]], 100)]).toEqual([
      ["music", 90],
      ["speech", 10],
    ]);
    expect([0, 50, 99].map((second) => heardAt([[1, "music"], [50, "speech"]], second))).toEqual(["", "speech", "speech"]);
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

  it("are fetched, and found by tag", async () => {
    expect(hasStrings("de-AT")).toBe(false);
    expect(strings("de-AT")).toBe(TABLE.en);
    await fetchStrings("de-AT");
    expect(strings("de_CH")).toBe(TABLE.de);
    expect(strings("pt")).toBe(TABLE.en);
    expect(strings(undefined)).toBe(TABLE.en);
    expect(fill("{a} and {b}", { a: 1, b: {} })).toBe("1 and ");
    expect([duration(0), duration(61.9), duration(3661), duration(-5)]).toEqual(["0:00", "1:01", "1:01:01", "0:00"]);
  });
});
