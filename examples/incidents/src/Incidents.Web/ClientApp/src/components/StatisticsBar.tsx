import type { Statistics } from '../types';

export function StatisticsBar({ statistics }: { statistics: Statistics | undefined }) {
  const tiles = [
    { name: 'Open', value: statistics?.open },
    { name: 'Open and critical', value: statistics?.critical, alarming: true },
    { name: 'All time', value: statistics?.total },
  ];

  return (
    <dl className="tiles">
      {tiles.map(({ name, value, alarming }) => (
        <div key={name} className={alarming && value ? 'tile tile-alarming' : 'tile'}>
          <dt>{name}</dt>
          <dd>{value ?? '–'}</dd>
        </div>
      ))}
    </dl>
  );
}
