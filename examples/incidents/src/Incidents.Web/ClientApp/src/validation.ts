import type { NewIncident } from './types';

export const titleLength = { min: 3, max: 120 };
export const maxDescriptionLength = 4000;

export type FieldErrors = Partial<Record<keyof NewIncident, string>>;

/** The same limits as on the server, which has the last word. */
export function validate(incident: NewIncident): FieldErrors {
  const errors: FieldErrors = {};
  const title = incident.title.trim();
  if (title.length < titleLength.min) {
    errors.title = `The title needs at least ${titleLength.min} characters.`;
  } else if (title.length > titleLength.max) {
    errors.title = `The title has at most ${titleLength.max} characters.`;
  }
  if (incident.description.trim().length > maxDescriptionLength) {
    errors.description = `The description has at most ${maxDescriptionLength} characters.`;
  }
  return errors;
}
