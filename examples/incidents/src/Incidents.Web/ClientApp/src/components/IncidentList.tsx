import { dateTime, timeAgo } from '../format';
import type { IncidentSummary } from '../types';
import { SeverityBadge, StatusBadge } from './Badges';
import { Link } from './Link';

interface Props {
  incidents: IncidentSummary[] | undefined;
  filtered: boolean;
  navigate: (path: string) => void;
}

export function IncidentList({ incidents, filtered, navigate }: Props) {
  if (!incidents) return <p className="empty">Loading…</p>;
  if (incidents.length === 0) {
    return <p className="empty">{filtered ? 'No incident matches the filter.' : 'No incidents. All is quiet.'}</p>;
  }

  return (
    <ul className="list">
      {incidents.map((incident) => (
        <li key={incident.id} className={`row row-${incident.severity}`}>
          <div className="row-main">
            <Link to={`/incidents/${incident.id}`} navigate={navigate} className="row-title">
              {incident.title}
            </Link>
            <div className="meta">
              <SeverityBadge severity={incident.severity} />
              <time dateTime={incident.reportedAt} title={dateTime(incident.reportedAt)}>
                {timeAgo(incident.reportedAt)}
              </time>
              {incident.comments > 0 && (
                <span>
                  {incident.comments} {incident.comments === 1 ? 'comment' : 'comments'}
                </span>
              )}
            </div>
          </div>
          <StatusBadge status={incident.status} />
        </li>
      ))}
    </ul>
  );
}
