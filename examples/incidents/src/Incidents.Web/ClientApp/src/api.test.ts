import { afterEach, describe, expect, it, vi } from 'vitest';
import { api, toQuery } from './api';

const respondWith = (status: number, body?: unknown) => {
  const fetch = vi.fn<typeof globalThis.fetch>(() =>
    Promise.resolve(new Response(body === undefined ? null : JSON.stringify(body), { status })),
  );
  vi.stubGlobal('fetch', fetch);
  return fetch;
};

afterEach(() => {
  vi.unstubAllGlobals();
});

describe('toQuery', () => {
  it('leaves out what is not filtered', () => {
    expect(toQuery({ search: ' ', status: '', severity: '' })).toBe('');
  });

  it('encodes what is', () => {
    expect(toQuery({ search: 'a & b', status: 'reported', severity: '' })).toBe('?search=a+%26+b&status=reported');
  });
});

describe('api', () => {
  it('sends the token and the body of a change', async () => {
    const fetch = respondWith(200, {});

    await api.changeStatus('1', 'resolved', 'secret');

    const [url, init] = fetch.mock.calls[0] ?? [];
    expect(url).toBe('/api/incidents/1/status');
    expect(init?.method).toBe('POST');
    expect(new Headers(init?.headers).get('Authorization')).toBe('Bearer secret');
    expect(init?.body).toBe('{"status":"resolved"}');
  });

  it('reads without a token', async () => {
    const fetch = respondWith(200, []);

    await api.list({ search: '', status: '', severity: '' });

    expect(new Headers(fetch.mock.calls[0]?.[1]?.headers).has('Authorization')).toBe(false);
  });

  it('accepts an empty answer', async () => {
    respondWith(204);

    await expect(api.checkToken('secret')).resolves.toBeUndefined();
  });

  it.each([
    [409, { detail: 'Cannot become Closed.' }, 'Cannot become Closed.'],
    [400, { title: 'Bad Request' }, 'Bad Request'],
    [401, undefined, 'Sign in with a valid token first.'],
    [502, undefined, 'The server answered 502.'],
  ])('explains a %i', async (status, body, message) => {
    respondWith(status, body);

    await expect(api.get('1')).rejects.toMatchObject({ status, message });
  });
});
