// The page's telephone. It outlives the card: Home Assistant builds its dashboards anew after a broken connection, and a user who
// looks at another view while talking goes on talking.
import type { Talker } from "./audio";
import type { Wish } from "./audio/talk";
import type { Hass } from "./ha";
import { beside, loadAudio } from "./load";
import type { TalkView } from "./view";

/** A card that is on the page. */
export interface Holder {
  onTalkChanged: () => void;
  onLevel: (side: "near" | "far", level: number) => void;
  onTalkFailed: (error: unknown) => void;
}

class PagePhone {
  /** The talk that goes on, or is just being begun. */
  talk?: TalkView;
  talker?: Talker;
  private readonly holders = new Set<Holder>();

  hold(holder: Holder): void {
    this.holders.add(holder);
  }

  release(holder: Holder): void {
    this.holders.delete(holder);
  }

  /** Talk; to be called in a click. Throws what `Talker.begin` throws. */
  async begin(hass: Hass, wish: Wish): Promise<void> {
    if (this.talk) return;
    // Shown at once: the browser asks the user for the microphone now.
    this.change({ call_id: wish.call_id, isConnected: true, isMuted: false });
    try {
      const audio = await loadAudio();
      this.talker = await audio.Talker.begin(hass, wish, beside("worklet.js"), {
        onLevels: (near, far) => {
          for (const holder of this.holders) {
            holder.onLevel("near", near);
            holder.onLevel("far", far);
          }
        },
        onConnected: (isConnected) => {
          if (this.talk) this.change({ ...this.talk, isConnected });
        },
        onEnd: (error) => {
          this.hangUp();
          for (const holder of this.holders) holder.onTalkFailed(error);
        },
      });
    } catch (error) {
      this.change(undefined);
      throw error;
    }
  }

  hangUp(): void {
    void this.talker?.close();
    this.talker = undefined;
    this.change(undefined);
  }

  mute(isMuted: boolean): void {
    this.talker?.mute(isMuted);
    if (this.talk) this.change({ ...this.talk, isMuted });
  }

  private change(talk: TalkView | undefined): void {
    this.talk = talk;
    for (const holder of this.holders) holder.onTalkChanged();
  }
}

export const phone = new PagePhone();
window.addEventListener("pagehide", () => {
  phone.hangUp();
});
