import { useState, type FormEvent } from 'react';
import { api } from '../api';
import { messageOf } from '../format';

interface Props {
  token: string;
  onChange: (token: string) => void;
}

export function SignIn({ token, onChange }: Props) {
  const [entry, setEntry] = useState('');
  const [error, setError] = useState('');

  if (token) {
    return (
      <button type="button" className="button" onClick={() => onChange('')}>
        Sign out
      </button>
    );
  }

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const candidate = entry.trim();
    if (!candidate) return;
    try {
      await api.checkToken(candidate);
      setEntry('');
      setError('');
      onChange(candidate);
    } catch (failure) {
      setError(messageOf(failure));
    }
  };

  return (
    <form className="sign-in" onSubmit={(event) => void submit(event)}>
      <label>
        <span className="visually-hidden">Responder token</span>
        <input
          type="password"
          placeholder="Responder token"
          autoComplete="current-password"
          value={entry}
          onChange={(event) => setEntry(event.target.value)}
          aria-invalid={error ? true : undefined}
        />
      </label>
      <button type="submit" className="button">
        Sign in
      </button>
      {error && (
        <span className="field-error" role="alert">
          {error}
        </span>
      )}
    </form>
  );
}
