import type { IncidentDetails, IncidentSummary } from '../types';

export const summary = (part: Partial<IncidentSummary> = {}): IncidentSummary => ({
  id: '1',
  title: 'Checkout is slow',
  severity: 'high',
  status: 'reported',
  reportedAt: '2026-01-05T09:00:00Z',
  updatedAt: '2026-01-05T09:00:00Z',
  comments: 0,
  ...part,
});

export const details = (part: Partial<IncidentDetails> = {}): IncidentDetails => ({
  id: '1',
  title: 'Checkout is slow',
  description: 'p95 above 4 s',
  severity: 'high',
  status: 'reported',
  nextStatuses: ['investigating', 'resolved'],
  reportedAt: '2026-01-05T09:00:00Z',
  updatedAt: '2026-01-05T09:00:00Z',
  resolvedAt: null,
  comments: [],
  timeline: [{ kind: 'reported', text: 'Reported as High', at: '2026-01-05T09:00:00Z' }],
  ...part,
});
