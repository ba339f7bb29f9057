import { useCallback, useEffect, useState } from 'react';

export type Route = { page: 'list' } | { page: 'report' } | { page: 'incident'; id: string };

export function parseRoute(path: string): Route {
  if (path === '/report') return { page: 'report' };
  const id = /^\/incidents\/([^/]+)\/?$/.exec(path)?.[1];
  return id ? { page: 'incident', id } : { page: 'list' };
}

export function useRoute(): [Route, (path: string) => void] {
  const [path, setPath] = useState(() => window.location.pathname);

  useEffect(() => {
    const follow = () => setPath(window.location.pathname);
    window.addEventListener('popstate', follow);
    return () => window.removeEventListener('popstate', follow);
  }, []);

  const navigate = useCallback((to: string) => {
    window.history.pushState(null, '', to);
    setPath(to);
    window.scrollTo(0, 0);
  }, []);

  return [parseRoute(path), navigate];
}
