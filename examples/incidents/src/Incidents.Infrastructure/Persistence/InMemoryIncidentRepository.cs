using System.Collections.Concurrent;
using Incidents.Application;
using Incidents.Domain;

namespace Incidents.Infrastructure.Persistence;

/// <summary>What all requests share when no database is configured.</summary>
internal sealed class InMemoryIncidentStore
{
    public ConcurrentDictionary<Guid, Incident> Incidents { get; } = new();
}

/// <summary>
/// Lets the application run without a database, for a first look and for tests. One instance serves one request, on
/// copies, so that a change becomes visible only when it is saved. The last writer wins.
/// </summary>
internal sealed class InMemoryIncidentRepository(InMemoryIncidentStore store) : IIncidentRepository
{
    private readonly Dictionary<Guid, Incident> _tracked = [];

    public Task<Incident?> FindAsync(Guid id, CancellationToken cancellationToken)
    {
        if (!_tracked.TryGetValue(id, out var incident) && store.Incidents.TryGetValue(id, out var stored))
        {
            incident = stored.Snapshot();
            _tracked[id] = incident;
        }

        return Task.FromResult(incident);
    }

    public Task<IReadOnlyList<IncidentOverview>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken)
    {
        IReadOnlyList<IncidentOverview> found =
        [
            .. store.Incidents.Values
                .Where(i => filter.Status is null || i.Status == filter.Status)
                .Where(i => filter.Severity is null || i.Severity == filter.Severity)
                .Where(i => filter.Search is null
                    || i.Title.Contains(filter.Search, StringComparison.OrdinalIgnoreCase)
                    || i.Description.Contains(filter.Search, StringComparison.OrdinalIgnoreCase))
                .OrderByDescending(i => i.ReportedAt)
                .Take(IncidentFilter.MaxResults)
                .Select(i => new IncidentOverview(
                    i.Id,
                    i.Title,
                    i.Severity,
                    i.Status,
                    i.ReportedAt,
                    i.UpdatedAt,
                    i.Comments.Count)),
        ];
        return Task.FromResult(found);
    }

    public Task<IReadOnlyList<IncidentCount>> CountAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<IncidentCount> counts =
        [
            .. store.Incidents.Values
                .GroupBy(i => (i.Status, i.Severity))
                .Select(g => new IncidentCount(g.Key.Status, g.Key.Severity, g.Count())),
        ];
        return Task.FromResult(counts);
    }

    public void Add(Incident incident) => _tracked.Add(incident.Id, incident);

    public Task SaveAsync(CancellationToken cancellationToken)
    {
        foreach (var (id, incident) in _tracked)
        {
            store.Incidents[id] = incident.Snapshot();
        }

        return Task.CompletedTask;
    }
}
