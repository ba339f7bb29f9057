import { act, renderHook, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeHub } from '../test/fakeHub';
import { summary } from '../test/samples';
import { retryDelay, useLiveIncidents } from './useLiveIncidents';

let hub = new FakeHub();

vi.mock('@microsoft/signalr', async () => (await import('../test/fakeHub')).signalRWith(() => hub));

beforeEach(() => {
  hub = new FakeHub();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('useLiveIncidents', () => {
  it('is live once connected', async () => {
    const { result } = renderHook(() => useLiveIncidents(vi.fn()));

    expect(result.current).toBe('connecting');
    await waitFor(() => expect(result.current).toBe('live'));
  });

  it('passes changes on', async () => {
    const onChange = vi.fn();
    const { result } = renderHook(() => useLiveIncidents(onChange));
    await waitFor(() => expect(result.current).toBe('live'));

    act(() => hub.send('IncidentChanged', summary()));

    expect(onChange).toHaveBeenCalledExactlyOnceWith(summary());
  });

  it('asks for a refresh after a reconnect', async () => {
    const onChange = vi.fn();
    const { result } = renderHook(() => useLiveIncidents(onChange));
    await waitFor(() => expect(result.current).toBe('live'));

    act(() => hub.reconnecting());
    expect(result.current).toBe('connecting');
    act(() => hub.reconnected());

    expect(result.current).toBe('live');
    expect(onChange).toHaveBeenCalledExactlyOnceWith();
  });

  it('tries again when the first attempt fails', async () => {
    vi.useFakeTimers();
    hub.start.mockRejectedValueOnce(new Error('no server'));
    const onChange = vi.fn();
    const { result } = renderHook(() => useLiveIncidents(onChange));
    await act(() => vi.advanceTimersByTimeAsync(0));
    expect(result.current).toBe('offline');

    await act(() => vi.advanceTimersByTimeAsync(retryDelay));

    expect(result.current).toBe('live');
    expect(onChange).toHaveBeenCalledOnce();
  });

  it('stops for good when unmounted', async () => {
    vi.useFakeTimers();
    const { unmount } = renderHook(() => useLiveIncidents(vi.fn()));
    await act(() => vi.advanceTimersByTimeAsync(0));

    unmount();
    hub.closed();
    await vi.advanceTimersByTimeAsync(retryDelay * 2);

    expect(hub.stop).toHaveBeenCalledOnce();
    expect(hub.start).toHaveBeenCalledOnce();
  });
});
