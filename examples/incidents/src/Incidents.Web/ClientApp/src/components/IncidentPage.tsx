import { useEffect, useState } from 'react';
import { api } from '../api';
import { dateTime, label, messageOf, timeAgo } from '../format';
import { severities, type IncidentDetails, type Severity, type Status } from '../types';
import { SeverityBadge, StatusBadge } from './Badges';
import { CommentForm } from './CommentForm';
import { Link } from './Link';

interface Props {
  id: string;
  token: string;
  /** Goes up whenever the incident may have changed. */
  version: number;
  navigate: (path: string) => void;
}

const actions: Record<Status, string> = {
  reported: 'Report',
  investigating: 'Investigate',
  mitigated: 'Mark as mitigated',
  resolved: 'Resolve',
  closed: 'Close',
};

export function IncidentPage({ id, token, version, navigate }: Props) {
  const [incident, setIncident] = useState<IncidentDetails>();
  const [error, setError] = useState('');
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const abort = new AbortController();
    api
      .get(id, abort.signal)
      .then(setIncident)
      .catch((failure: unknown) => {
        if (!abort.signal.aborted) setError(messageOf(failure));
      });
    return () => abort.abort();
  }, [id, version]);

  const apply = async (change: Promise<IncidentDetails>): Promise<boolean> => {
    setBusy(true);
    setError('');
    try {
      setIncident(await change);
      return true;
    } catch (failure) {
      setError(messageOf(failure));
      return false;
    } finally {
      setBusy(false);
    }
  };

  const writable = token !== '' && incident !== undefined && incident.status !== 'closed';

  return (
    <article>
      <Link to="/" navigate={navigate} className="back">
        ← All incidents
      </Link>
      {error && (
        <p className="alert" role="alert">
          {error}
        </p>
      )}
      {!incident && !error && <p className="empty">Loading…</p>}
      {incident && (
        <>
          <header className="card">
            <div className="meta">
              <StatusBadge status={incident.status} />
              <SeverityBadge severity={incident.severity} />
              <time dateTime={incident.reportedAt} title={dateTime(incident.reportedAt)}>
                Reported {timeAgo(incident.reportedAt)}
              </time>
            </div>
            <h2>{incident.title}</h2>
            {incident.description && <p className="description">{incident.description}</p>}
            {writable && (
              <div className="actions">
                {incident.nextStatuses.map((status) => (
                  <button
                    key={status}
                    type="button"
                    className={status === 'resolved' ? 'button button-primary' : 'button'}
                    disabled={busy}
                    onClick={() => void apply(api.changeStatus(id, status, token))}
                  >
                    {actions[status]}
                  </button>
                ))}
                <label className="inline">
                  Severity
                  <select
                    value={incident.severity}
                    disabled={busy}
                    onChange={(event) => void apply(api.changeSeverity(id, event.target.value as Severity, token))}
                  >
                    {severities.map((severity) => (
                      <option key={severity} value={severity}>
                        {label(severity)}
                      </option>
                    ))}
                  </select>
                </label>
              </div>
            )}
          </header>
          <div className="columns">
            <section className="card" aria-labelledby="comments">
              <h3 id="comments">Comments</h3>
              {incident.comments.length === 0 && <p className="quiet">No comments yet.</p>}
              <ul className="comments">
                {incident.comments.map((comment) => (
                  <li key={`${comment.at} ${comment.author}`}>
                    <div className="meta">
                      <strong>{comment.author}</strong>
                      <time dateTime={comment.at} title={dateTime(comment.at)}>
                        {timeAgo(comment.at)}
                      </time>
                    </div>
                    <p>{comment.text}</p>
                  </li>
                ))}
              </ul>
              {writable && (
                <CommentForm busy={busy} onSubmit={(author, text) => apply(api.comment(id, author, text, token))} />
              )}
            </section>
            <section className="card" aria-labelledby="timeline">
              <h3 id="timeline">Timeline</h3>
              <ol className="timeline">
                {incident.timeline.map((entry) => (
                  <li key={`${entry.at} ${entry.text}`}>
                    {entry.text}
                    <time dateTime={entry.at}>{dateTime(entry.at)}</time>
                  </li>
                ))}
              </ol>
            </section>
          </div>
        </>
      )}
    </article>
  );
}
