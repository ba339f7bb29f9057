import { render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { describe, expect, it, vi } from 'vitest';
import { IncidentForm } from './IncidentForm';

const submit = () => userEvent.click(screen.getByRole('button', { name: 'Report incident' }));

describe('IncidentForm', () => {
  it('complains about a short title until it is long enough', async () => {
    const onSubmit = vi.fn();
    render(<IncidentForm onSubmit={onSubmit} onCancel={vi.fn()} />);
    const title = screen.getByLabelText(/^Title/);

    await userEvent.type(title, 'ab');
    expect(title).not.toBeInvalid();
    await submit();
    expect(title).toBeInvalid();
    expect(title).toHaveAccessibleDescription('The title needs at least 3 characters.');

    await userEvent.type(title, 'c');
    expect(title).not.toBeInvalid();
    expect(onSubmit).not.toHaveBeenCalled();
  });

  it('submits what was entered, trimmed', async () => {
    const onSubmit = vi.fn(() => Promise.resolve());
    render(<IncidentForm onSubmit={onSubmit} onCancel={vi.fn()} />);

    await userEvent.type(screen.getByLabelText(/^Title/), ' Mail is late ');
    await userEvent.click(screen.getByRole('radio', { name: 'Critical' }));
    await userEvent.type(screen.getByLabelText(/^Description/), 'Since noon. ');
    await submit();

    expect(onSubmit).toHaveBeenCalledExactlyOnceWith({
      title: 'Mail is late',
      description: 'Since noon.',
      severity: 'critical',
    });
  });

  it('shows why the server refused, and allows another try', async () => {
    const onSubmit = vi.fn(() => Promise.reject(new Error('Sign in first.')));
    render(<IncidentForm onSubmit={onSubmit} onCancel={vi.fn()} />);

    await userEvent.type(screen.getByLabelText(/^Title/), 'Mail is late');
    await submit();

    expect(screen.getByRole('alert')).toHaveTextContent('Sign in first.');
    expect(screen.getByRole('button', { name: 'Report incident' })).toBeEnabled();
  });

  it('can be cancelled', async () => {
    const onCancel = vi.fn();
    render(<IncidentForm onSubmit={vi.fn()} onCancel={onCancel} />);

    await userEvent.click(screen.getByRole('button', { name: 'Cancel' }));

    expect(onCancel).toHaveBeenCalledOnce();
  });
});
