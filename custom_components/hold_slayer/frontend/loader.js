// The frontend replaces the registry of custom elements when it starts; a card defined before that would not be found.
await customElements.whenDefined("home-assistant");
await import(new URL(`./card.js${new URL(import.meta.url).search}`, import.meta.url).href);
