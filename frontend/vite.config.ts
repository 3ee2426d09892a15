import { defineConfig } from "vitest/config";

export default defineConfig({
  build: {
    outDir: "../custom_components/hold_slayer/frontend",
    emptyOutDir: false,
    target: "es2022",
    lib: { entry: "src/card.ts", formats: ["es"], fileName: () => "card.js" },
    rolldownOptions: { output: { codeSplitting: false } },
  },
  test: { environment: "happy-dom" },
});
