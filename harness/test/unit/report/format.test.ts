import { expect, test } from 'vitest';
import { amount, digits, interval, plural, sizeText } from '../../../src/report/format.ts';

test.each([
  [0, '0'],
  [540, '540'],
  [999.4, '999'],
  [999.6, '1.00k'],
  [3053, '3.05k'],
  [38_214, '38.2k'],
  [999_600, '1.00M'],
  [1_412_000, '1.41M'],
  [2.5e9, '2.50G'],
  [-38_214, '-38.2k'],
])('amount of %s is %s', (value, text) => expect(amount(value)).toBe(text));

test.each([
  [1.7749, '1.77'],
  [10, '10.0'],
  [127.4, '127'],
  [0.856, '0.856'],
  [0.00791, '0.0079'],
  [0, '0'],
])('digits of %s are %s', (value, text) => expect(digits(value)).toBe(text));

test.each([
  [{ value: 2.284, lo: 2.2836, hi: 2.2844 }, '±0.018 %'],
  [{ value: 2, lo: 1.99999, hi: 2.00001 }, '±0.01 %'],
  [{ value: 2, lo: 1.9, hi: 2.05 }, '±5.3 %'],
  [{ value: 1.77, lo: 1.5, hi: 2.1 }, '[1.50, 2.10]'],
  [{ value: 12_000, lo: 9000, hi: 15_000 }, '[9.00k, 15.0k]'],
  [{ value: 0, lo: 0, hi: 0.5 }, '[0, 0.500]'],
  [{ value: 2, lo: 2, hi: 2, boots: 2 }, '±0 %'],
  [{ value: 2, lo: 2, hi: 2, boots: 1 }, ''],
])('the interval of %j is "%s"', (figure, text) => expect(interval(figure)).toBe(text));

test.each([
  [1, '1 B'],
  [1000, '1000 B'],
  [1024, '1 KB'],
  [65536, '64 KB'],
  [1536, '1536 B'],
  [2 ** 20, '1 MB'],
  [0, '–'],
])('%s bytes are %s', (bytes, text) => expect(sizeText(bytes)).toBe(text));

test('one is singular', () => {
  expect(plural(1, 'boot')).toBe('1 boot');
  expect(plural('3–5', 'boot')).toBe('3–5 boots');
});
