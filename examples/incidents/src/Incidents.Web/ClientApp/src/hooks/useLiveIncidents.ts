import { HttpTransportType, HubConnectionBuilder, LogLevel } from '@microsoft/signalr';
import { useEffect, useEffectEvent, useState } from 'react';
import type { IncidentSummary } from '../types';

export type LiveState = 'connecting' | 'live' | 'offline';

export const retryDelay = 5_000;

/**
 * Listens for changes made by anyone. `onChange` gets the changed incident, or nothing when changes may have been
 * missed while the connection was down.
 */
export function useLiveIncidents(onChange: (incident?: IncidentSummary) => void): LiveState {
  const [state, setState] = useState<LiveState>('connecting');
  const notify = useEffectEvent(onChange);

  useEffect(() => {
    const connection = new HubConnectionBuilder()
      // Without negotiation a connection is one request, and needs no sticky sessions when there are several servers.
      .withUrl('/hubs/incidents', { transport: HttpTransportType.WebSockets, skipNegotiation: true })
      .withAutomaticReconnect()
      .configureLogging(LogLevel.None)
      .build();
    let stopped = false;
    let retry: ReturnType<typeof setTimeout> | undefined;

    const start = async (missedChanges: boolean) => {
      try {
        await connection.start();
        if (stopped) return;
        setState('live');
        if (missedChanges) notify();
      } catch {
        retryLater();
      }
    };
    const retryLater = () => {
      if (stopped) return;
      setState('offline');
      retry = setTimeout(() => void start(true), retryDelay);
    };

    connection.on('IncidentChanged', (incident: IncidentSummary) => notify(incident));
    connection.onreconnecting(() => setState('connecting'));
    connection.onreconnected(() => {
      setState('live');
      notify();
    });
    connection.onclose(retryLater);
    void start(false);

    return () => {
      stopped = true;
      clearTimeout(retry);
      void connection.stop();
    };
  }, []);

  return state;
}
