// The coloured strip of what was on the line.
import { html, svg, type TemplateResult } from "lit";
import type { Row } from "./model";
import { duration, type Strings } from "./strings";

export const CLASSES = ["human", "candidate", "speech", "recording", "music", "tone", "silence"] as const;
const COLUMNS = 240;

export interface Bar {
  from: number;
  to: number;
  heard: string;
}

/** Rows as bars of 0 to `COLUMNS`, at most one a column: the rarest class of a column wins, so that a short human shows. */
export function bars(rows: Row[], start: number, end: number): Bar[] {
  const span = Math.max(end - start, 1e-6);
  const columns = new Array<string>(COLUMNS).fill("");
  rows.forEach(([from, heard], index) => {
    const to = rows[index + 1]?.[0] ?? end;
    if (!heard || to <= start || from >= end) return;
    const first = Math.max(0, Math.floor(((from - start) / span) * COLUMNS));
    const last = Math.min(COLUMNS - 1, Math.ceil(((to - start) / span) * COLUMNS) - 1);
    for (let column = first; column <= last; column++) {
      const old = columns[column] ?? "";
      if (!old || rank(heard) < rank(old)) columns[column] = heard;
    }
  });
  const found: Bar[] = [];
  columns.forEach((heard, column) => {
    const previous = found.at(-1);
    if (previous?.heard === heard && previous.to === column) previous.to = column + 1;
    else if (heard) found.push({ from: column, to: column + 1, heard });
  });
  return found;
}

const rank = (heard: string): number => CLASSES.indexOf(heard as (typeof CLASSES)[number]);

/** Seconds of each class, for the text alternative. */
export function totals(rows: Row[], end: number): Map<string, number> {
  const found = new Map<string, number>();
  rows.forEach(([from, heard], index) => {
    if (!heard) return;
    const to = rows[index + 1]?.[0] ?? end;
    found.set(heard, (found.get(heard) ?? 0) + Math.max(0, to - from));
  });
  return found;
}

/** The strip from `start` to `end` (audio seconds) with its legend. */
export function strip(rows: Row[], start: number, end: number, strings: Strings): TemplateResult {
  const heard = totals(rows, end);
  const present = CLASSES.filter((name) => (heard.get(name) ?? 0) > 0);
  const words = present.map((name) => `${strings.heard[name]} ${duration(heard.get(name) ?? 0)}`).join(", ");
  return html`<div class="strip" role="img" aria-label="${strings.strip}: ${words || "–"}">
      <svg viewBox="0 0 ${COLUMNS} 10" preserveAspectRatio="none" aria-hidden="true">
        ${bars(rows, start, end).map(
          (bar) => svg`<rect class="h-${bar.heard}" x=${bar.from} y="0" width=${bar.to - bar.from} height="10"></rect>`,
        )}
      </svg>
    </div>
    <div class="legend" aria-hidden="true">
      ${present.map((name) => html`<span><i class="h-${name}"></i>${strings.heard[name]}</span>`)}
    </div>`;
}
