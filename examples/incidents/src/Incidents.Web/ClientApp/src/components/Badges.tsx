import { label } from '../format';
import type { Severity, Status } from '../types';

export const StatusBadge = ({ status }: { status: Status }) => (
  <span className={`badge status-${status}`}>{label(status)}</span>
);

export const SeverityBadge = ({ severity }: { severity: Severity }) => (
  <span className={`severity severity-${severity}`}>
    <span className="visually-hidden">Severity: </span>
    {label(severity)}
  </span>
);
