import { css } from "lit";

/** Of a call in progress. */
export const callStyles = css`
  /* In a call */
  .calls {
    display: flex;
    gap: 8px;
    overflow-x: auto;
  }
  .calls button[aria-pressed="true"] {
    background: color-mix(in srgb, var(--primary-color) 22%, transparent);
  }
  .head {
    display: flex;
    align-items: center;
    gap: 12px;
  }
  .head p {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
  }
  .p-on_hold {
    --hs-tint: color-mix(in srgb, var(--purple-color, #926bc7) 80%, var(--primary-text-color, #000));
  }
  .p-navigating {
    --hs-tint: color-mix(in srgb, var(--indigo-color, #3f51b5) 65%, var(--primary-text-color, #000));
  }
  .p-candidate {
    --hs-tint: color-mix(in srgb, var(--lime-color, #c0ca33) 60%, var(--primary-text-color, #000));
  }
  :is(.p-connected, .p-human, .p-good) {
    --hs-tint: var(--success-color, #43a047);
  }
  .p-over {
    --hs-tint: var(--secondary-text-color);
  }
  .time {
    font-size: 32px;
    font-weight: 300;
    text-align: end;
    line-height: 36px;
    white-space: nowrap;
  }
  .time small {
    display: block;
    font-weight: 400;
  }
  .hints {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    margin-top: -4px;
  }
  .hints li {
    --mdc-icon-size: 16px;
    display: inline-flex;
    align-items: center;
    gap: 6px;
    padding: 4px 10px;
    border-radius: 14px;
    background: var(--hs-tone);
    font-size: var(--hs-small);
    line-height: 20px;
  }
  .zooms {
    display: flex;
    gap: 4px;
    margin: 0 -8px -8px;
  }
  .heard {
    font-style: italic;
    border-inline-start: 3px solid var(--divider-color);
    padding-inline-start: 12px;
    overflow-wrap: anywhere;
  }
  .menu {
    display: flex;
    flex-direction: column;
    gap: 2px;
    padding: 6px;
    border-radius: var(--hs-radius);
    background: var(--hs-tone);
  }
  .menu li {
    --mdc-icon-size: 20px;
    display: flex;
    align-items: center;
    gap: 12px;
    padding: 4px 8px;
    border-radius: var(--ha-border-radius-md, 8px);
  }
  .menu li > span:not(.unseen) {
    flex: 1;
  }
  .menu .chosen {
    background: color-mix(in srgb, var(--primary-color) 22%, transparent);
    font-weight: var(--ha-font-weight-medium, 500);
  }
  kbd {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    flex: none;
    width: 28px;
    height: 28px;
    border-radius: 8px;
    background: var(--card-background-color, #fff);
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    justify-content: space-around;
    gap: 8px 4px;
  }
  .bar .round {
    flex: 1 0 72px;
    max-width: 120px;
  }
  .round {
    flex-direction: column;
    gap: 6px;
    padding: 4px;
    border-radius: var(--hs-radius);
    background: none;
    font-size: var(--hs-small);
    line-height: 16px;
    font-weight: inherit;
  }
  .round .circle {
    color: inherit;
    background: var(--hs-tone);
  }
  .round:hover:not(:disabled) {
    background: none;
  }
  .round:hover:not(:disabled) .circle {
    background: color-mix(in srgb, var(--primary-text-color, #000) 14%, transparent);
  }
  .round:is([aria-pressed="true"], [aria-expanded="true"]) .circle {
    background: var(--primary-text-color);
    color: var(--card-background-color, #fff);
  }
  .round.danger,
  .round.danger:hover:not(:disabled) {
    background: none;
    color: inherit;
  }
  .round.danger .circle,
  .round.danger:hover:not(:disabled) .circle {
    background: color-mix(in srgb, var(--error-color, #b00020) 82%, #000);
    color: #fff;
  }
  .keys {
    display: grid;
    direction: ltr;
    grid-template-columns: repeat(3, minmax(56px, 88px));
    gap: 8px;
    justify-content: center;
  }
  .keys button {
    min-height: 52px;
    font-size: 22px;
    font-weight: 400;
    padding: 0;
    border-radius: 26px;
  }
  .meter {
    position: relative;
    height: 8px;
    flex: 1;
    border-radius: 4px;
    overflow: hidden;
    background: var(--hs-tone);
  }
  .meter.wide {
    flex: 1 0 100%;
  }
  .meter::after {
    content: "";
    position: absolute;
    inset: 0;
    border-radius: inherit;
    background: var(--success-color, #43a047);
    clip-path: inset(0 calc(100% - var(--level, 0%)) 0 0);
  }
  :host(:dir(rtl)) .meter::after {
    clip-path: inset(0 0 0 calc(100% - var(--level, 0%)));
  }
  .talk {
    display: flex;
    flex-direction: column;
    gap: 12px;
    padding: 12px 16px;
    border-radius: var(--hs-radius);
    background: color-mix(in srgb, var(--success-color, #43a047) 14%, transparent);
  }
  .side {
    --mdc-icon-size: 20px;
    display: flex;
    align-items: center;
    gap: 12px;
  }
  .side span {
    flex: 0 1 35%;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
`;
