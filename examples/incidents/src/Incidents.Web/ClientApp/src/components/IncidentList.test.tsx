import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { summary } from '../test/samples';
import { IncidentList } from './IncidentList';

describe('IncidentList', () => {
  it('shows one row per incident', () => {
    const incidents = [summary(), summary({ id: '2', title: 'Mail is late', comments: 2 })];
    render(<IncidentList incidents={incidents} filtered={false} navigate={vi.fn()} />);

    expect(screen.getAllByRole('listitem')).toHaveLength(2);
    expect(screen.getByText('2 comments')).toBeVisible();
  });

  it('opens an incident without loading the page again', async () => {
    const navigate = vi.fn();
    render(<IncidentList incidents={[summary()]} filtered={false} navigate={navigate} />);

    await userEvent.click(screen.getByRole('link', { name: 'Checkout is slow' }));

    expect(navigate).toHaveBeenCalledExactlyOnceWith('/incidents/1');
  });

  it.each([
    [undefined, false, 'Loading…'],
    [[], false, 'No incidents. All is quiet.'],
    [[], true, 'No incident matches the filter.'],
  ])('explains an empty list', (incidents, filtered, text) => {
    render(<IncidentList incidents={incidents} filtered={filtered} navigate={vi.fn()} />);

    expect(screen.getByText(text)).toBeVisible();
  });
});
