using Incidents.Contracts;
using Incidents.Domain;

namespace Incidents.Application.Tests;

internal sealed class FakeRepository : IIncidentRepository
{
    private readonly Dictionary<Guid, Incident> _incidents = [];

    public int Saves { get; private set; }

    public int Counts { get; private set; }

    public bool ConflictOnSave { get; set; }

    public Task<Incident?> FindAsync(Guid id, CancellationToken cancellationToken) =>
        Task.FromResult(_incidents.GetValueOrDefault(id));

    public Task<IReadOnlyList<IncidentOverview>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken)
    {
        IReadOnlyList<IncidentOverview> all =
        [
            .. _incidents.Values.Select(i =>
                new IncidentOverview(i.Id, i.Title, i.Severity, i.Status, i.ReportedAt, i.UpdatedAt, i.Comments.Count)),
        ];
        return Task.FromResult(all);
    }

    public Task<IReadOnlyList<IncidentCount>> CountAsync(CancellationToken cancellationToken)
    {
        Counts++;
        IReadOnlyList<IncidentCount> counts =
            [.. _incidents.Values.Select(i => new IncidentCount(i.Status, i.Severity, 1))];
        return Task.FromResult(counts);
    }

    public void Add(Incident incident) => _incidents.Add(incident.Id, incident);

    public Task SaveAsync(CancellationToken cancellationToken)
    {
        if (ConflictOnSave)
        {
            throw new ConcurrentChangeException(new InvalidOperationException());
        }

        Saves++;
        return Task.CompletedTask;
    }
}

internal sealed class FakeCache : IStatisticsCache
{
    public IncidentStatistics? Content { get; private set; }

    public Task<IncidentStatistics?> GetAsync(CancellationToken cancellationToken) => Task.FromResult(Content);

    public Task SetAsync(IncidentStatistics statistics, CancellationToken cancellationToken)
    {
        Content = statistics;
        return Task.CompletedTask;
    }

    public Task ClearAsync(CancellationToken cancellationToken)
    {
        Content = null;
        return Task.CompletedTask;
    }
}

internal sealed class FakeNotifier : IIncidentNotifier
{
    public List<IncidentSummary> Sent { get; } = [];

    public Task ChangedAsync(IncidentSummary incident, CancellationToken cancellationToken)
    {
        Sent.Add(incident);
        return Task.CompletedTask;
    }
}

internal sealed class FixedClock(DateTimeOffset now) : TimeProvider
{
    public override DateTimeOffset GetUtcNow() => now;
}
