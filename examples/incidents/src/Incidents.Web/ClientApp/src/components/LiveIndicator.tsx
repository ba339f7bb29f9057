import type { LiveState } from '../hooks/useLiveIncidents';

const texts: Record<LiveState, string> = {
  connecting: 'Connecting…',
  live: 'Live',
  offline: 'Offline',
};

export const LiveIndicator = ({ state }: { state: LiveState }) => (
  <span className={`live live-${state}`} role="status">
    {texts[state]}
  </span>
);
