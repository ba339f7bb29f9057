import { act, renderHook } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { parseRoute, useRoute } from './useRoute';

describe('parseRoute', () => {
  it.each([
    ['/', { page: 'list' }],
    ['/report', { page: 'report' }],
    ['/incidents/42', { page: 'incident', id: '42' }],
    ['/incidents/42/', { page: 'incident', id: '42' }],
    ['/incidents', { page: 'list' }],
    ['/somewhere/else', { page: 'list' }],
  ])('reads %s', (path, expected) => {
    expect(parseRoute(path)).toEqual(expected);
  });
});

describe('useRoute', () => {
  it('follows navigation and the back button', () => {
    const { result } = renderHook(() => useRoute());

    act(() => result.current[1]('/incidents/42'));
    expect(result.current[0]).toEqual({ page: 'incident', id: '42' });
    expect(window.location.pathname).toBe('/incidents/42');

    window.history.replaceState(null, '', '/');
    act(() => window.dispatchEvent(new PopStateEvent('popstate')));
    expect(result.current[0]).toEqual({ page: 'list' });
  });
});
