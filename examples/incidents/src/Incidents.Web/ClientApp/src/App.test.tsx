import { act, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { api, ApiError } from './api';
import { App } from './App';
import { FakeHub } from './test/fakeHub';
import { details, summary } from './test/samples';

let hub = new FakeHub();

vi.mock('@microsoft/signalr', async () => (await import('./test/fakeHub')).signalRWith(() => hub));

beforeEach(() => {
  hub = new FakeHub();
  vi.spyOn(api, 'list').mockResolvedValue([summary()]);
  vi.spyOn(api, 'statistics').mockResolvedValue({ total: 7, open: 3, critical: 1 });
  vi.spyOn(api, 'get').mockResolvedValue(details());
  vi.spyOn(api, 'checkToken').mockResolvedValue(undefined);
});

const signIn = async () => {
  await userEvent.type(screen.getByLabelText('Responder token'), 'secret');
  await userEvent.click(screen.getByRole('button', { name: 'Sign in' }));
};

describe('App', () => {
  it('shows the incidents and their numbers', async () => {
    render(<App />);

    expect(await screen.findByRole('link', { name: 'Checkout is slow' })).toBeVisible();
    expect(screen.getByText('7')).toBeVisible();
    expect(screen.getByRole('status')).toHaveTextContent('Live');
  });

  it('loads the list again when something changes', async () => {
    render(<App />);
    await screen.findByRole('link', { name: 'Checkout is slow' });
    vi.mocked(api.list).mockResolvedValue([summary({ id: '2', title: 'Mail is late' }), summary()]);

    act(() => hub.send('IncidentChanged', summary({ id: '2' })));

    expect(await screen.findByRole('link', { name: 'Mail is late' })).toBeVisible();
  });

  it('says when the list cannot be loaded', async () => {
    vi.mocked(api.list).mockRejectedValue(new Error('The server answered 502.'));
    render(<App />);

    expect(await screen.findByRole('alert')).toHaveTextContent('502');
  });

  it('lets only responders report', async () => {
    vi.spyOn(api, 'report').mockResolvedValue(details({ id: '9', title: 'Mail is late' }));
    render(<App />);
    expect(screen.queryByRole('link', { name: 'Report an incident' })).not.toBeInTheDocument();

    await signIn();
    await userEvent.click(await screen.findByRole('link', { name: 'Report an incident' }));
    await userEvent.type(screen.getByLabelText(/^Title/), 'Mail is late');
    await userEvent.click(screen.getByRole('button', { name: 'Report incident' }));

    expect(api.report).toHaveBeenCalledWith({ title: 'Mail is late', description: '', severity: 'medium' }, 'secret');
    expect(window.location.pathname).toBe('/incidents/9');
  });

  it('refuses a wrong token', async () => {
    vi.mocked(api.checkToken).mockRejectedValue(new ApiError(401, 'Sign in with a valid token first.'));
    render(<App />);

    await signIn();

    expect(await screen.findByRole('alert')).toHaveTextContent('valid token');
    expect(screen.queryByRole('button', { name: 'Sign out' })).not.toBeInTheDocument();
  });

  it('moves an incident on', async () => {
    vi.spyOn(api, 'changeStatus').mockResolvedValue(
      details({ status: 'resolved', nextStatuses: ['investigating', 'closed'] }),
    );
    window.history.replaceState(null, '', '/incidents/1');
    render(<App />);
    await signIn();

    await userEvent.click(await screen.findByRole('button', { name: 'Resolve' }));

    expect(api.changeStatus).toHaveBeenCalledExactlyOnceWith('1', 'resolved', 'secret');
    expect(await screen.findByRole('button', { name: 'Close' })).toBeVisible();
  });

  it('adds a comment and clears its text', async () => {
    const comment = { author: 'on-call', text: 'Cache is cold.', at: '2026-01-05T09:05:00Z' };
    vi.spyOn(api, 'comment').mockResolvedValue(details({ comments: [comment] }));
    window.history.replaceState(null, '', '/incidents/1');
    render(<App />);
    await signIn();

    await userEvent.type(await screen.findByLabelText('Your name'), 'on-call');
    await userEvent.type(screen.getByLabelText('Comment'), 'Cache is cold.');
    await userEvent.click(screen.getByRole('button', { name: 'Add comment' }));

    expect(await screen.findByText('Cache is cold.', { selector: 'p' })).toBeVisible();
    expect(screen.getByLabelText('Comment')).toHaveValue('');
  });

  it('offers no changes to readers', async () => {
    window.history.replaceState(null, '', '/incidents/1');
    render(<App />);

    expect(await screen.findByRole('heading', { name: 'Checkout is slow' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Resolve' })).not.toBeInTheDocument();
  });
});
