import { useCallback, useEffect, useState } from 'react';
import { api } from '../api';
import { messageOf } from '../format';
import type { Filter, IncidentSummary, Statistics } from '../types';

const typingPause = 150;

export function useIncidents(filter: Filter) {
  const [incidents, setIncidents] = useState<IncidentSummary[]>();
  const [statistics, setStatistics] = useState<Statistics>();
  const [error, setError] = useState('');
  const [version, setVersion] = useState(0);
  const refresh = useCallback(() => setVersion((current) => current + 1), []);
  const { search, status, severity } = filter;

  useEffect(() => {
    const abort = new AbortController();
    const load = async () => {
      try {
        const [found, counted] = await Promise.all([
          api.list({ search, status, severity }, abort.signal),
          api.statistics(abort.signal),
        ]);
        setIncidents(found);
        setStatistics(counted);
        setError('');
      } catch (failure) {
        if (!abort.signal.aborted) setError(messageOf(failure));
      }
    };
    const timer = setTimeout(() => void load(), typingPause);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [search, status, severity, version]);

  return { incidents, statistics, error, refresh };
}
