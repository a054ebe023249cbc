import { Html, html } from '../../report/page/html.ts';

const [width, height, margin] = [150, 30, 3];

/** A line of the nights, without axes: the column beside it has the last value. */
export function sparkline(values: readonly (number | null)[], title: string): Html {
  const known = values.filter((value) => value !== null);
  const [least, most] = [Math.min(...known), Math.max(...known)];
  // A series that hardly moves is drawn as a flat line, not as its noise.
  const span = Math.max(most - least, 0.02 * most);
  const middle = (least + most) / 2;
  const x = (night: number) => margin + (night / Math.max(values.length - 1, 1)) * (width - 2 * margin);
  const y = (value: number) => height / 2 - ((value - middle) / span) * (height - 2 * margin);
  const place = (value: number, night: number) => `${x(night).toFixed(1)},${y(value).toFixed(1)}`;
  const points = values.flatMap((value, night) => (value === null ? [] : [place(value, night)]));
  const [cx, cy] = (points.at(-1) ?? '0,0').split(',');
  return html`<svg class="spark" role="img" aria-label="${title}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${new Html(
    `<polyline points="${points.join(' ')}" fill="none" stroke="currentColor" stroke-width="1.5"/><circle cx="${cx}" cy="${cy}" r="2.5" fill="currentColor"/>`,
  )}</svg>`;
}
