using Incidents.Domain;

namespace Incidents.Application;

public interface IIncidentRepository
{
    Task<Incident?> FindAsync(Guid id, CancellationToken cancellationToken);

    /// <summary>The newest first, at most <see cref="IncidentFilter.MaxResults"/>.</summary>
    Task<IReadOnlyList<IncidentOverview>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken);

    Task<IReadOnlyList<IncidentCount>> CountAsync(CancellationToken cancellationToken);

    void Add(Incident incident);

    /// <exception cref="ConcurrentChangeException">Someone else changed one of the incidents meanwhile.</exception>
    Task SaveAsync(CancellationToken cancellationToken);
}

/// <summary>What a list shows of an incident; it spares the store from reading comments and timelines.</summary>
public sealed record IncidentOverview(
    Guid Id,
    string Title,
    Severity Severity,
    IncidentStatus Status,
    DateTimeOffset ReportedAt,
    DateTimeOffset UpdatedAt,
    int Comments);

public sealed record IncidentCount(IncidentStatus Status, Severity Severity, int Count);
