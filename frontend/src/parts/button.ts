// Buttons of the card, all alike.
import { html, nothing, type TemplateResult } from "lit";

interface Looks {
  kind?: "main" | "danger" | "link" | "tonal";
  isPressed?: boolean;
  isExpanded?: boolean;
  isDisabled?: boolean;
}

/** Icon and words in a row. */
export function button(icon: string, words: string, press: () => void, looks: Looks = {}): TemplateResult {
  return html`<button
    type="button"
    class=${looks.kind ?? ""}
    ?disabled=${looks.isDisabled ?? false}
    aria-pressed=${looks.isPressed ?? nothing}
    aria-expanded=${looks.isExpanded ?? nothing}
    @click=${press}
  >
    ${icon ? html`<ha-icon icon=${icon}></ha-icon>` : nothing}${words}
  </button>`;
}

/** Icon in a circle above its word, as telephones have them. */
export function round(icon: string, words: string, press: () => void, looks: Looks = {}): TemplateResult {
  return html`<button
    type="button"
    class="round ${looks.kind ?? ""}"
    ?disabled=${looks.isDisabled ?? false}
    aria-pressed=${looks.isPressed ?? nothing}
    aria-expanded=${looks.isExpanded ?? nothing}
    @click=${press}
  >
    <span class="circle"><ha-icon icon=${icon}></ha-icon></span><span>${words}</span>
  </button>`;
}
