import { render, screen } from '@testing-library/react';
import { describe, expect, it } from 'vitest';
import { statuses } from '../types';
import { SeverityBadge, StatusBadge } from './Badges';

describe('StatusBadge', () => {
  it.each(statuses)('has a look of its own for %s', (status) => {
    render(<StatusBadge status={status} />);

    expect(screen.getByText(new RegExp(status, 'i'))).toHaveClass(`status-${status}`);
  });
});

describe('SeverityBadge', () => {
  it('says what the word is about', () => {
    const { container } = render(<SeverityBadge severity="critical" />);

    expect(container).toHaveTextContent('Severity: Critical');
  });
});
