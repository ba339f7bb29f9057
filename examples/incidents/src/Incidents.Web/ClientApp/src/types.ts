export const severities = ['low', 'medium', 'high', 'critical'] as const;
export const statuses = ['reported', 'investigating', 'mitigated', 'resolved', 'closed'] as const;

export type Severity = (typeof severities)[number];
export type Status = (typeof statuses)[number];

export interface IncidentSummary {
  id: string;
  title: string;
  severity: Severity;
  status: Status;
  reportedAt: string;
  updatedAt: string;
  comments: number;
}

export interface IncidentDetails extends Omit<IncidentSummary, 'comments'> {
  description: string;
  nextStatuses: Status[];
  resolvedAt: string | null;
  comments: { author: string; text: string; at: string }[];
  timeline: { kind: string; text: string; at: string }[];
}

export interface Statistics {
  total: number;
  open: number;
  critical: number;
}

export interface Filter {
  search: string;
  status: Status | '';
  severity: Severity | '';
}

export interface NewIncident {
  title: string;
  description: string;
  severity: Severity;
}
