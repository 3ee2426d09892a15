import { css } from "lit";

/** Colours of what was heard, for the strip and its legend. */
export const stripColors = css`
  .h-human {
    background: var(--success-color, #43a047);
  }
  .h-candidate {
    background: var(--lime-color, #c0ca33);
  }
  .h-speech {
    background: var(--light-blue-color, #29b6f6);
  }
  .h-recording {
    background: var(--indigo-color, #5c6bc0);
  }
  .h-music {
    background: var(--purple-color, #ab47bc);
  }
  .h-tone {
    background: var(--amber-color, #ffb300);
  }
  .h-silence {
    background: color-mix(in srgb, var(--secondary-text-color, #777) 30%, transparent);
  }
  .h-place {
    background: var(--primary-text-color, #000);
  }
`;

export const styles = css`
  :host {
    /* Deep enough for white words, whatever the theme's green is; and words in it on the theme's own ground. */
    --hs-human-fill: color-mix(in srgb, var(--success-color, #2e7d32) 55%, #000);
    --hs-human-text: color-mix(in srgb, var(--success-color, #2e7d32) 55%, var(--primary-text-color, #000));
    --hs-red: color-mix(in srgb, var(--error-color, #b00020) 65%, var(--primary-text-color, #000));
    --hs-tint: var(--primary-color, #009ac7);
    --hs-tone: color-mix(in srgb, var(--primary-text-color, #000) 7%, transparent);
    --hs-small: var(--ha-font-size-s, 12px);
    --hs-radius: var(--ha-border-radius-lg, 12px);
    display: block;
    height: 100%;
  }
  ha-card {
    overflow: hidden;
    display: flex;
    flex-direction: column;
    height: 100%;
    color: var(--primary-text-color);
    font-size: var(--ha-font-size-m, 14px);
    line-height: 20px;
    -webkit-font-smoothing: antialiased;
  }
  .frame {
    container-type: inline-size;
  }
  .body {
    padding: var(--ha-space-4, 16px);
    display: flex;
    flex-direction: column;
    gap: var(--ha-space-4, 16px);
  }
  h2,
  h3,
  p,
  ul,
  ol,
  pre,
  fieldset {
    margin: 0;
    padding: 0;
  }
  h2 {
    font-size: var(--ha-font-size-xl, 20px);
    font-weight: var(--ha-font-weight-medium, 500);
    line-height: 28px;
  }
  h3,
  legend {
    padding: 0;
    font-size: var(--ha-font-size-m, 14px);
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--secondary-text-color);
  }
  b {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  ul,
  ol {
    list-style: none;
  }
  fieldset {
    border: 0;
    min-width: 0;
  }
  .num {
    unicode-bidi: isolate;
    font-variant-numeric: tabular-nums;
  }
  .unseen {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .soft {
    color: var(--secondary-text-color);
  }
  .grow {
    flex: 1;
  }
  .note {
    display: flex;
    gap: 12px;
    align-items: center;
    padding: 10px 12px;
    border-radius: var(--hs-radius);
    background: color-mix(in srgb, var(--warning-color, #ffa600) 16%, transparent);
  }
  .note ha-icon {
    --mdc-icon-size: 20px;
    color: color-mix(in srgb, var(--warning-color, #ffa600) 70%, var(--primary-text-color, #000));
    flex: none;
  }
  .circle {
    --mdc-icon-size: 24px;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    flex: none;
    width: 48px;
    height: 48px;
    border-radius: 50%;
    color: var(--hs-tint);
    background: color-mix(in srgb, var(--hs-tint) 18%, transparent);
  }
  .lines {
    display: flex;
    flex-direction: column;
    flex: 1;
    min-width: 0;
  }

  /* What can be pressed and filled in */
  button,
  input,
  select {
    font: inherit;
    color: inherit;
  }
  button {
    min-height: 44px;
    min-width: 44px;
    padding: 0 16px;
    border: 0;
    border-radius: var(--ha-border-radius-pill, 22px);
    background: var(--hs-tone);
    font-weight: var(--ha-font-weight-medium, 500);
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
    transition: background-color 120ms ease;
  }
  button ha-icon {
    --mdc-icon-size: 20px;
    flex: none;
  }
  button:hover:not(:disabled) {
    background: color-mix(in srgb, var(--primary-text-color, #000) 12%, transparent);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  :is(button, input, select, summary, .log, pre):focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  button.main {
    background: var(--primary-text-color);
    color: var(--card-background-color, #fff);
  }
  button.main:hover:not(:disabled) {
    background: color-mix(in srgb, var(--primary-text-color) 85%, var(--card-background-color, #fff));
  }
  button.tonal {
    background: color-mix(in srgb, var(--primary-color) 18%, transparent);
  }
  button.tonal:hover:not(:disabled) {
    background: color-mix(in srgb, var(--primary-color) 28%, transparent);
  }
  button.danger {
    background: color-mix(in srgb, var(--error-color, #b00020) 12%, transparent);
    color: var(--hs-red);
  }
  button.danger:hover:not(:disabled) {
    background: color-mix(in srgb, var(--error-color, #b00020) 22%, transparent);
  }
  button.link {
    background: none;
    padding: 0 8px;
    color: var(--secondary-text-color);
    font-size: var(--hs-small);
  }
  button.link[aria-pressed="true"] {
    color: var(--primary-text-color);
    text-decoration: underline;
    text-underline-offset: 4px;
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .connect > button {
    flex: 1 1 auto;
  }
  label {
    display: flex;
    flex-direction: column;
    gap: 4px;
    min-width: 0;
    font-size: var(--hs-small);
    color: var(--secondary-text-color);
  }
  input,
  select {
    min-height: 44px;
    box-sizing: border-box;
    width: 100%;
    padding: 0 12px;
    border: 1px solid var(--ha-color-border-neutral-quiet, var(--divider-color, #ccc));
    border-radius: var(--ha-border-radius-md, 8px);
    background: var(--ha-color-form-background, var(--secondary-background-color, #f5f5f5));
    color: var(--primary-text-color);
    font-size: 16px;
  }
  input[type="checkbox"] {
    width: 18px;
    min-height: 18px;
    margin: 0;
    flex: none;
    accent-color: var(--primary-color);
  }
  label.check {
    flex-direction: row;
    align-items: flex-start;
    gap: 12px;
    font-size: inherit;
    color: inherit;
    min-height: 44px;
  }
  .dial {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) auto;
    gap: 8px;
  }
  .dial .whole {
    grid-column: 1 / -1;
  }
  .dial button,
  .line > button {
    align-self: end;
  }
  .line {
    display: flex;
    gap: 8px;
  }
  .line label {
    flex: 1;
  }
  .panel {
    display: flex;
    flex-direction: column;
    gap: 12px;
    padding: 12px;
    border-radius: var(--hs-radius);
    background: var(--hs-tone);
  }
  .panel.line {
    flex-direction: row;
  }
  .panel input:not([type]),
  .panel input[type="text"] {
    background: var(--card-background-color, #fff);
  }
  .panel button:not(.main, .danger) {
    background: var(--card-background-color, #fff);
  }
  pre {
    margin-top: 8px;
    padding: 12px;
    border-radius: var(--ha-border-radius-md, 8px);
    background: var(--card-background-color, #fff);
    font-family: var(--ha-font-family-code, monospace);
    font-size: var(--hs-small);
    white-space: pre-wrap;
    overflow-wrap: anywhere;
  }
  .question {
    display: flex;
    flex-direction: column;
    gap: 12px;
    padding: 16px;
    border-radius: var(--hs-radius);
    box-shadow: inset 0 0 0 2px var(--warning-color, #ffa600);
  }
  .ask {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: space-between;
    gap: 8px;
    padding: 12px 16px;
    border-radius: var(--hs-radius);
    background: color-mix(in srgb, var(--error-color, #b00020) 8%, transparent);
  }

  /* Idle */
  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 210px), 1fr));
    gap: 8px;
  }
  .tile {
    text-align: start;
    justify-content: flex-start;
    border-radius: var(--hs-radius);
    padding: 10px 12px;
    gap: 12px;
    min-height: 64px;
    font-weight: inherit;
    background: none;
    box-shadow: inset 0 0 0 1px var(--divider-color, #ccc);
  }
  .tile .circle {
    width: 40px;
    height: 40px;
  }
  .tile .lines > small {
    white-space: normal;
  }
  .lines > :is(b, small) {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  small {
    font-size: var(--hs-small);
    line-height: 16px;
    color: var(--secondary-text-color);
  }
  .chips {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: 8px;
  }
  .chip {
    flex-direction: row;
    align-items: center;
    gap: 8px;
    min-height: 36px;
    padding: 0 14px;
    border-radius: 18px;
    background: var(--hs-tone);
    color: var(--primary-text-color);
    font-size: inherit;
    cursor: pointer;
  }
  .chip:has(:checked) {
    background: color-mix(in srgb, var(--primary-color) 22%, transparent);
  }
  .chip:has(:focus-visible) {
    outline: 2px solid var(--primary-color);
  }
  .recent {
    margin: 4px -8px 0;
  }
  .recent button {
    width: 100%;
    border-radius: var(--ha-border-radius-md, 8px);
    padding: 6px 8px;
    justify-content: flex-start;
    text-align: start;
    gap: 16px;
    font-weight: inherit;
    background: none;
  }
  .recent ha-icon {
    --mdc-icon-size: 24px;
    color: var(--secondary-text-color);
  }
  .recent .good,
  .p-good .circle {
    color: var(--hs-human-text);
  }
  .recent .when {
    flex: none;
  }

  /* Words and sound */
  .log {
    max-height: 280px;
    overflow-y: auto;
    display: flex;
    flex-direction: column;
    gap: 2px;
  }
  .log > div {
    display: grid;
    grid-template-columns: 48px minmax(0, 1fr);
    gap: 8px;
    padding: 4px 8px;
    border-radius: var(--ha-border-radius-md, 8px);
    overflow-wrap: anywhere;
  }
  .log > .present {
    background: color-mix(in srgb, var(--primary-color) 16%, transparent);
  }
  .log :is(time, .time-link) {
    color: var(--secondary-text-color);
    font-variant-numeric: tabular-nums;
    font-size: var(--hs-small);
    line-height: 20px;
    text-align: start;
  }
  .time-link {
    display: inline;
    min-width: 24px;
    min-height: 24px;
    padding: 0;
    background: none;
    font-weight: inherit;
    text-decoration: underline dotted;
    text-underline-offset: 3px;
  }
  .who {
    display: block;
    font-size: var(--hs-small);
    line-height: 16px;
    color: var(--secondary-text-color);
  }
  .log .by-agent p {
    font-weight: var(--ha-font-weight-medium, 500);
  }
  .log .is-note p {
    color: var(--secondary-text-color);
    font-weight: inherit;
  }
  .log .is-mark p {
    color: var(--hs-human-text);
    font-weight: var(--ha-font-weight-medium, 500);
  }
  summary {
    cursor: pointer;
    min-height: 44px;
    display: flex;
    align-items: center;
    gap: 8px;
    margin: -8px 0;
    color: var(--secondary-text-color);
    font-weight: var(--ha-font-weight-medium, 500);
  }
  summary ha-icon {
    --mdc-icon-size: 20px;
  }
  summary::after {
    content: "";
    width: 8px;
    height: 8px;
    margin-inline-start: auto;
    margin-inline-end: 8px;
    border: solid currentcolor;
    border-width: 0 2px 2px 0;
    transform: rotate(45deg);
  }
  details[open] > summary::after {
    transform: rotate(225deg);
  }
  hold-slayer-recording {
    display: flex;
    flex-direction: column;
    align-items: start;
    gap: 8px;
    height: auto;
  }
  .wave {
    cursor: pointer;
    align-self: stretch;
    direction: ltr;
  }
  .wave svg {
    display: block;
    width: 100%;
    height: 40px;
  }
  .wave path {
    stroke: var(--secondary-text-color);
    stroke-width: 0.6;
  }
  .wave rect {
    fill: var(--primary-color);
    opacity: 0.3;
  }
  audio {
    display: block;
    width: 100%;
  }

  /* A human is on the line: to be seen from across the room */
  ha-card.human {
    --hs-tone: rgba(255, 255, 255, 0.14);
    --hs-tint: #fff;
    --hs-human-text: #fff;
    --hs-red: #fff;
    --primary-text-color: #fff;
    --secondary-text-color: rgba(255, 255, 255, 0.92);
    --primary-color: #fff;
    --divider-color: rgba(255, 255, 255, 0.5);
    --secondary-background-color: rgba(0, 0, 0, 0.25);
    --warning-color: #fff;
    --card-background-color: #10390f;
    background: var(--hs-human-fill);
    border-color: transparent;
    color: #fff;
  }
  ha-card.human button.main {
    width: 100%;
    min-height: 72px;
    font-size: 24px;
    border-radius: 36px;
  }
  ha-card.human button.main ha-icon {
    --mdc-icon-size: 32px;
  }
  .banner {
    text-align: center;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 12px;
    padding-top: 8px;
  }
  .banner .circle {
    --mdc-icon-size: 72px;
    width: 112px;
    height: 112px;
  }
  .banner h2 {
    font-size: clamp(28px, 8cqi, 44px);
    font-weight: 700;
    line-height: 1.15;
    text-wrap: balance;
  }
  @media (prefers-reduced-motion: no-preference) {
    .banner .circle {
      animation: pulse 1.6s ease-out infinite;
    }
    @keyframes pulse {
      from {
        box-shadow: 0 0 0 0 rgba(255, 255, 255, 0.5);
      }
      to {
        box-shadow: 0 0 0 28px rgba(255, 255, 255, 0);
      }
    }
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }
  @container (max-width: 460px) {
    .dial {
      grid-template-columns: 1fr;
    }
    .head .circle {
      width: 40px;
      height: 40px;
    }
    .time {
      font-size: 26px;
      line-height: 30px;
    }
    .recent .when {
      display: none;
    }
  }
`;
