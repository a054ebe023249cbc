import type { Channel } from './channel.ts';

/** How often a host is checked. */
const lookEveryMs = 1000;

/**
 * Calls onSilence when a guest with pending commands sends nothing for silenceMs, is pinged, and sends nothing for
 * another silenceMs. Pings are late and rare, because an answer takes instructions that a virtual clock counts.
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

  /** A paused guest cannot answer. */
  set paused(paused: boolean) {
    this.#paused = paused;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}
