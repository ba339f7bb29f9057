import type { MouseEvent, ReactNode } from 'react';

interface Props {
  to: string;
  navigate: (path: string) => void;
  className?: string;
  children: ReactNode;
}

export function Link({ to, navigate, className, children }: Props) {
  const follow = (event: MouseEvent) => {
    const opensElsewhere = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (opensElsewhere) return;
    event.preventDefault();
    navigate(to);
  };

  return (
    <a href={to} className={className} onClick={follow}>
      {children}
    </a>
  );
}
