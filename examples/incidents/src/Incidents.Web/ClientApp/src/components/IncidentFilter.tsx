import { label } from '../format';
import { severities, statuses, type Filter } from '../types';

interface Props {
  filter: Filter;
  onChange: (filter: Filter) => void;
}

export function IncidentFilter({ filter, onChange }: Props) {
  return (
    <div role="search" className="filter">
      <label className="filter-search">
        <span className="visually-hidden">Search</span>
        <input
          type="search"
          placeholder="Search title and description"
          value={filter.search}
          onChange={(event) => onChange({ ...filter, search: event.target.value })}
        />
      </label>
      <label>
        <span className="visually-hidden">Status</span>
        <select
          value={filter.status}
          onChange={(event) => onChange({ ...filter, status: event.target.value as Filter['status'] })}
        >
          <option value="">Any status</option>
          {statuses.map((status) => (
            <option key={status} value={status}>
              {label(status)}
            </option>
          ))}
        </select>
      </label>
      <label>
        <span className="visually-hidden">Severity</span>
        <select
          value={filter.severity}
          onChange={(event) => onChange({ ...filter, severity: event.target.value as Filter['severity'] })}
        >
          <option value="">Any severity</option>
          {severities.map((severity) => (
            <option key={severity} value={severity}>
              {label(severity)}
            </option>
          ))}
        </select>
      </label>
    </div>
  );
}
