using Incidents.Contracts;
using Incidents.Domain;

namespace Incidents.Application;

public sealed class IncidentService(
    IIncidentRepository incidents,
    IStatisticsCache cache,
    IIncidentNotifier notifier,
    TimeProvider clock)
{
    public async Task<IReadOnlyList<IncidentSummary>> ListAsync(IncidentFilter filter, CancellationToken cancellationToken)
    {
        var found = await incidents.ListAsync(filter, cancellationToken);
        return [.. found.Select(incident => incident.ToSummary())];
    }

    public async Task<IncidentDetails?> GetAsync(Guid id, CancellationToken cancellationToken)
    {
        var incident = await incidents.FindAsync(id, cancellationToken);
        return incident?.ToDetails();
    }

    public async Task<IncidentStatistics> GetStatisticsAsync(CancellationToken cancellationToken)
    {
        if (await cache.GetAsync(cancellationToken) is { } cached)
        {
            return cached;
        }

        var counts = await incidents.CountAsync(cancellationToken);
        var statistics = counts.ToStatistics();
        await cache.SetAsync(statistics, cancellationToken);
        return statistics;
    }

    public async Task<IncidentDetails> ReportAsync(ReportIncidentRequest request, CancellationToken cancellationToken)
    {
        var severity = Names.Parse<Severity>("severity", request.Severity);
        var incident = Incident.Report(request.Title, request.Description, severity, clock.GetUtcNow());
        incidents.Add(incident);
        await CommitAsync(incident, cancellationToken);
        return incident.ToDetails();
    }

    public Task<IncidentDetails?> ChangeStatusAsync(Guid id, ChangeStatusRequest request, CancellationToken cancellationToken)
    {
        var status = Names.Parse<IncidentStatus>("status", request.Status);
        return ChangeAsync(id, incident => incident.ChangeStatus(status, clock.GetUtcNow()), cancellationToken);
    }

    public Task<IncidentDetails?> ChangeSeverityAsync(Guid id, ChangeSeverityRequest request, CancellationToken cancellationToken)
    {
        var severity = Names.Parse<Severity>("severity", request.Severity);
        return ChangeAsync(id, incident => incident.ChangeSeverity(severity, clock.GetUtcNow()), cancellationToken);
    }

    public Task<IncidentDetails?> AddCommentAsync(Guid id, AddCommentRequest request, CancellationToken cancellationToken) =>
        ChangeAsync(id, incident => incident.AddComment(request.Author, request.Text, clock.GetUtcNow()), cancellationToken);

    private async Task<IncidentDetails?> ChangeAsync(Guid id, Action<Incident> change, CancellationToken cancellationToken)
    {
        if (await incidents.FindAsync(id, cancellationToken) is not { } incident)
        {
            return null;
        }

        change(incident);
        await CommitAsync(incident, cancellationToken);
        return incident.ToDetails();
    }

    private async Task CommitAsync(Incident incident, CancellationToken cancellationToken)
    {
        await incidents.SaveAsync(cancellationToken);

        // The change is durable from here on: a caller who hangs up must not leave the others with stale numbers.
        await cache.ClearAsync(CancellationToken.None);
        await notifier.ChangedAsync(incident.ToSummary(), CancellationToken.None);
    }
}
