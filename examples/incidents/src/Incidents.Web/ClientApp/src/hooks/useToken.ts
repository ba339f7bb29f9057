import { useCallback, useState } from 'react';

const key = 'incidents.token';

/** The token lasts as long as the tab: closing it signs out. */
export function useToken(): [string, (token: string) => void] {
  const [token, setToken] = useState(() => sessionStorage.getItem(key) ?? '');

  const change = useCallback((next: string) => {
    if (next) sessionStorage.setItem(key, next);
    else sessionStorage.removeItem(key);
    setToken(next);
  }, []);

  return [token, change];
}
