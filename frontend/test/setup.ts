import { vi } from "vitest";
import type * as Load from "../src/load";
import type { Strings } from "../src/strings";

// What lies beside the built card is beside its sources here.
vi.mock("../src/load", async (original) => ({
  ...(await original<typeof Load>()),
  loadAudio: () => import("../src/audio"),
  loadTexts: async (language: string) => {
    const file = (await import(`../src/texts/${language}.ts`)) as Record<string, Strings>;
    return file[language];
  },
}));
