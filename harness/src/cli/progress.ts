import type { Progress, ProgressEvent } from '../host/progress.ts';

/** A long step prints a plain line this often, to show in a log that it is alive. */
const plainEveryMs = 30_000;
const liveEveryMs = 100;
/** A step this long leaves a line with its duration on the terminal. */
const longMs = 3000;

interface Step {
  event: ProgressEvent;
  beganMs: number;
  drawnMs: number;
}

/** Draws progress: one live line on a terminal, one line for each step elsewhere. `end` removes the live line. */
export function drawProgress(stream: NodeJS.WriteStream = process.stderr): {
  progress: Progress;
  end: () => void;
} {
  let step: Step | undefined;
  const live = stream.isTTY && process.env['TERM'] !== 'dumb';
  const draw = (event: ProgressEvent) =>
    stream.write(
      live ? `${clearLine}${liveLine(event, stream.columns)}` : `zerohop: ${progressText(event)}\n`,
    );
  const end = () => {
    if (step !== undefined && live) stream.write(`${clearLine}${traceOf(step)}`);
    step = undefined;
  };
  const progress = (event: ProgressEvent) => {
    const now = Date.now();
    const goesOn = step?.event.what === event.what;
    if (!goesOn) end();
    step = { drawnMs: 0, beganMs: now, ...step, event };
    if (goesOn && now - step.drawnMs < (live ? liveEveryMs : plainEveryMs)) return;
    step.drawnMs = now;
    draw(event);
  };
  return { progress, end };
}

export function progressText({ what, done, of, leftMs }: ProgressEvent): string {
  const far = done === undefined ? '' : of === undefined ? `: ${done} done` : `: ${done} of ${of}`;
  return `${what}${far}${leftMs === undefined ? '' : `, about ${duration(leftMs)} left`}`;
}

const clearLine = '\r\x1b[K';

/** Cut to the terminal's width, because a wrapped line cannot be removed. */
export function liveLine(event: ProgressEvent, columns = 80): string {
  const { done, of } = event;
  const text = progressText(event);
  const room = columns - 1 - text.length - 1;
  const width = Math.min(30, room - 2);
  if (done === undefined || !of || width < 10) return text.slice(0, columns - 1);
  const filled = Math.round(width * Math.min(1, done / of));
  return `${text} [${'#'.repeat(filled)}${'.'.repeat(width - filled)}]`;
}

function traceOf({ event, beganMs }: Step): string {
  const tookMs = Date.now() - beganMs;
  return tookMs < longMs ? '' : `${event.what}: ${duration(tookMs)}\n`;
}

function duration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 90 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}
