// What reaches people who are not looking at the card.

/** Three rising tones; browsers stay silent until the page has been touched once. */
export function chime(): void {
  const context = new AudioContext();
  [523, 659, 784].forEach((hertz, index) => {
    const [tone, volume] = [context.createOscillator(), context.createGain()];
    const start = context.currentTime + index * 0.22;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.25, start);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.5);
    tone.connect(volume).connect(context.destination);
    tone.start(start);
    tone.stop(start + 0.5);
    if (index === 2) tone.onended = () => void context.close();
  });
}

/** The browser tab's title says that a human is there, also while another tab is looked at. */
export class HumanTitle {
  private before?: string;
  private ours = "";

  /** Nothing: as it was. */
  show(words: string): void {
    if (!words) {
      this.restore();
      return;
    }
    if (this.ours === words && document.title === this.ours) return;
    // Home Assistant sets a title of its own when another view is opened.
    if (document.title !== this.ours) this.before = document.title;
    this.ours = words;
    document.title = words;
  }

  restore(): void {
    if (this.before !== undefined && document.title === this.ours) document.title = this.before;
    this.before = undefined;
    this.ours = "";
  }
}
