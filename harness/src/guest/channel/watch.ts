import type { Channel } from './channel.ts';

/** How often a host that ought to answer is looked at. */
const lookEveryMs = 1000;

/**
 * Calls onSilence once a guest that has something to do says nothing for silenceMs, is asked, and says nothing
 * for silenceMs more. It asks late and rarely, since an answer takes instructions that a virtual clock counts.
 */
export class Watch {
  readonly #timer: NodeJS.Timeout;
  #asked = false;
  #paused = false;

  constructor(channel: Channel, silenceMs: number, onSilence: () => void) {
    const look = () => {
      if (this.#paused || !channel.busy || channel.silentMs < silenceMs) return;
      if (!this.#asked) {
        this.#asked = true;
        channel.ping().then(
          () => {
            this.#asked = false;
          },
          () => {},
        );
      } else if (channel.silentMs >= 2 * silenceMs) {
        this.stop();
        onSilence();
      }
    };
    this.#timer = setInterval(look, Math.min(lookEveryMs, silenceMs));
    this.#timer.unref();
  }

  /** A guest that we have stopped owes no answer. */
  set paused(paused: boolean) {
    this.#paused = paused;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
