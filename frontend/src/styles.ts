import { css } from "lit";

export const styles = css`
  :host {
    --hs-human: var(--success-color, #2e7d32);
    /* Deep enough for white words, whatever the theme's green is; and words in it on the theme's own ground. */
    --hs-human-fill: color-mix(in srgb, var(--success-color, #2e7d32) 60%, #000);
    --hs-human-text: color-mix(in srgb, var(--success-color, #2e7d32) 55%, var(--primary-text-color, #000));
    --hs-gap: var(--ha-space-3, 12px);
    display: block;
  }
  ha-card {
    overflow: hidden;
    display: flex;
    flex-direction: column;
    height: 100%;
    color: var(--primary-text-color);
  }
  .body {
    padding: 16px;
    display: flex;
    flex-direction: column;
    gap: var(--hs-gap);
  }
  h2,
  h3,
  p {
    margin: 0;
  }
  h2 {
    font-size: var(--ha-font-size-xl, 20px);
    font-weight: 500;
    line-height: 1.3;
  }
  h3 {
    font-size: var(--ha-font-size-m, 14px);
    font-weight: 500;
    color: var(--secondary-text-color);
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
  .note {
    display: flex;
    gap: 8px;
    align-items: center;
    padding: 8px 12px;
    border-radius: var(--ha-border-radius-md, 8px);
    background: var(--secondary-background-color);
    font-size: var(--ha-font-size-s, 13px);
  }
  .note ha-icon {
    color: var(--warning-color, #c77700);
    flex: none;
  }
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
    border: 1px solid var(--divider-color, #ccc);
    border-radius: var(--ha-border-radius-pill, 22px);
    background: none;
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 8px;
  }
  button:hover:not(:disabled) {
    background: var(--secondary-background-color);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  :is(button, input, select, summary, .tile):focus-visible {
    outline: 2px solid var(--primary-color);
    outline-offset: 2px;
  }
  button.main {
    background: var(--primary-text-color);
    border-color: transparent;
    color: var(--card-background-color, #fff);
    font-weight: 500;
  }
  button.main:hover:not(:disabled) {
    background: var(--primary-text-color);
    opacity: 0.9;
  }
  button.danger {
    /* The theme's red alone is too pale for text. */
    color: color-mix(in srgb, var(--error-color, #b00020) 65%, var(--primary-text-color, #000));
    border-color: currentcolor;
  }
  .tiles {
    display: grid;
    grid-template-columns: repeat(auto-fill, minmax(min(100%, 200px), 1fr));
    gap: 8px;
  }
  .tile {
    text-align: start;
    justify-content: flex-start;
    border-radius: var(--ha-border-radius-lg, 12px);
    padding: 10px 12px;
    gap: 12px;
    min-height: 60px;
  }
  .tile ha-icon {
    --mdc-icon-size: 24px;
    color: var(--primary-color);
    flex: none;
  }
  .tile span,
  .recent span {
    display: flex;
    flex-direction: column;
    min-width: 0;
  }
  .tile b,
  .recent b {
    font-weight: 500;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .tile small,
  .recent small {
    color: var(--secondary-text-color);
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  form {
    display: grid;
    grid-template-columns: minmax(0, 2fr) minmax(0, 3fr) auto;
    gap: 8px;
  }
  label {
    display: flex;
    flex-direction: column;
    gap: 2px;
    font-size: var(--ha-font-size-s, 13px);
    color: var(--secondary-text-color);
  }
  input,
  select {
    min-height: 44px;
    box-sizing: border-box;
    width: 100%;
    padding: 0 12px;
    border: 1px solid var(--divider-color, #ccc);
    border-radius: var(--ha-border-radius-md, 8px);
    background: var(--ha-color-form-background, var(--secondary-background-color, #f5f5f5));
    color: var(--primary-text-color);
    font-size: 16px;
  }
  form button {
    align-self: end;
  }
  form.question {
    grid-template-columns: 1fr;
    padding: 12px;
    border: 2px solid var(--warning-color, #c77700);
    border-radius: var(--ha-border-radius-lg, 12px);
  }
  .recent {
    list-style: none;
    margin: 0;
    padding: 0;
  }
  .recent button {
    width: 100%;
    border: 0;
    border-radius: var(--ha-border-radius-md, 8px);
    padding: 4px 8px;
    justify-content: flex-start;
    text-align: start;
    gap: 12px;
  }
  .recent ha-icon {
    flex: none;
    color: var(--secondary-text-color);
  }
  .recent .good {
    color: var(--hs-human-text);
  }
  .head {
    display: flex;
    align-items: center;
    gap: 16px;
  }
  .head > ha-icon {
    --mdc-icon-size: 40px;
    color: var(--primary-color);
    flex: none;
  }
  .head > div:not(.time) {
    min-width: 0;
    flex: 1;
  }
  .head p {
    overflow-wrap: anywhere;
  }
  .time {
    font-size: 32px;
    font-weight: 300;
    font-variant-numeric: tabular-nums;
    text-align: end;
    line-height: 1.1;
  }
  .time small {
    display: block;
    font-size: var(--ha-font-size-s, 12px);
    font-weight: 400;
    color: var(--secondary-text-color);
  }
  .strip svg {
    display: block;
    width: 100%;
    height: 28px;
    border-radius: 6px;
    background: var(--secondary-background-color);
  }
  .legend {
    display: flex;
    flex-wrap: wrap;
    gap: 4px 12px;
    font-size: 12px;
    color: var(--secondary-text-color);
  }
  .legend span {
    display: inline-flex;
    align-items: center;
    gap: 4px;
  }
  .legend i {
    width: 10px;
    height: 10px;
    border-radius: 3px;
  }
  .h-human {
    fill: var(--hs-human);
    background: var(--hs-human);
  }
  .h-candidate {
    fill: var(--lime-color, #9ccc65);
    background: var(--lime-color, #9ccc65);
  }
  .h-speech {
    fill: var(--blue-color, #42a5f5);
    background: var(--blue-color, #42a5f5);
  }
  .h-recording {
    fill: var(--indigo-color, #5c6bc0);
    background: var(--indigo-color, #5c6bc0);
  }
  .h-music {
    fill: var(--purple-color, #ab47bc);
    background: var(--purple-color, #ab47bc);
  }
  .h-tone {
    fill: var(--amber-color, #ffb300);
    background: var(--amber-color, #ffb300);
  }
  .h-silence {
    fill: var(--disabled-color, #bdbdbd);
    background: var(--disabled-color, #bdbdbd);
  }
  .row {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    align-items: center;
  }
  .row .grow {
    flex: 1;
  }
  .link {
    border: 0;
    padding: 0 8px;
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 13px);
  }
  .heard {
    font-style: italic;
    border-inline-start: 3px solid var(--divider-color);
    padding-inline-start: 12px;
    overflow-wrap: anywhere;
  }
  .log {
    max-height: 260px;
    overflow-y: auto;
    display: flex;
    flex-direction: column;
    gap: 6px;
    padding: 8px 0;
  }
  .log > div {
    display: grid;
    grid-template-columns: 52px 1fr;
    gap: 8px;
    overflow-wrap: anywhere;
  }
  .log time {
    color: var(--secondary-text-color);
    font-variant-numeric: tabular-nums;
    font-size: 12px;
    line-height: 20px;
  }
  .log .by-agent p {
    font-weight: 500;
  }
  .log .is-note p {
    color: var(--secondary-text-color);
    font-size: var(--ha-font-size-s, 13px);
  }
  .log .is-mark p {
    color: var(--hs-human-text);
    font-weight: 500;
  }
  summary {
    cursor: pointer;
    min-height: 44px;
    display: flex;
    align-items: center;
    gap: 8px;
    color: var(--secondary-text-color);
  }
  hold-slayer-recording {
    display: block;
  }
  .wave {
    cursor: pointer;
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
  meter {
    width: 64px;
    height: 12px;
  }
  .keys {
    display: grid;
    grid-template-columns: repeat(3, minmax(44px, 84px));
    gap: 8px;
    justify-content: center;
  }
  .keys button {
    min-height: 48px;
    font-size: 20px;
    padding: 0;
  }
  ha-card.human {
    background: var(--hs-human-fill);
    --hs-human-text: #fff;
    --primary-text-color: #fff;
    --secondary-text-color: rgba(255, 255, 255, 0.92);
    --primary-color: #fff;
    --divider-color: rgba(255, 255, 255, 0.5);
    --secondary-background-color: rgba(0, 0, 0, 0.18);
    --error-color: #fff;
    --card-background-color: #10390f;
    color: #fff;
  }
  ha-card.human .banner {
    text-align: center;
    display: flex;
    flex-direction: column;
    align-items: center;
    gap: 8px;
    padding-top: 8px;
  }
  ha-card.human .banner ha-icon {
    --mdc-icon-size: 96px;
  }
  ha-card.human .banner h2 {
    font-size: clamp(28px, 8cqi, 44px);
    font-weight: 700;
    line-height: 1.15;
  }
  ha-card.human button.main {
    width: 100%;
    min-height: 72px;
    font-size: 24px;
    border-radius: 36px;
  }
  .frame {
    container-type: inline-size;
  }
  @media (prefers-reduced-motion: no-preference) {
    ha-card.human .banner ha-icon {
      animation: ring 1.2s ease-in-out infinite;
    }
    @keyframes ring {
      0%,
      60%,
      100% {
        transform: rotate(0);
      }
      10%,
      30%,
      50% {
        transform: rotate(8deg);
      }
      20%,
      40% {
        transform: rotate(-8deg);
      }
    }
  }
  @container (max-width: 420px) {
    form {
      grid-template-columns: 1fr;
    }
    .head {
      flex-wrap: wrap;
    }
    .time {
      text-align: start;
    }
  }
`;
