import type { Filter, IncidentDetails, IncidentSummary, NewIncident, Severity, Statistics, Status } from './types';

export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ApiError';
  }
}

interface Options {
  body?: unknown;
  token?: string;
  signal?: AbortSignal;
}

async function request<T>(path: string, { body, token, signal }: Options = {}): Promise<T> {
  const headers = new Headers();
  if (body !== undefined) headers.set('Content-Type', 'application/json');
  if (token) headers.set('Authorization', `Bearer ${token}`);

  const response = await fetch(`/api${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
  if (!response.ok) throw new ApiError(response.status, await explain(response));
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function explain(response: Response): Promise<string> {
  if (response.status === 401) return 'Sign in with a valid token first.';
  try {
    const problem = (await response.json()) as { detail?: string; title?: string };
    return problem.detail ?? problem.title ?? `The server answered ${response.status}.`;
  } catch {
    return `The server answered ${response.status}.`;
  }
}

export function toQuery(filter: Filter): string {
  const given = Object.entries(filter)
    .map(([name, value]) => [name, value.trim()])
    .filter(([, value]) => value !== '');
  const query = new URLSearchParams(given).toString();
  return query && `?${query}`;
}

export const api = {
  list: (filter: Filter, signal?: AbortSignal) =>
    request<IncidentSummary[]>(`/incidents${toQuery(filter)}`, { signal }),
  statistics: (signal?: AbortSignal) => request<Statistics>('/incidents/statistics', { signal }),
  get: (id: string, signal?: AbortSignal) =>
    request<IncidentDetails>(`/incidents/${encodeURIComponent(id)}`, { signal }),
  checkToken: (token: string) => request<undefined>('/session', { token }),
  report: (incident: NewIncident, token: string) =>
    request<IncidentDetails>('/incidents', { body: incident, token }),
  changeStatus: (id: string, status: Status, token: string) =>
    request<IncidentDetails>(`/incidents/${id}/status`, { body: { status }, token }),
  changeSeverity: (id: string, severity: Severity, token: string) =>
    request<IncidentDetails>(`/incidents/${id}/severity`, { body: { severity }, token }),
  comment: (id: string, author: string, text: string, token: string) =>
    request<IncidentDetails>(`/incidents/${id}/comments`, { body: { author, text }, token }),
};
