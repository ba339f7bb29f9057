import { describe, expect, it } from 'vitest';
import { label, messageOf, timeAgo } from './format';

describe('timeAgo', () => {
  const now = Date.parse('2026-01-05T12:00:00Z');

  it.each([
    ['2026-01-05T11:59:30Z', 'just now'],
    ['2026-01-05T11:55:00Z', '5 minutes ago'],
    ['2026-01-05T09:00:00Z', '3 hours ago'],
    ['2026-01-04T11:00:00Z', 'yesterday'],
    ['2025-12-26T12:00:00Z', '10 days ago'],
  ])('tells %s as %s', (iso, expected) => {
    expect(timeAgo(iso, now)).toBe(expected);
  });
});

describe('label', () => {
  it('starts with a capital', () => {
    expect(label('mitigated')).toBe('Mitigated');
  });
});

describe('messageOf', () => {
  it('takes the message of an error, and has one for everything else', () => {
    expect(messageOf(new Error('No.'))).toBe('No.');
    expect(messageOf('No.')).toBe('Something went wrong.');
  });
});
