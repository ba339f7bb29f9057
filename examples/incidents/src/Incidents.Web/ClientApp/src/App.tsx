import { useState } from 'react';
import { api } from './api';
import { IncidentFilter } from './components/IncidentFilter';
import { IncidentForm } from './components/IncidentForm';
import { IncidentList } from './components/IncidentList';
import { IncidentPage } from './components/IncidentPage';
import { Link } from './components/Link';
import { LiveIndicator } from './components/LiveIndicator';
import { SignIn } from './components/SignIn';
import { StatisticsBar } from './components/StatisticsBar';
import { useIncidents } from './hooks/useIncidents';
import { useLiveIncidents } from './hooks/useLiveIncidents';
import { useRoute } from './hooks/useRoute';
import { useToken } from './hooks/useToken';
import type { Filter, NewIncident } from './types';

const noFilter: Filter = { search: '', status: '', severity: '' };

export function App() {
  const [route, navigate] = useRoute();
  const [token, setToken] = useToken();
  const [filter, setFilter] = useState(noFilter);
  const [version, setVersion] = useState(0);
  const { incidents, statistics, error, refresh } = useIncidents(filter);
  const shown = route.page === 'incident' ? route.id : undefined;

  const live = useLiveIncidents((changed) => {
    refresh();
    if (!changed || changed.id === shown) setVersion((current) => current + 1);
  });

  const report = async (incident: NewIncident) => {
    const { id } = await api.report(incident, token);
    refresh();
    navigate(`/incidents/${id}`);
  };

  return (
    <>
      <header className="top">
        <div className="top-inner">
          <h1>
            <Link to="/" navigate={navigate}>
              Incidents
            </Link>
          </h1>
          <LiveIndicator state={live} />
          <SignIn token={token} onChange={setToken} />
        </div>
      </header>
      <main>
        {route.page === 'list' && (
          <>
            <StatisticsBar statistics={statistics} />
            <div className="toolbar">
              <IncidentFilter filter={filter} onChange={setFilter} />
              {token && (
                <Link to="/report" navigate={navigate} className="button button-primary">
                  Report an incident
                </Link>
              )}
            </div>
            {error && (
              <p className="alert" role="alert">
                {error}
              </p>
            )}
            <IncidentList
              incidents={incidents}
              filtered={Object.values(filter).some((value) => value.trim() !== '')}
              navigate={navigate}
            />
          </>
        )}
        {route.page === 'report' &&
          (token ? (
            <IncidentForm onSubmit={report} onCancel={() => navigate('/')} />
          ) : (
            <p className="empty">Sign in to report an incident.</p>
          ))}
        {route.page === 'incident' && (
          <IncidentPage key={route.id} id={route.id} token={token} version={version} navigate={navigate} />
        )}
      </main>
    </>
  );
}
