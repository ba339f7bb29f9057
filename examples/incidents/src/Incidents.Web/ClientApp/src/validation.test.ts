import { describe, expect, it } from 'vitest';
import { maxDescriptionLength, titleLength, validate } from './validation';

const sound = { title: 'Mail is late', description: '', severity: 'low' } as const;

describe('validate', () => {
  it('accepts a sound incident', () => {
    expect(validate(sound)).toEqual({});
  });

  it.each(['', '  ', 'ab', ' ab '])('refuses the title "%s"', (title) => {
    expect(validate({ ...sound, title }).title).toMatch(/at least 3/);
  });

  it('refuses what is too long', () => {
    const errors = validate({
      ...sound,
      title: 'x'.repeat(titleLength.max + 1),
      description: 'x'.repeat(maxDescriptionLength + 1),
    });

    expect(Object.keys(errors)).toEqual(['title', 'description']);
  });
});
