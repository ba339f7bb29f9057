import { useState, type FormEvent } from 'react';
import { label, messageOf } from '../format';
import { severities, type NewIncident, type Severity } from '../types';
import { validate, type FieldErrors } from '../validation';

interface Props {
  onSubmit: (incident: NewIncident) => Promise<void>;
  onCancel: () => void;
}

const blank: NewIncident = { title: '', description: '', severity: 'medium' };

export function IncidentForm({ onSubmit, onCancel }: Props) {
  const [incident, setIncident] = useState(blank);
  const [errors, setErrors] = useState<FieldErrors>({});
  const [failure, setFailure] = useState('');
  const [busy, setBusy] = useState(false);

  const change = (part: Partial<NewIncident>) => {
    const next = { ...incident, ...part };
    setIncident(next);
    // Complaints appear on submit, and go as soon as they are met.
    if (Object.keys(errors).length > 0) setErrors(validate(next));
  };

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const found = validate(incident);
    setErrors(found);
    if (Object.keys(found).length > 0) return;

    setBusy(true);
    setFailure('');
    try {
      await onSubmit({ ...incident, title: incident.title.trim(), description: incident.description.trim() });
    } catch (error) {
      setFailure(messageOf(error));
      setBusy(false);
    }
  };

  return (
    <form className="card form" onSubmit={(event) => void submit(event)} noValidate>
      <h2>Report an incident</h2>
      {failure && (
        <p className="alert" role="alert">
          {failure}
        </p>
      )}
      <label className="field">
        Title
        <input
          value={incident.title}
          onChange={(event) => change({ title: event.target.value })}
          placeholder="What is broken?"
          aria-invalid={errors.title ? true : undefined}
          aria-describedby="title-error"
        />
        <span id="title-error" className="field-error" aria-live="polite">
          {errors.title}
        </span>
      </label>
      <fieldset className="field">
        <legend>Severity</legend>
        <div className="choices">
          {severities.map((severity: Severity) => (
            <label key={severity} className={`choice choice-${severity}`}>
              <input
                type="radio"
                name="severity"
                value={severity}
                checked={incident.severity === severity}
                onChange={() => change({ severity })}
              />
              {label(severity)}
            </label>
          ))}
        </div>
      </fieldset>
      <label className="field">
        Description
        <textarea
          rows={5}
          value={incident.description}
          onChange={(event) => change({ description: event.target.value })}
          placeholder="Who is affected, since when, and what has been tried?"
          aria-invalid={errors.description ? true : undefined}
          aria-describedby="description-error"
        />
        <span id="description-error" className="field-error" aria-live="polite">
          {errors.description}
        </span>
      </label>
      <div className="actions">
        <button type="submit" className="button button-primary" disabled={busy}>
          {busy ? 'Reporting…' : 'Report incident'}
        </button>
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
