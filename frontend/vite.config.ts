import { defineConfig, type Plugin } from "vitest/config";

/** The card, and what it fetches when it is wanted (src/load.ts). None imports another: each is one file. */
const entry = {
  card: "src/card.ts",
  audio: "src/audio.ts",
  worklet: "src/audio/worklet.ts",
  ...Object.fromEntries(["de", "es", "fr", "nl"].map((language) => [`texts-${language}`, `src/texts/${language}.ts`])),
};

/** Minifiers leave template strings alone: indentation and comments of our markup and styles would be sent to everybody. */
const withoutIndentation: Plugin = {
  name: "without-indentation",
  enforce: "pre",
  transform: (code, id) =>
    id.includes("/src/")
      ? code
          .replace(/css`[^`]*`/g, (css) => css.replace(/\/\*.*?\*\//gs, "").replace(/\s*([{};,])\s*|(:) /g, "$1$2"))
          .replace(/\n\s+/g, "\n")
      : undefined,
};

export default defineConfig({
  plugins: [withoutIndentation],
  build: {
    outDir: "../custom_components/hold_slayer/frontend",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry, formats: ["es"], fileName: (_, name) => `${name}.js` },
    rolldownOptions: { output: { chunkFileNames: "shared-by-mistake.js", minify: true } },
  },
  test: { environment: "happy-dom", setupFiles: ["test/setup.ts"] },
});
