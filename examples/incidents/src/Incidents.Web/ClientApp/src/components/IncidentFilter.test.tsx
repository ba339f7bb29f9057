import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { IncidentFilter } from './IncidentFilter';

describe('IncidentFilter', () => {
  it('changes one criterion and keeps the others', async () => {
    const onChange = vi.fn();
    render(<IncidentFilter filter={{ search: 'mail', status: '', severity: 'low' }} onChange={onChange} />);

    await userEvent.selectOptions(screen.getByLabelText('Status'), 'resolved');
    expect(onChange).toHaveBeenLastCalledWith({ search: 'mail', status: 'resolved', severity: 'low' });

    await userEvent.selectOptions(screen.getByLabelText('Severity'), 'Any severity');
    expect(onChange).toHaveBeenLastCalledWith({ search: 'mail', status: '', severity: '' });

    await userEvent.type(screen.getByLabelText('Search'), 's');
    expect(onChange).toHaveBeenLastCalledWith({ search: 'mails', status: '', severity: 'low' });
  });
});
